/* Two threads, three rounds: nobody is a round ahead of the other. */
#include "barrier.h"

#include "lesson.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	NROUNDS = 3
};

static atomic_int rounds_done[NTHREADS];

static void look_at_others(int me, int round)
{
	static char words[NTHREADS][100];

	for (int i = 0; i < NTHREADS; i++) {
		int done = atomic_load(&rounds_done[i]);

		if (done >= round)
			continue;
		snprintf(words[me], sizeof(words[me]),
			"thread %d passed the barrier of round %d, and thread "
			"%d is still in round %d",
			me, round, i, done + 1);
		EXPECT(done >= round, words[me]);
	}
}

static void *thread(void *which)
{
	int me = *(int *)which;

	for (int round = 1; round <= NROUNDS; round++) {
		atomic_store(&rounds_done[me], round);
		barrier_wait();
		look_at_others(me, round);
	}
	return NULL;
}

int main(void)
{
	static int numbers[NTHREADS] = {0, 1};
	pthread_t threads[NTHREADS];

	for (int i = 0; i < NTHREADS; i++)
		pthread_create(&threads[i], NULL, thread, &numbers[i]);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
