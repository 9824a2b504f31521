/* One lock, and it is written down what it guards. */
#include "bank.h"

#include <pthread.h>

/* tag::data[] */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* guarded by lock */
static long balances[NACCOUNTS];
static long sum; /* of all balances */
/* end::data[] */

void deposit(int account, long amount)
{
	pthread_mutex_lock(&lock);
	balances[account] += amount;
	sum += amount;
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

/* tag::total[] */
long total(void)
{
	long result;

	pthread_mutex_lock(&lock);
	result = sum;
	pthread_mutex_unlock(&lock);
	return result;
}
/* end::total[] */
