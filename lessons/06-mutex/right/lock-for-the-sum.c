/* A lock for the balances and one for the sum: each has its own data. */
#include "bank.h"

#include <pthread.h>

static pthread_mutex_t balances_lock = PTHREAD_MUTEX_INITIALIZER;
static long balances[NACCOUNTS]; /* guarded by balances_lock */

static pthread_mutex_t sum_lock = PTHREAD_MUTEX_INITIALIZER;
static long sum; /* guarded by sum_lock */

void deposit(int account, long amount)
{
	pthread_mutex_lock(&balances_lock);
	balances[account] += amount;
	pthread_mutex_lock(&sum_lock);
	sum += amount;
	pthread_mutex_unlock(&sum_lock);
	pthread_mutex_unlock(&balances_lock);
}

long balance(int account)
{
	long result;

	pthread_mutex_lock(&balances_lock);
	result = balances[account];
	pthread_mutex_unlock(&balances_lock);
	return result;
}

long total(void)
{
	long result;

	pthread_mutex_lock(&sum_lock);
	result = sum;
	pthread_mutex_unlock(&sum_lock);
	return result;
}
