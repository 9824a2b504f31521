/* There is money for one of two who want it at the same time. */
#include "account.h"

#include "lesson.h"

#include <pthread.h>

static bool got[2];

static void *customer(void *which)
{
	*(bool *)which = withdraw(10);
	return NULL;
}

int main(void)
{
	static char words[100];
	pthread_t threads[2];
	long left;

	deposit(15);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, customer, &got[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	left = balance();
	snprintf(words, sizeof(words), "the account is at %ld", left);
	EXPECT(left >= 0, words);
	EXPECT(got[0] || got[1], "there was enough for one, and nobody got it");
	EXPECT_EQUAL(left, 5, "what is left");
	EXPECT(withdraw(5), "there was enough, and it was not given");
	EXPECT(!withdraw(1), "there was nothing left, and it was given");
	return 0;
}
