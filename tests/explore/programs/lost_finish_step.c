/* finds: deadlock: no thread can go on main waits at LINE for a signal */
/* says: over what T[12] wrote at STEP: that is lost, and main waits in vain: */
/* says: in vain: make home atomic ._Atomic., and change it in one step .\+=. */
/* says: Lesson: 05-data-race */
/* omits: nobody signals|hold one lock */
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
static _Atomic int home;
#else
static int home;
#endif
static pthread_mutex_t track = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t end = PTHREAD_COND_INITIALIZER;

static void *run(void *arg)
{
#ifdef FIXED
	int n = atomic_fetch_add(&home, 1) + 1;
#else
	int n = home;

	n = n + 1;
	home = n;
#endif
	pthread_mutex_lock(&track);
	if (n == 2)
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
	while (home != 2)
		pthread_cond_wait(&end, &track);
	pthread_mutex_unlock(&track);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
