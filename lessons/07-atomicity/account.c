/*
 * All that touches the balance has the lock: no race is left. And yet the
 * account can go below zero.
 */
#include "account.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long money; /* guarded by lock */

void deposit(long amount)
{
	pthread_mutex_lock(&lock);
	money += amount;
	pthread_mutex_unlock(&lock);
}

long balance(void)
{
	long result;

	pthread_mutex_lock(&lock);
	result = money;
	pthread_mutex_unlock(&lock);
	return result;
}

/* tag::withdraw[] */
bool withdraw(long amount)
{
	if (balance() < amount)
		return false;
	deposit(-amount);
	return true;
}
/* end::withdraw[] */
