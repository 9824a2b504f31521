/* finds: misuse: locks a mutex that it holds already */
/* says: has locked [ab] at LINE, and comes there again: unlock it on every */
/* says: way back, also where the trylock at LINE fails */
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;

#ifndef FIXED
static int try_both(pthread_mutex_t *first, pthread_mutex_t *second)
{
	pthread_mutex_lock(first);
	if (pthread_mutex_trylock(second) == 0)
		return 1;
	return 0;
}
#endif

static void *in_order(void *arg)
{
	pthread_mutex_lock(&a);
	pthread_mutex_lock(&b);
	pthread_mutex_unlock(&b);
	pthread_mutex_unlock(&a);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, in_order, NULL);
#ifdef FIXED
	in_order(NULL);
#else
	while (!try_both(&b, &a))
		sched_yield();
	pthread_mutex_unlock(&a);
	pthread_mutex_unlock(&b);
#endif
	pthread_join(thread, NULL);
	return 0;
}
