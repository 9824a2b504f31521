/* Money goes both ways at once, and an auditor adds up under both locks. */
#include "transfer.h"

#include "lesson.h"

static struct account accounts[2] = {
	{PTHREAD_MUTEX_INITIALIZER, 100},
	{PTHREAD_MUTEX_INITIALIZER, 100},
};

static void *there(void *unused)
{
	transfer(&accounts[0], &accounts[1], 5);
	return unused;
}

static void *back(void *unused)
{
	transfer(&accounts[1], &accounts[0], 20);
	return unused;
}

/* In the order of their addresses, as who locks several should. */
static long audit(void)
{
	long sum;

	pthread_mutex_lock(&accounts[0].lock);
	pthread_mutex_lock(&accounts[1].lock);
	sum = accounts[0].balance + accounts[1].balance;
	pthread_mutex_unlock(&accounts[1].lock);
	pthread_mutex_unlock(&accounts[0].lock);
	return sum;
}

static void *auditor(void *unused)
{
	static char words[100];
	long sum = audit();

	snprintf(words, sizeof(words),
		"money was under way: both accounts together held %ld", sum);
	EXPECT(sum == 200, words);
	return unused;
}

static void run(void *(*first)(void *), void *(*second)(void *))
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, first, NULL);
	pthread_create(&threads[1], NULL, second, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
}

int main(void)
{
	run(there, back);
	EXPECT_EQUAL(accounts[0].balance, 115, "the first account");
	EXPECT_EQUAL(accounts[1].balance, 85, "the second account");
	run(there, auditor);
	return 0;
}
