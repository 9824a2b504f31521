/*
 * bq_impl - where a bq keeps its items and which of them is next
 *
 * A ring for FIFO, a stack for LIFO, a binary heap for PRIORITY, each in one
 * array. No waiting and no limits here: the caller has made sure that there
 * is room, or an item.
 *
 * Threads:  one at a time; bq.c holds its lock.
 * Blocking: never.
 * Memory:   the array, from _init to _fini.
 */
#ifndef LIB_BQ_IMPL_H
#define LIB_BQ_IMPL_H

#include <stdint.h>

#include "lib/bq.h"

struct bq_items {
	unsigned char *slots;
	size_t nslots;
	size_t length; /* items held */
	size_t first; /* slot of the oldest, in a ring */
	size_t item_size;
	size_t slot_size;
	enum bq_order order;
	bq_compare_fn compare;
	uint64_t npushed; /* numbers the items of a heap */
};

/* Returns 0; -ENOMEM. */
int bq_items_init(struct bq_items *items, const struct bq_options *options);
void bq_items_fini(struct bq_items *items);

/* Have at least this many slots. Returns 0; unchanged: -ENOMEM. */
int bq_items_reserve(struct bq_items *items, size_t nslots);

void bq_items_put(struct bq_items *items, const void *item);
void bq_items_take(struct bq_items *items, void *item);
void bq_items_peek(const struct bq_items *items, void *item);
void bq_items_drop_all(struct bq_items *items);

#endif
