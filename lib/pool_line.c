#include <errno.h>
#include <stdlib.h>

#include "lib/pool_impl.h"
#include "lib/relax.h"

enum {
	NSLOTS = 256, /* of a segment */
	NSEGMENTS_FIRST = 16,
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
};

struct pool_segment {
	struct pool_segment *next; /* in spare; guarded by the pool's lock */
	struct slot slots[NSLOTS];
};

/*
 * Where the segment of each number is. No place is empty that anybody could
 * look at, however late.
 */
struct pool_index {
	uint64_t nsegments; /* a power of 2 */
	struct pool_index *older; /* somebody may still be reading it */
	_Atomic(struct pool_segment *) segments[];
};

static struct pool_index *index_create(
	uint64_t nsegments, struct pool_index *older)
{
	struct pool_index *index = calloc(
		1, sizeof(*index) + nsegments * sizeof(index->segments[0]));

	if (index) {
		index->nsegments = nsegments;
		index->older = older;
	}
	return index;
}

static void index_destroy(struct pool_index *index)
{
	while (index) {
		struct pool_index *older = index->older;

		free(index);
		index = older;
	}
}

static _Atomic(struct pool_segment *) *place_of(
	struct pool_index *index, uint64_t segment_number)
{
	return &index->segments[segment_number & (index->nsegments - 1)];
}

/* Relaxed: who may ask for that number has acquired the tail behind it. */
static struct pool_segment *segment_at(
	struct pool_index *index, uint64_t segment_number)
{
	return atomic_load_explicit(
		place_of(index, segment_number), memory_order_relaxed);
}

/* Release of the tail publishes it. */
static void set_segment(struct pool_index *index, uint64_t segment_number,
	struct pool_segment *segment)
{
	atomic_store_explicit(
		place_of(index, segment_number), segment, memory_order_relaxed);
}

int pool_line_init(struct pool_line *line)
{
	struct pool_index *index = index_create(NSEGMENTS_FIRST, NULL);

	if (!index)
		return -ENOMEM;
	atomic_init(&line->head, 0);
	atomic_init(&line->tail, 0);
	atomic_init(&line->index, index);
	line->filling = line->spare = NULL;
	line->oldest = 0;
	return 0;
}

/* Relaxed: only written under the lock that the caller holds. */
static struct pool_index *index_of(struct pool_line *line)
{
	return atomic_load_explicit(&line->index, memory_order_relaxed);
}

static uint64_t tail_of(struct pool_line *line)
{
	return atomic_load_explicit(&line->tail, memory_order_relaxed);
}

static void add_spare(struct pool_line *line, struct pool_segment *segment)
{
	segment->next = line->spare;
	line->spare = segment;
}

/*
 * Acquire: pairs with the compare-and-swap in take. Who moved head past a
 * segment had read it before, so that it may be written again.
 */
static void collect_spares(struct pool_line *line)
{
	uint64_t first = atomic_load_explicit(
				 &line->head, memory_order_acquire) /
			 NSLOTS;

	for (; line->oldest < first; line->oldest++)
		add_spare(line, segment_at(index_of(line), line->oldest));
}

static struct pool_segment *spare_or_new(struct pool_line *line)
{
	struct pool_segment *spare = line->spare;

	if (!spare)
		return malloc(sizeof(*spare));
	line->spare = spare->next;
	return spare;
}

/* Release: pairs with the acquire in take. A thief finds what was copied. */
static int grow_index(struct pool_line *line, uint64_t end)
{
	struct pool_index *old = index_of(line);
	struct pool_index *index = index_create(old->nsegments * GROWTH, old);

	if (!index)
		return -ENOMEM;
	for (uint64_t i = 0; i < index->nsegments; i++)
		set_segment(index, i, line->filling);
	for (uint64_t i = line->oldest; i != end; i++)
		set_segment(index, i, segment_at(old, i));
	atomic_store_explicit(&line->index, index, memory_order_release);
	return 0;
}

/* The tail has come to the end of one. */
static int begin_segment(struct pool_line *line, uint64_t number)
{
	struct pool_segment *segment;

	collect_spares(line);
	if (number - line->oldest == index_of(line)->nsegments &&
		grow_index(line, number))
		return -ENOMEM;
	segment = spare_or_new(line);
	if (!segment)
		return -ENOMEM;
	set_segment(index_of(line), number, segment);
	line->filling = segment;
	return 0;
}

static void write_slot(struct slot *slot, const struct pool_item *item)
{
	atomic_store_explicit(&slot->fn, item->fn, memory_order_relaxed);
	atomic_store_explicit(&slot->arg, item->arg, memory_order_relaxed);
}

/* Release: pairs with pool_line_tail. Who sees the tail finds the slot. */
int pool_line_put(struct pool_line *line, const struct pool_item *item)
{
	uint64_t tail = tail_of(line);
	struct slot *slots;

	if (tail % NSLOTS == 0 && begin_segment(line, tail / NSLOTS))
		return -ENOMEM;
	slots = line->filling->slots;
	write_slot(&slots[tail % NSLOTS], item);
	prefetch_to_write(&slots[(tail + NSLOTS_AHEAD) % NSLOTS]);
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

static void read_slot(
	struct pool_index *index, uint64_t number, struct pool_item *item)
{
	struct slot *slot =
		&segment_at(index, number / NSLOTS)->slots[number % NSLOTS];

	item->fn = atomic_load_explicit(&slot->fn, memory_order_relaxed);
	item->arg = atomic_load_explicit(&slot->arg, memory_order_relaxed);
}

/* Release of head: pairs with collect_spares. Acquire of index: with grow. */
bool pool_line_take(
	struct pool_line *line, uint64_t tail_seen, struct pool_item *item)
{
	uint64_t head = atomic_load_explicit(&line->head, memory_order_acquire);

	do {
		if (head >= tail_seen)
			return false;
		read_slot(atomic_load_explicit(
				  &line->index, memory_order_acquire),
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

static void free_spares(struct pool_line *line)
{
	while (line->spare) {
		struct pool_segment *next = line->spare->next;

		free(line->spare);
		line->spare = next;
	}
}

/* How many have begun to be filled. */
static uint64_t nsegments_of(struct pool_line *line)
{
	return (tail_of(line) + NSLOTS - 1) / NSLOTS;
}

/* Nobody can be late now: what was left behind may go. */
void pool_line_shrink(struct pool_line *line)
{
	struct pool_index *index = index_of(line), *small;

	collect_spares(line);
	free_spares(line);
	if (index->nsegments == NSEGMENTS_FIRST || pool_line_length(line) > 0)
		return;
	small = index_create(NSEGMENTS_FIRST, NULL);
	if (!small)
		return;
	for (uint64_t i = line->oldest; i < nsegments_of(line); i++)
		set_segment(small, i, segment_at(index, i));
	atomic_store_explicit(&line->index, small, memory_order_release);
	index_destroy(index);
}

void pool_line_fini(struct pool_line *line)
{
	for (uint64_t i = line->oldest; i < nsegments_of(line); i++)
		free(segment_at(index_of(line), i));
	free_spares(line);
	index_destroy(index_of(line));
}
