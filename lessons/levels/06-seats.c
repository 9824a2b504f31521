/*
 * One seat is left. Looking has the lock, taking has the lock. Sell it twice.
 */
/* title: locked, and locked again */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int seats = 1;

#ifndef FIXED
static bool look(void)
{
	bool found;

	pthread_mutex_lock(&lock);
	found = seats > 0;
	pthread_mutex_unlock(&lock);
	return found;
}
#endif

static void *customer(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	if (seats > 0)
		seats--;
	pthread_mutex_unlock(&lock);
#else
	if (look()) {
		pthread_mutex_lock(&lock);
		seats--;
		pthread_mutex_unlock(&lock);
	}
#endif
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, customer, NULL);
	pthread_create(&b, NULL, customer, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(seats == 0);
	return 0;
}
/* win: 1 1 1 2 2 2 2 2 1 1 0 0 */
