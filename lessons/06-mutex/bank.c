/*
 * Every deposit changes the balance of an account, and the total that the
 * bank shows at its door. There are locks, and every function uses one.
 */
#include "bank.h"

#include <pthread.h>

/* tag::data[] */
static pthread_mutex_t deposits = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t reports = PTHREAD_MUTEX_INITIALIZER;

static long balances[NACCOUNTS];
static long sum; /* of all balances */
/* end::data[] */

/* tag::deposit[] */
void deposit(int account, long amount)
{
	pthread_mutex_lock(&deposits);
	balances[account] += amount;
	sum += amount;
	pthread_mutex_unlock(&deposits);
}
/* end::deposit[] */

long balance(int account)
{
	long result;

	pthread_mutex_lock(&deposits);
	result = balances[account];
	pthread_mutex_unlock(&deposits);
	return result;
}

/* tag::total[] */
long total(void)
{
	long result;

	pthread_mutex_lock(&reports);
	result = sum;
	pthread_mutex_unlock(&reports);
	return result;
}
/* end::total[] */
