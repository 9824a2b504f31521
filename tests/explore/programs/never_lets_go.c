/* finds: livelock: all go on trying for locks, and after [0-9]+ steps */
/* says: T1 holds a, since LINE */
/* says: main holds b, since LINE */
/* says: keeps what it has while it goes on trying: let all take these */
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static int tries[2];

static void lock_both(pthread_mutex_t *first, pthread_mutex_t *second, int *n)
{
	pthread_mutex_lock(first);
	while (pthread_mutex_trylock(second) != 0) {
#ifdef FIXED
		pthread_mutex_unlock(first);
#endif
		++*n;
		sched_yield();
#ifdef FIXED
		pthread_mutex_lock(first);
#endif
	}
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

static void *lock_a_first(void *arg)
{
	lock_both(&a, &b, &tries[0]);
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, lock_a_first, NULL);
	lock_both(&b, &a, &tries[1]);
	pthread_join(thread, NULL);
	return 0;
}
