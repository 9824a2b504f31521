#include <errno.h>
#include <stdlib.h>

#include "lib/pool_impl.h"
#include "lib/relax.h"

enum {
	NSLOTS_FIRST = 256,
	GROWTH = 4, /* so that what is left behind is a third at most */
	NSLOTS_AHEAD = 8 /* to be fetched from the cache of who emptied them */
};

/*
 * Relaxed, word by word: who reads a slot that is being written anew will not
 * get past the compare-and-swap on head, and forgets what it has read.
 */
struct slot {
	_Atomic(future_fn) fn;
	_Atomic(void *) arg;
	_Atomic(struct locals *) locals;
};

struct pool_ring {
	uint64_t nslots; /* a power of 2 */
	struct pool_ring *older; /* somebody may still be reading it */
	struct slot slots[];
};

static struct pool_ring *ring_create(uint64_t nslots, struct pool_ring *older)
{
	struct pool_ring *ring = malloc(
		sizeof(*ring) + nslots * sizeof(struct slot));

	if (ring)
		*ring = (struct pool_ring){.nslots = nslots, .older = older};
	return ring;
}

static void ring_destroy(struct pool_ring *ring)
{
	while (ring) {
		struct pool_ring *older = ring->older;

		free(ring);
		ring = older;
	}
}

static struct slot *slot_of(struct pool_ring *ring, uint64_t number)
{
	return &ring->slots[number & (ring->nslots - 1)];
}

static void write_slot(
	struct pool_ring *ring, uint64_t number, const struct pool_item *item)
{
	struct slot *slot = slot_of(ring, number);

	atomic_store_explicit(&slot->fn, item->fn, memory_order_relaxed);
	atomic_store_explicit(&slot->arg, item->arg, memory_order_relaxed);
	atomic_store_explicit(
		&slot->locals, item->locals, memory_order_relaxed);
}

static void read_slot(
	struct pool_ring *ring, uint64_t number, struct pool_item *item)
{
	struct slot *slot = slot_of(ring, number);

	item->fn = atomic_load_explicit(&slot->fn, memory_order_relaxed);
	item->arg = atomic_load_explicit(&slot->arg, memory_order_relaxed);
	item->locals = atomic_load_explicit(
		&slot->locals, memory_order_relaxed);
}

int pool_line_init(struct pool_line *line)
{
	struct pool_ring *ring = ring_create(NSLOTS_FIRST, NULL);

	if (!ring)
		return -ENOMEM;
	atomic_init(&line->head, 0);
	atomic_init(&line->tail, 0);
	atomic_init(&line->ring, ring);
	line->head_seen = 0;
	return 0;
}

void pool_line_fini(struct pool_line *line)
{
	ring_destroy(line->ring);
}

/* Relaxed: only written under the lock that the caller holds. */
static struct pool_ring *ring_of(struct pool_line *line)
{
	return atomic_load_explicit(&line->ring, memory_order_relaxed);
}

/*
 * Acquire: pairs with the compare-and-swap in take. Who moved head past a
 * slot had read it before, so that it may be written again.
 */
static uint64_t look_at_head(struct pool_line *line)
{
	line->head_seen = atomic_load_explicit(
		&line->head, memory_order_acquire);
	return line->head_seen;
}

/* Release: pairs with the acquire in take. A thief finds what was copied. */
static struct pool_ring *grow(struct pool_line *line, uint64_t tail)
{
	struct pool_ring *old = ring_of(line);
	struct pool_ring *ring = ring_create(old->nslots * GROWTH, old);
	struct pool_item item;

	if (!ring)
		return NULL;
	for (uint64_t i = line->head_seen; i != tail; i++) {
		read_slot(old, i, &item);
		write_slot(ring, i, &item);
	}
	atomic_store_explicit(&line->ring, ring, memory_order_release);
	return ring;
}

/* Release: pairs with pool_line_tail. Who sees the tail finds the slot. */
int pool_line_put(struct pool_line *line, const struct pool_item *item)
{
	struct pool_ring *ring = ring_of(line);
	uint64_t tail = atomic_load_explicit(&line->tail, memory_order_relaxed);

	if (tail - line->head_seen == ring->nslots &&
		tail - look_at_head(line) == ring->nslots) {
		ring = grow(line, tail);
		if (!ring)
			return -ENOMEM;
	}
	write_slot(ring, tail, item);
	prefetch_to_write(slot_of(ring, tail + NSLOTS_AHEAD));
	atomic_store_explicit(&line->tail, tail + 1, memory_order_release);
	return 0;
}

/*
 * Acquire: pairs with the release in put. What was put before this tail is
 * written, and the ring that take finds is at least as new.
 */
uint64_t pool_line_tail(const struct pool_line *line)
{
	return atomic_load_explicit(&line->tail, memory_order_acquire);
}

/* Release of head: pairs with look_at_head. Acquire of ring: with grow. */
bool pool_line_take(
	struct pool_line *line, uint64_t tail_seen, struct pool_item *item)
{
	uint64_t head = atomic_load_explicit(&line->head, memory_order_acquire);

	do {
		if (head >= tail_seen)
			return false;
		read_slot(
			atomic_load_explicit(&line->ring, memory_order_acquire),
			head, item);
	} while (!atomic_compare_exchange_weak_explicit(&line->head, &head,
		head + 1, memory_order_acq_rel, memory_order_acquire));
	return true;
}

/* head first: it may only lag behind, and the difference is never negative. */
uint64_t pool_line_length(const struct pool_line *line)
{
	uint64_t head = atomic_load(&line->head);

	return atomic_load(&line->tail) - head;
}

bool pool_line_is_empty(const struct pool_line *line, uint64_t tail_seen)
{
	uint64_t head = atomic_load(&line->head);

	return head >= tail_seen && head >= atomic_load(&line->tail);
}

void pool_line_shrink(struct pool_line *line)
{
	struct pool_ring *ring = ring_of(line), *small;

	if (ring->nslots == NSLOTS_FIRST || pool_line_length(line) > 0)
		return;
	small = ring_create(NSLOTS_FIRST, NULL);
	if (!small)
		return;
	look_at_head(line);
	atomic_store_explicit(&line->ring, small, memory_order_release);
	ring_destroy(ring);
}
