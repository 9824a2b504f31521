/* finds: misuse: joins itself, in T1 */
/* says: a thread cannot wait for its own end */
#include <pthread.h>

static void finish(pthread_t thread)
{
	if (pthread_equal(thread, pthread_self()))
#ifdef FIXED
		pthread_exit(NULL);
#else
		pthread_join(thread, NULL);
#endif
}

static void *work(void *arg)
{
	finish(pthread_self());
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
	return 0;
}
