/* finds: wait without a loop */
/* says: use while instead of if */
/* says: Lesson: 11-condition-variables */
/* says: a wake-up without a signal */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *wait(void *arg)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (!ready)
#else
	if (!ready)
#endif
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, wait, NULL);
	pthread_mutex_lock(&lock);
	ready = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return 0;
}
