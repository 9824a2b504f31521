/* finds: assertion failed */
/* says: the exchange does not notice .ABA.: keep a count of its changes */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum {
	NONE,
	A,
	B,
	NNODES
};

/*
 * A stack without a lock. Its head is the number of a node, and in the twin
 * how often it has changed, so that the same node is not the same head.
 */
#ifdef FIXED
#define NEXT_HEAD(old, node) ((((old) >> 32) + 1) << 32 | (node))
#else
#define NEXT_HEAD(old, node) ((void)(old), (uint64_t)(node))
#endif

static _Atomic uint64_t head = A;
static _Atomic uint32_t below[NNODES] = {[A] = B};
static atomic_int owners[NNODES];

static uint32_t pop(void)
{
	uint64_t old = atomic_load(&head);

	for (;;) {
		uint32_t node = (uint32_t)old;

		if (node == NONE)
			return NONE;
		if (atomic_compare_exchange_strong(&head, &old,
			    NEXT_HEAD(old, atomic_load(&below[node]))))
			return node;
	}
}

static void push(uint32_t node)
{
	uint64_t old = atomic_load(&head);

	do
		atomic_store(&below[node], (uint32_t)old);
	while (!atomic_compare_exchange_strong(
		&head, &old, NEXT_HEAD(old, node)));
}

static void own(uint32_t node)
{
	if (node != NONE)
		assert(atomic_fetch_add(&owners[node], 1) == 0);
}

static void *pop_twice(void *arg)
{
	own(pop());
	own(pop());
	return arg;
}

/* A comes back on top; what lies below it is not what it was. */
static void *pop_both_and_push(void *arg)
{
	uint32_t top = pop();

	own(pop());
	if (top != NONE)
		push(top);
	return arg;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, pop_twice, NULL);
	pthread_create(&b, NULL, pop_both_and_push, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
