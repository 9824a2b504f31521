/*
 * A stack of plates without a lock: its top is changed only if it is still
 * what it was. One cook takes a plate; the other takes two and puts the first
 * one back. Let the plate in the other's hand be on top.
 */
/* title: the same plate, another stack */
/* par: 1 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
	NONE,
	A,
	B,
	CHANGE = 4
};

static atomic_int top = A;
static atomic_int below[] = {[A] = B, [B] = NONE};
static atomic_bool in_hand[B + 1];

static bool change_top(int old, int plate)
{
#ifdef FIXED
	plate += old - old % CHANGE + CHANGE; /* how often it changed */
#endif
	return atomic_compare_exchange_strong(&top, &old, plate);
}

static int take(void)
{
	int old, plate;

	do {
		old = top;
		plate = old % CHANGE;
	} while (plate != NONE && !change_top(old, below[plate]));
	in_hand[plate] = true;
	return plate;
}

static void put_back(int plate)
{
	int old;

	in_hand[plate] = false;
	do {
		old = top;
		below[plate] = old % CHANGE;
	} while (!change_top(old, plate));
}

static void *take_one(void *arg)
{
	take();
	return arg;
}

static void *take_two(void *arg)
{
	int first = take();

	take();
	if (first != NONE)
		put_back(first);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, take_one, NULL);
	pthread_create(&b, NULL, take_two, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert(top % CHANGE == NONE || !in_hand[top % CHANGE]);
	return 0;
}
/* win: 1 1 1 2 2 2 2 2 2 2 2 2 2 2 2 2 1 1 0 0 0 0 0 */
/* why: top is what it was, and the stack is another one: compare also */
/* why: how often it has changed */
/* lesson: 07-atomicity */
