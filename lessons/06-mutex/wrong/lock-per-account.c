/* expect: data race on sum */
#include "bank.h"

#include <pthread.h>

static pthread_mutex_t locks[NACCOUNTS] = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static long balances[NACCOUNTS];
static long sum;

void deposit(int account, long amount)
{
	pthread_mutex_lock(&locks[account]);
	balances[account] += amount;
	sum += amount;
	pthread_mutex_unlock(&locks[account]);
}

long balance(int account)
{
	long result;

	pthread_mutex_lock(&locks[account]);
	result = balances[account];
	pthread_mutex_unlock(&locks[account]);
	return result;
}

long total(void)
{
	long result;

	pthread_mutex_lock(&locks[0]);
	result = sum;
	pthread_mutex_unlock(&locks[0]);
	return result;
}
