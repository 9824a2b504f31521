/* expect: locks a mutex that it holds already */
#include "bank.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long balances[NACCOUNTS];
static long sum;

void deposit(int account, long amount)
{
	pthread_mutex_lock(&lock);
	balances[account] += amount;
	sum += amount;
	pthread_mutex_unlock(&lock);
}

long balance(int account)
{
	pthread_mutex_lock(&lock);
	return balances[account];
	pthread_mutex_unlock(&lock);
}

long total(void)
{
	long result;

	pthread_mutex_lock(&lock);
	result = sum;
	pthread_mutex_unlock(&lock);
	return result;
}
