/* Those who withdraw have a lock more, for looking and taking together. */
#include "account.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t withdrawals = PTHREAD_MUTEX_INITIALIZER;
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

bool withdraw(long amount)
{
	bool enough;

	pthread_mutex_lock(&withdrawals);
	enough = balance() >= amount;
	if (enough)
		deposit(-amount);
	pthread_mutex_unlock(&withdrawals);
	return enough;
}
