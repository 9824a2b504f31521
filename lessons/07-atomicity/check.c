/*
 * There is money for one of two who want it at the same time;
 * and one takes all there is while somebody brings more.
 */
#include "account.h"

#include "lesson.h"

#include <pthread.h>

static bool got[2];

static void *customer(void *which)
{
	*(bool *)which = withdraw(10);
	return NULL;
}

static void *heir(void *unused)
{
	EXPECT(withdraw(5), "there was enough, and it was not given");
	return unused;
}

static void *donor(void *unused)
{
	deposit(1);
	return unused;
}

static void take_and_bring(void)
{
	pthread_t threads[2];

	deposit(5);
	pthread_create(&threads[0], NULL, heir, NULL);
	pthread_create(&threads[1], NULL, donor, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQUAL(balance(), 1, "5 less 5 and 1 more");
}

static void two_customers(void)
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
}

int main(int argc, char **argv)
{
	(void)argc;
	if (argv[1][0] == 'c')
		two_customers();
	else
		take_and_bring();
	return 0;
}
