#include "lib/ring.h"

#include <stdlib.h>

int ring_init(struct ring *ring, size_t capacity)
{
	uint64_t *slots;

	if (capacity == 0 || (capacity & (capacity - 1)) != 0)
		return -EINVAL;
	slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	*ring = (struct ring){.slots = slots, .mask = capacity - 1};
	return 0;
}

void ring_fini(struct ring *ring)
{
	free(ring->slots);
}

/*
 * Popped first, so that a pop in between does not make it less than nothing.
 * Relaxed: a number, which orders nothing; the acquire keeps the two apart.
 */
size_t ring_length(const struct ring *ring)
{
	size_t npopped = atomic_load_explicit(
		&ring->npopped, memory_order_acquire);

	return atomic_load_explicit(&ring->npushed, memory_order_relaxed) -
	       npopped;
}
