/* finds: deadlock */
/* says: T1 waits at LINE for a signal on changed; main signalled at STEP */
/* says: main changes ready at STEP, between the test .STEP. and the wait */
/* says: of T1: change it while holding lock, as the test does */
/* says: Lesson: 11-condition-variables */
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int ready;

static void *wait(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!atomic_load(&ready))
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, wait, NULL);
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	atomic_store(&ready, 1);
	pthread_cond_signal(&changed);
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	pthread_join(thread, NULL);
	return 0;
}
