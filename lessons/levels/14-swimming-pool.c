/*
 * Nobody begins the next lap before both have swum the last one: whoever comes
 * second opens the gate for two. Let one be two laps ahead of the other.
 */
/* title: a gate for every lap */
/* par: 0 */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

static sem_t gates[2];
static atomic_int arrived, laps[2];

static void wait_for_both(int lap)
{
#ifdef FIXED
	sem_t *gate = &gates[lap % 2];
#else
	sem_t *gate = &gates[0];

	(void)lap;
#endif
	if (++arrived == 2) {
		arrived = 0;
		sem_post(gate);
		sem_post(gate);
	}
	sem_wait(gate);
}

static void *swimmer(void *arg)
{
	int me = arg == &laps[1];

	for (int lap = 1; lap <= 3; lap++) {
		laps[me] = lap;
		assert(laps[!me] >= lap - 1);
		wait_for_both(lap);
	}
	return NULL;
}

int main(void)
{
	pthread_t a, b;

	sem_init(&gates[0], 0, 0);
	sem_init(&gates[1], 0, 0);
	pthread_create(&a, NULL, swimmer, &laps[0]);
	pthread_create(&b, NULL, swimmer, &laps[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 1 1 1 1 2 2 2 2 2 2 2 2 2 2 2 2 2 2 */
/* why: both permits are for this lap, and who is fast takes the other */
/* why: one's for its next: give each lap a gate of its own */
/* lesson: 14-barrier */
