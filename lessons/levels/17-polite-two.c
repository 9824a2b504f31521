/*
 * Each lets the other go first, says that it wants to go in, and waits while
 * the other wants to and it is the other's turn. Bring both in.
 */
/* title: the right lines in the wrong order */
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

#ifdef FIXED
	wants[me] = true;
	turn = other;
#else
	turn = other;
	wants[me] = true;
#endif
	while (wants[other] && turn == other)
		sched_yield();
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
/* win: 1 1 2 2 2 2 2 1 1 1 1 */
/* why: who gives way before it says that it wants to is not seen: say */
/* why: it first, and each leaves the turn to the other */
/* lesson: 07-atomicity */
