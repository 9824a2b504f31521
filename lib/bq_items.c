#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bq_impl.h"

static unsigned char *slot(const struct bq_items *items, size_t i)
{
	return items->slots + i * items->slot_size;
}

/* A constant size is a move or two; a variable one is a call. */
static void copy(void *to, const void *from, size_t size)
{
	if (size == sizeof(uint64_t))
		memcpy(to, from, sizeof(uint64_t));
	else
		memcpy(to, from, size);
}

/* The slot that comes n places after the oldest. */
static size_t ring_slot(const struct bq_items *items, size_t n)
{
	size_t i = items->first + n;

	return i < items->nslots ? i : i - items->nslots;
}

/* What follows the item in a slot of a heap: the number of its push. */
static size_t number_offset(size_t item_size)
{
	const size_t unit = alignof(uint64_t);

	return (item_size + unit - 1) / unit * unit;
}

static uint64_t number_of(const struct bq_items *items, const void *slot)
{
	uint64_t number;

	memcpy(&number,
		(const unsigned char *)slot + number_offset(items->item_size),
		sizeof(number));
	return number;
}

static bool heap_before(
	const struct bq_items *items, const void *a, const void *b)
{
	int order = items->compare(a, b);

	return order < 0 ||
	       (order == 0 && number_of(items, a) < number_of(items, b));
}

/* The newest goes before none of its equals, so its number is not compared. */
static void heap_put(struct bq_items *items, const void *item)
{
	size_t hole = items->length, parent;
	unsigned char *to;

	for (; hole > 0; hole = parent) {
		parent = (hole - 1) / 2;
		if (items->compare(item, slot(items, parent)) >= 0)
			break;
		memcpy(slot(items, hole), slot(items, parent),
			items->slot_size);
	}
	to = slot(items, hole);
	copy(to, item, items->item_size);
	memcpy(to + number_offset(items->item_size), &items->npushed,
		sizeof(items->npushed));
	items->npushed++;
}

/* The child of a hole that may rise into it, were the heap n items long. */
static size_t heap_child(const struct bq_items *items, size_t hole, size_t n)
{
	size_t child = 2 * hole + 1;

	if (child + 1 < n &&
		heap_before(items, slot(items, child + 1), slot(items, child)))
		child++;
	return child;
}

/* Fill the hole at the top: the last item sinks to where it belongs. */
static void heap_remove_first(struct bq_items *items)
{
	size_t n = items->length - 1, hole = 0, child;
	const unsigned char *last = slot(items, n);

	while ((child = heap_child(items, hole, n)) < n &&
		heap_before(items, slot(items, child), last)) {
		memcpy(slot(items, hole), slot(items, child), items->slot_size);
		hole = child;
	}
	if (hole != n)
		memcpy(slot(items, hole), last, items->slot_size);
}

static size_t next_slot(const struct bq_items *items)
{
	switch (items->order) {
	case BQ_FIFO:
		return items->first;
	case BQ_LIFO:
		return items->length - 1;
	case BQ_PRIORITY:
		break;
	}
	return 0;
}

void bq_items_put(struct bq_items *items, const void *item)
{
	if (items->order == BQ_PRIORITY)
		heap_put(items, item);
	else
		copy(slot(items, ring_slot(items, items->length)), item,
			items->item_size);
	items->length++;
}

void bq_items_peek(const struct bq_items *items, void *item)
{
	copy(item, slot(items, next_slot(items)), items->item_size);
}

void bq_items_take(struct bq_items *items, void *item)
{
	bq_items_peek(items, item);
	if (items->order == BQ_PRIORITY)
		heap_remove_first(items);
	else if (items->order == BQ_FIFO)
		items->first = ring_slot(items, 1);
	items->length--;
}

void bq_items_drop_all(struct bq_items *items)
{
	items->first = 0;
	items->length = 0;
}

/* Compare is handed pointers into slots, which are to be aligned for it. */
static int choose_slot_size(const struct bq_options *options, size_t *slot_size)
{
	const size_t unit = alignof(max_align_t);
	size_t size = options->item_size;

	if (options->order == BQ_PRIORITY) {
		if (size > SIZE_MAX - 4 * unit)
			return -ENOMEM;
		size = number_offset(size) + sizeof(uint64_t);
		size = (size + unit - 1) / unit * unit;
	}
	*slot_size = size;
	return 0;
}

int bq_items_init(struct bq_items *items, const struct bq_options *options)
{
	int error;

	*items = (struct bq_items){
		.item_size = options->item_size,
		.order = options->order,
		.compare = options->compare,
	};
	error = choose_slot_size(options, &items->slot_size);
	return error ? error : bq_items_reserve(items, options->capacity);
}

void bq_items_fini(struct bq_items *items)
{
	free(items->slots);
}

/* In the new array the ring starts at slot 0. */
static void move_to(struct bq_items *items, unsigned char *slots)
{
	size_t before_end = items->nslots - items->first;

	if (before_end > items->length)
		before_end = items->length;
	if (items->length > 0) {
		memcpy(slots, slot(items, items->first),
			before_end * items->slot_size);
		memcpy(slots + before_end * items->slot_size, items->slots,
			(items->length - before_end) * items->slot_size);
	}
	free(items->slots);
	items->slots = slots;
	items->first = 0;
}

int bq_items_reserve(struct bq_items *items, size_t nslots)
{
	unsigned char *slots;
	size_t size;

	if (nslots <= items->nslots)
		return 0;
	if (__builtin_mul_overflow(nslots, items->slot_size, &size))
		return -ENOMEM;
	slots = malloc(size);
	if (!slots)
		return -ENOMEM;
	move_to(items, slots);
	items->nslots = nslots;
	return 0;
}
