/*
 * This was printed in a journal in 1966 as a way to let in one at a time.
 * Bring both in.
 */
/* title: printed, and wrong */
/* par: 2 */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_bool wants[2];
static atomic_int turn, inside;

static void *person(void *arg)
{
	int me = arg == &wants[1], other = !me;

	wants[me] = true;
#ifdef FIXED
	turn = other;
	while (wants[other] && turn == other)
		sched_yield();
#else
	while (turn != me) {
		while (wants[other])
			sched_yield();
		turn = me;
	}
#endif
	assert(++inside == 1);
	inside--;
	wants[me] = false;
	return NULL;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, person, &wants[0]);
	pthread_create(&b, NULL, person, &wants[1]);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
/* win: 2 2 2 2 1 1 1 1 2 2 2 */
/* why: it saw that the other one does not want to, and takes the turn */
/* why: later: in between the other one went in */
/* lesson: 07-atomicity */
