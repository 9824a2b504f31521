/* expect: has ended, and never unlocked lock */
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

bool withdraw(long amount)
{
	pthread_mutex_lock(&lock);
	if (money < amount)
		return false;
	money -= amount;
	pthread_mutex_unlock(&lock);
	return true;
}
