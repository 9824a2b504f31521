/* notes: lock left locked: T1 ends without unlocking lock */
/* says: also seen: lock left locked */
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
	return 0;
}
