/*
 * The baker calls whenever a loaf is on the shelf. Let a customer who was
 * called find the shelf empty.
 */
/* title: called, and yet too late */
/* par: 2 */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t called = PTHREAD_COND_INITIALIZER;
static int loaves;

static void *customer(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (loaves == 0)
#else
	if (loaves == 0)
#endif
		pthread_cond_wait(&called, &lock);
	assert(loaves > 0);
	loaves--;
	pthread_mutex_unlock(&lock);
	return arg;
}

static void bake(void)
{
	pthread_mutex_lock(&lock);
	loaves++;
	pthread_cond_signal(&called);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, customer, NULL);
	pthread_create(&b, NULL, customer, NULL);
	bake();
	bake();
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 1 0 0 0 2 2 2 1 */
