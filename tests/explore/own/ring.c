/* Our own ring between two threads: in order, nothing lost, nothing twice. */
#include "lib/ring.h"

#include <assert.h>
#include <pthread.h>

enum {
	CAPACITY = 2,
	NITEMS = 3
};

static struct ring ring;

static void *push(void *arg)
{
	for (uint64_t i = 1; i <= NITEMS; i++) {
		if (ring_push(&ring, i) != 0)
			break; /* full */
	}
	return arg;
}

int main(void)
{
	pthread_t thread;
	uint64_t item, last = 0;

	assert(ring_init(&ring, CAPACITY) == 0);
	pthread_create(&thread, NULL, push, NULL);
	for (int i = 0; i < NITEMS; i++) {
		if (ring_pop(&ring, &item) != 0)
			continue; /* empty */
		assert(item == last + 1);
		last = item;
	}
	pthread_join(thread, NULL);
	while (ring_pop(&ring, &item) == 0) {
		assert(item == last + 1);
		last = item;
	}
	ring_fini(&ring);
	return 0;
}
