/* finds: misuse: locks a mutex that was never initialised, in T1 */
/* says: pthread_mutex_init */
#include <pthread.h>
#include <stdlib.h>

struct counter {
	pthread_mutex_t lock;
	int n;
};

static void *count(void *arg)
{
	struct counter *counter = arg;

	pthread_mutex_lock(&counter->lock);
	counter->n++;
	pthread_mutex_unlock(&counter->lock);
	return NULL;
}

int main(void)
{
	struct counter *counter = malloc(sizeof(*counter));
	pthread_t thread;

	counter->n = 0;
#ifdef FIXED
	counter->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
#endif
	pthread_create(&thread, NULL, count, counter);
	pthread_join(thread, NULL);
	free(counter);
	return 0;
}
