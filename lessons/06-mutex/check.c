/* Two customers, and one who reads the total at the door meanwhile. */
#include "bank.h"

#include "lesson.h"

#include <pthread.h>

static void *first_customer(void *unused)
{
	deposit(0, 10);
	return unused;
}

static void *second_customer(void *unused)
{
	deposit(1, 5);
	return unused;
}

static void *reader(void *unused)
{
	long seen = total();

	EXPECT(seen == 0 || seen == 5 || seen == 10 || seen == 15,
		"a total was read that there never was");
	return unused;
}

int main(void)
{
	static char words[100];
	pthread_t threads[3];
	long sum;

	pthread_create(&threads[0], NULL, first_customer, NULL);
	pthread_create(&threads[1], NULL, second_customer, NULL);
	pthread_create(&threads[2], NULL, reader, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQUAL(balance(0), 10, "the balance of account 0");
	EXPECT_EQUAL(balance(1), 5, "the balance of account 1");
	sum = balance(0) + balance(1);
	snprintf(words, sizeof(words),
		"the total is %ld while the balances add up to %ld", total(),
		sum);
	EXPECT(total() == sum, words);
	return 0;
}
