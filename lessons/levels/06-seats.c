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

static bool look_and_take(int wanted)
{
	bool found;

	pthread_mutex_lock(&lock);
	found = seats > 0;
	if (found)
		seats -= wanted;
	pthread_mutex_unlock(&lock);
	return found;
}

static void *customer(void *arg)
{
#ifdef FIXED
	look_and_take(1);
#else
	if (look_and_take(0)) {
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
