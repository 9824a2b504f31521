/* expect: data race on balances */
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
	return balances[account];
}

long total(void)
{
	return sum;
}
