/* finds: deadlock: no thread can go on main waits at LINE for a signal */
/* says: T[12] reads running at STEP and writes it at STEP, over what T[12] */
/* says: that is lost, and main waits in vain: make running atomic ._Atomic., */
/* says: so that it changes in one step Lesson: 05-data-race */
/* omits: nobody signals|hold one lock */
#include <pthread.h>

#ifdef FIXED
static _Atomic int running = 2;
#else
static int running = 2;
#endif
static pthread_mutex_t track = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t end = PTHREAD_COND_INITIALIZER;

static void *run(void *arg)
{
	running--;
	pthread_mutex_lock(&track);
	pthread_cond_signal(&end);
	pthread_mutex_unlock(&track);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, run, NULL);
	pthread_create(&b, NULL, run, NULL);
	pthread_mutex_lock(&track);
	while (running != 0)
		pthread_cond_wait(&end, &track);
	pthread_mutex_unlock(&track);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
