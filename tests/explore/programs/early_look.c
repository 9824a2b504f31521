/* finds: data race on rounds, in main at early_look.c:29 */
/* says: main reads rounds .LINE., and does not wait until T1 has written it */
/* says: .LINE.: if main needs what T1 leaves there, join T1 before that; to */
/* says: look at it while T1 runs, hold one lock at LINE and LINE */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int stop;
static int rounds;

static void *work(void *arg)
{
	for (int i = 0; i < 3 && !stop; i++) {
		rounds++;
		sched_yield();
	}
	return arg;
}

int main(void)
{
	pthread_t worker;

	pthread_create(&worker, NULL, work, NULL);
	stop = 1;
#ifndef FIXED
	printf("%d\n", rounds);
#endif
	pthread_join(worker, NULL);
	return rounds < 0;
}
