/*
 * ring - one thread puts words in, one takes them out, and nobody waits
 *
 * The fastest way from one thread to another: no lock and no read-modify-write
 * instruction. Each side owns an index that only it writes. It also keeps what
 * it last saw of the other's, and looks again only when that is used up, so
 * that most of the time the two touch no cache line in common but that of the
 * item (Lamport, 1977; the cached index is from Lee, Bu and Chandranmenon's
 * MCRingBuffer, 2010).
 *
 * An item is one word; pass pointers for what is larger.
 *
 * Threads:  one that pushes and one that pops; each of them may hand its part
 *           to another thread, under a lock say. What was written before an
 *           item was pushed is seen by who pops it.
 * Blocking: never. For a queue that makes its users wait see lib/bq.h.
 * Memory:   the slots, from ring_init to ring_fini.
 */
#ifndef LIB_RING_H
#define LIB_RING_H

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RING_CACHE_LINE = 64
};

struct ring {
	uint64_t *slots;
	size_t mask;

	/* the side that pushes */
	alignas(RING_CACHE_LINE) _Atomic size_t npushed;
	size_t npopped_seen;

	/* the side that pops */
	alignas(RING_CACHE_LINE) _Atomic size_t npopped;
	size_t npushed_seen;
};

/* Returns 0; -EINVAL: capacity is no power of 2; -ENOMEM. */
int ring_init(struct ring *ring, size_t capacity);
void ring_fini(struct ring *ring);

/* tag::ring-push[] */
/* Returns 0; -EAGAIN: it is full. */
static inline int ring_push(struct ring *ring, uint64_t item)
{
	/* Relaxed: nobody else writes it. */
	size_t n = atomic_load_explicit(&ring->npushed, memory_order_relaxed);

	if (n - ring->npopped_seen > ring->mask) {
		/* Pairs with the release in ring_pop: that slot was read. */
		ring->npopped_seen = atomic_load_explicit(
			&ring->npopped, memory_order_acquire);
		if (n - ring->npopped_seen > ring->mask)
			return -EAGAIN;
	}
	ring->slots[n & ring->mask] = item;
	/* Pairs with the acquire in ring_pop: first the item, then this. */
	atomic_store_explicit(&ring->npushed, n + 1, memory_order_release);
	return 0;
}
/* end::ring-push[] */

/* tag::ring-pop[] */
/* Returns 0; -EAGAIN: it is empty, and *item is as it was. */
static inline int ring_pop(struct ring *ring, uint64_t *item)
{
	/* Relaxed: nobody else writes it. */
	size_t n = atomic_load_explicit(&ring->npopped, memory_order_relaxed);

	if (n == ring->npushed_seen) {
		/* Pairs with the release in ring_push: the item is there. */
		ring->npushed_seen = atomic_load_explicit(
			&ring->npushed, memory_order_acquire);
		if (n == ring->npushed_seen)
			return -EAGAIN;
	}
	*item = ring->slots[n & ring->mask];
	/* Pairs with the acquire in ring_push: the slot may be used again. */
	atomic_store_explicit(&ring->npopped, n + 1, memory_order_release);
	return 0;
}
/* end::ring-pop[] */

/* How many are in it: for either side at least, or at most, so many. */
size_t ring_length(const struct ring *ring);

#endif
