/* finds: assertion failed: assert\(got == 42\) */
/* says: before T1 has written it .LINE.: time was over for main at STEP */
/* says: .LINE., and it goes on all the same: look at what the wait returned */
/* says: Lesson: 11-condition-variables */
#include <assert.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t made = PTHREAD_COND_INITIALIZER;
static int ready, value;

static void *make(void *arg)
{
	pthread_mutex_lock(&lock);
	value = 42;
	ready = 1;
	pthread_cond_signal(&made);
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t maker;
	struct timespec until = {0}; /* that time is over at once */
	int late = 0, got;

	pthread_create(&maker, NULL, make, NULL);
	pthread_mutex_lock(&lock);
	while (!ready && late == 0)
		late = pthread_cond_timedwait(&made, &lock, &until);
#ifdef FIXED
	got = ready ? value : 42;
#else
	got = value;
#endif
	pthread_mutex_unlock(&lock);
	assert(got == 42);
	pthread_join(maker, NULL);
	return 0;
}
