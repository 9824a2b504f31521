/* The question and what follows from its answer: under one lock, in one go. */
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
	bool enough;

	pthread_mutex_lock(&lock);
	enough = money >= amount;
	if (enough)
		money -= amount;
	pthread_mutex_unlock(&lock);
	return enough;
}
/* end::withdraw[] */
