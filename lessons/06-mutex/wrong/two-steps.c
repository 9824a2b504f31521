/* expect: a deposit was in its account, and not yet in the total */
#include "bank.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long balances[NACCOUNTS];
static long sum;

void deposit(int account, long amount)
{
	pthread_mutex_lock(&lock);
	balances[account] += amount;
	pthread_mutex_unlock(&lock);
}

long balance(int account)
{
	long result;

	pthread_mutex_lock(&lock);
	result = balances[account];
	pthread_mutex_unlock(&lock);
	return result;
}

long total(void)
{
	return sum;
}
