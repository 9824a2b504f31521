/* finds: dead local variable: uses lock of start.., which returned at step */
/* says: join T1 before start.. returns */
#include <pthread.h>

static void *visit(void *arg)
{
	pthread_mutex_lock(arg);
	pthread_mutex_unlock(arg);
	return NULL;
}

static pthread_t start(void)
{
	pthread_mutex_t lock;
	pthread_t thread;

	pthread_mutex_init(&lock, NULL);
	pthread_create(&thread, NULL, visit, &lock);
#ifdef FIXED
	pthread_join(thread, NULL);
	pthread_mutex_destroy(&lock);
#endif
	return thread;
}

int main(void)
{
	pthread_t thread = start();

#ifdef FIXED
	(void)thread;
#else
	pthread_join(thread, NULL);
#endif
	return 0;
}
