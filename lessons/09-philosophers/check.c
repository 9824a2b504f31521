/* Each philosopher eats once; two neighbours never do so together. */
#include "table.h"

#include "lesson.h"

#include <pthread.h>
#include <stdatomic.h>

static atomic_int eating[NPHILOSOPHERS];
static int nmeals[NPHILOSOPHERS]; /* each its own */

static void eat(int n)
{
	static const char *const words[NPHILOSOPHERS] = {
		"philosopher 0 ate while a neighbour did",
		"philosopher 1 ate while a neighbour did",
		"philosopher 2 ate while a neighbour did",
	};

	atomic_store(&eating[n], 1);
	for (int i = 0; i < NPHILOSOPHERS; i++)
		EXPECT(i == n || !atomic_load(&eating[i]), words[n]);
	atomic_store(&eating[n], 0);
	nmeals[n]++;
}

static void *philosopher(void *which)
{
	int n = *(int *)which;

	take_forks(n);
	eat(n);
	put_forks(n);
	return NULL;
}

int main(void)
{
	static int numbers[NPHILOSOPHERS] = {0, 1, 2};
	pthread_t threads[NPHILOSOPHERS];

	for (int i = 0; i < NPHILOSOPHERS; i++)
		pthread_create(&threads[i], NULL, philosopher, &numbers[i]);
	for (int i = 0; i < NPHILOSOPHERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < NPHILOSOPHERS; i++)
		EXPECT(nmeals[i] == 1, "a philosopher has had no meal");
	return 0;
}
