/* finds: deadlock */
/* says: main came to turn 3 times, T1 only 2 times: let each thread come */
/* says: equally often Lesson: 14-barrier */
/* says: T1 arrives at turn .[12] of 2., (waits|opens it) */
#include <pthread.h>
#include <stdint.h>

static pthread_barrier_t turn;

static void *dance(void *arg)
{
	for (int i = 0; i < (int)(intptr_t)arg; i++)
		pthread_barrier_wait(&turn);
	return arg;
}

int main(void)
{
	pthread_t thread;
#ifdef FIXED
	int rounds = 3;
#else
	int rounds = 2;
#endif

	pthread_barrier_init(&turn, NULL, 2);
	pthread_create(&thread, NULL, dance, (void *)(intptr_t)rounds);
	dance((void *)3);
	pthread_join(thread, NULL);
	return 0;
}
