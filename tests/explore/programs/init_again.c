/* finds: misuse: initialises a mutex that T[12] holds */
/* says: initialise it once, before the threads start */
#include <pthread.h>

static pthread_mutex_t lock;
static int n;

static void *count(void *arg)
{
#ifndef FIXED
	pthread_mutex_init(&lock, NULL);
#endif
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t a, b;

#ifdef FIXED
	pthread_mutex_init(&lock, NULL);
#endif
	pthread_create(&a, NULL, count, NULL);
	pthread_create(&b, NULL, count, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_mutex_destroy(&lock);
	return 0;
}
