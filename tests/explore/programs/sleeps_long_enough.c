/* finds: assertion failed: assert\(done\), in main at */
/* says: main reads done = 0 */
/* says: before T1 has written it .LINE.: let main wait until T1 has done */
/* says: and a condition variable; who sleeps may wake up before that */
/* says: Lesson: 11-condition-variables */
#include <assert.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int done;

static void *work(void *arg)
{
	pthread_mutex_lock(&lock);
	done = 1;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	pthread_t worker;

	pthread_create(&worker, NULL, work, NULL);
#ifdef FIXED
	pthread_join(worker, NULL);
#else
	sleep(1);
#endif
	pthread_mutex_lock(&lock);
	assert(done);
	pthread_mutex_unlock(&lock);
#ifndef FIXED
	pthread_join(worker, NULL);
#endif
	return 0;
}
