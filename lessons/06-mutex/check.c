/*
 * Two customers, one of them with a deposit for each account, and one who reads
 * a balance and then the total at the door meanwhile.
 */
#include "bank.h"

#include "lesson.h"

#include <pthread.h>

static void *first_customer(void *unused)
{
	deposit(0, 10);
	deposit(1, 4);
	return unused;
}

static void *second_customer(void *unused)
{
	deposit(1, 1);
	return unused;
}

static void *reader(void *unused)
{
	long first = balance(0), seen = total();

	EXPECT(seen >= first,
		"a deposit was in its account, and not yet in the total");
	EXPECT(seen != 4 && seen != 5,
		"a total was read that there never was: 4 without the 10 "
		"that came before");
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
