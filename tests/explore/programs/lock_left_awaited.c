/* finds: deadlock: no thread can go on */
/* says: T1 has ended, and never unlocked lock */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n;

static void *count(void *arg)
{
	pthread_mutex_lock(&lock);
	if (++n == 1) {
#ifdef FIXED
		pthread_mutex_unlock(&lock);
#endif
		return arg;
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, count, NULL);
	pthread_join(thread, NULL);
	pthread_mutex_lock(&lock);
	n++;
	pthread_mutex_unlock(&lock);
	return 0;
}
