/* expect: a total was read that there never was */
#include "bank.h"

#include <pthread.h>

static pthread_mutex_t deposits = PTHREAD_MUTEX_INITIALIZER;

static long balances[NACCOUNTS];

void deposit(int account, long amount)
{
	pthread_mutex_lock(&deposits);
	balances[account] += amount;
	pthread_mutex_unlock(&deposits);
}

long balance(int account)
{
	long result;

	pthread_mutex_lock(&deposits);
	result = balances[account];
	pthread_mutex_unlock(&deposits);
	return result;
}

long total(void)
{
	long result;

	result = 0;
	for (int i = 0; i < NACCOUNTS; i++)
		result += balance(i);
	return result;
}
