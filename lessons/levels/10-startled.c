/*
 * A thread that sleeps on a condition may wake up although nobody has called.
 * Here you can make it do so. Let it serve a meal that is not cooked.
 */
/* title: awake for no reason */
/* par: 0 */
/* spurious: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static bool cooked;

static void *waiter(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (!cooked)
#else
	if (!cooked)
#endif
		pthread_cond_wait(&ready, &lock);
	assert(cooked);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *cook(void *arg)
{
	pthread_mutex_lock(&lock);
	cooked = true;
	pthread_cond_signal(&ready);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, waiter, NULL);
	pthread_create(&b, NULL, cook, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 1 1 1 */
