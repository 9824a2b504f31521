/* Three threads, two rounds: nobody passes before all have come. */
#include "barrier.h"

#include "lesson.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
	NROUNDS = 2
};

/* One for each round: what a fast thread does next changes none of them. */
static struct {
	atomic_bool has_come[NTHREADS];
} rounds[NROUNDS];

static void look_at_others(int me, int round)
{
	static char words[NTHREADS][100];

	for (int i = 0; i < NTHREADS; i++) {
		if (i == me || atomic_load(&rounds[round].has_come[i]))
			continue;
		snprintf(words[me], sizeof(words[me]),
			"thread %d passed the barrier of round %d before "
			"thread %d had come there",
			me, round + 1, i);
		EXPECT(false, words[me]);
	}
}

static void *thread(void *which)
{
	int me = *(int *)which;

	for (int round = 0; round < NROUNDS; round++) {
		atomic_store(&rounds[round].has_come[me], true);
		barrier_wait();
		look_at_others(me, round);
	}
	return NULL;
}

int main(void)
{
	static int numbers[NTHREADS] = {0, 1, 2};
	pthread_t threads[NTHREADS];

	for (int i = 0; i < NTHREADS; i++)
		pthread_create(&threads[i], NULL, thread, &numbers[i]);
	for (int i = 0; i < NTHREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
