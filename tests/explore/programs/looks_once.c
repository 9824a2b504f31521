/* finds: assertion failed: assert.sum == 1., in main */
/* says: T1 reads closed = 1 at STEP .LINE. and leaves, and so never comes to */
/* says: LINE, where it writes sum in orders that end well: let it leave only */
/* says: when nothing is left to do there */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int closed;
static int njobs = 1, sum;

static void *add_all(void *arg)
{
#ifndef FIXED
	if (closed)
		return arg;
#endif
	pthread_mutex_lock(&lock);
	sum += njobs;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, add_all, NULL);
	closed = 1;
	pthread_join(thread, NULL);
	assert(sum == 1);
	return 0;
}
