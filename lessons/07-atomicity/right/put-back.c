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

/* Take first; who finds that it was too much puts it back, still inside. */
bool withdraw(long amount)
{
	bool enough;

	pthread_mutex_lock(&lock);
	money -= amount;
	enough = money >= 0;
	if (!enough)
		money += amount;
	pthread_mutex_unlock(&lock);
	return enough;
}
