/* finds: assertion failed: assert\(seen > 0\) */
/* says: price is changed in two steps, and read in between: T1 writes */
/* says: between: T1 writes it .* main reads it .* T1 write */
/* says: hold it from LINE to LINE */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int price = 5;

static void *change(void *arg)
{
	pthread_mutex_lock(&lock);
	price = 0;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	price = 7;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;
	int seen;

	pthread_create(&thread, NULL, change, NULL);
	pthread_mutex_lock(&lock);
	seen = price;
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	assert(seen > 0);
	return 0;
}
