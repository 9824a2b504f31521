/* finds: misuse: locks a mutex that was destroyed, in T1 */
/* says: after the joins */
/* says: [mainT1]+ destroyed it at LINE */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;

static void *count(void *arg)
{
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, count, NULL);
#ifdef FIXED
	pthread_join(thread, NULL);
	pthread_mutex_destroy(&lock);
#else
	pthread_mutex_destroy(&lock);
	pthread_join(thread, NULL);
#endif
	return 0;
}
