/* finds: livelock: reads the same again and again, and nobody is left */
/* says: (T1|main) has taken (north|south) .two_own_locks.c:11., which */
/* says: let all take these in the same order */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int north, south;

static void lock(atomic_int *own)
{
	while (atomic_exchange(own, 1))
		;
}

static void pass(atomic_int *first, atomic_int *second)
{
	lock(first);
	lock(second);
	atomic_store(second, 0);
	atomic_store(first, 0);
}

static void *work(void *arg)
{
#ifdef FIXED
	pass(&north, &south);
#else
	pass(&south, &north);
#endif
	return arg;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	pass(&north, &south);
	pthread_join(thread, NULL);
	return 0;
}
