/* finds: misuse: joins T1 a second time */
/* says: one thread owns it, and that one joins it */
#include <pthread.h>

static pthread_t worker;

static void *work(void *arg)
{
	return arg;
}

static void *watch(void *arg)
{
#ifndef FIXED
	pthread_join(worker, NULL);
#endif
	return arg;
}

int main(void)
{
	pthread_t watcher;

	pthread_create(&worker, NULL, work, NULL);
	pthread_create(&watcher, NULL, watch, NULL);
	pthread_join(watcher, NULL);
	pthread_join(worker, NULL);
	return 0;
}
