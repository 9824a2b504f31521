/* finds: deadlock */
/* says: T2 signalled at STEP .LINE. when nobody was waiting */
/* says: T2 changes done at STEP, between the test .STEP. and the wait */
/* says: change it while holding lock, as the test does */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool done;

static void *work(void *arg)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	done = true;
	pthread_cond_signal(&changed);
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return arg;
}

static void *wait(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!done)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t waiter, worker;

	pthread_create(&waiter, NULL, wait, NULL);
	pthread_create(&worker, NULL, work, NULL);
	pthread_join(worker, NULL);
	pthread_join(waiter, NULL);
	return 0;
}
