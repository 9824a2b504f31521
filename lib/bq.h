/*
 * bq - a queue of limited length between threads that put and threads that take
 *
 * The limit is the point of it: a producer that outruns its consumers is made
 * to wait instead of filling the memory. Items are copied in and out, all of
 * one size; pass pointers for what is large. They come out oldest first,
 * newest first, or smallest first with equals oldest first.
 *
 * A FIFO of capacity 0 has no room: an item is handed over to a thread that
 * waits in bq_pop, and who pushes waits for one.
 *
 * Closing says that no more will come. A queue closed with BQ_DRAIN hands out
 * what it holds and then reports -EPIPE for good, so that consumers need no
 * special last item. BQ_DISCARD drops what it holds as well; what the items
 * point to is the caller's affair, who may rather drain and free.
 *
 * A consumer that calls bq_task_done after each item lets bq_join wait for
 * work that is finished, not merely taken.
 *
 * Who waits is woken by the push or pop that makes its turn possible, one for
 * one, and in the order of waiting; but a thread that comes along while
 * another is waking up may go first. Nobody is promised a turn, every item is.
 *
 * Threads:  any, but for bq_create and bq_destroy. What is pushed was written
 *           before it is popped: no other ordering is needed.
 * Blocking: push, pop and join, until their deadline: an absolute time of
 *           clock_now(); CLOCK_NEVER waits for ever; 0 does not wait. A time
 *           that has passed fails only where one would have to wait. Before
 *           it sleeps a thread may spin for some microseconds.
 * Memory:   all at bq_create, and when bq_set_capacity asks for more than
 *           ever before. bq_destroy when every call has returned.
 */
#ifndef LIB_BQ_H
#define LIB_BQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/clock.h"

struct bq;

enum bq_order {
	BQ_FIFO,
	BQ_LIFO,
	BQ_PRIORITY /* the smallest by compare; equals in order of pushing */
};

enum bq_close {
	BQ_DRAIN,
	BQ_DISCARD
};

/* Less than, equal to or greater than 0 as a comes before, with, after b. */
typedef int (*bq_compare_fn)(const void *a, const void *b);

struct bq_options {
	size_t capacity; /* items; 0: for BQ_FIFO only */
	size_t item_size; /* bytes, at least 1 */
	enum bq_order order;
	bq_compare_fn compare; /* for BQ_PRIORITY only; runs under the lock */
};

/* A snapshot, true at one moment; for tests, tables and curiosity. */
struct bq_state {
	size_t length;
	size_t capacity;
	size_t unfinished; /* pushed, and neither done nor discarded */
	unsigned npushers; /* threads asleep in bq_push */
	unsigned npoppers; /* threads asleep in bq_pop */
	uint64_t nwakeups; /* how often a thread asleep was woken, in all */
	bool closed;
};

/*
 * Returns 0; -EINVAL: an item size or, but for BQ_FIFO, a capacity of 0, an
 * unknown order, BQ_PRIORITY without compare; -ENOMEM.
 */
int bq_create(const struct bq_options *options, struct bq **result);

/* Items still held are forgotten. NULL is fine. */
void bq_destroy(struct bq *q);

/*
 * Copy *item in. Returns 0; on failure nothing was put in: -EAGAIN (deadline
 * 0, and full), -ETIMEDOUT, -EPIPE (closed, if need be while waiting).
 */
int bq_push(struct bq *q, const void *item, uint64_t deadline_ns);

/*
 * Move the next item to *item. Returns 0; on failure *item is as it was:
 * -EAGAIN (deadline 0, and empty), -ETIMEDOUT, -EPIPE (closed and empty).
 */
int bq_pop(struct bq *q, void *item, uint64_t deadline_ns);

/* Copy the next item and leave it there. Returns 0, -EAGAIN, -EPIPE as pop. */
int bq_peek(struct bq *q, void *item);

/*
 * Refuse what is pushed from now on. May be repeated, and turned from
 * BQ_DRAIN to BQ_DISCARD; discarded items count as done.
 */
void bq_close(struct bq *q, enum bq_close how);

/*
 * An item that was popped has been dealt with.
 * Returns 0; -EINVAL: called more often than items were popped.
 */
int bq_task_done(struct bq *q);

/*
 * Wait until every item pushed so far, and since, is done or discarded.
 * Returns 0; -EAGAIN (deadline 0, and some are not), -ETIMEDOUT.
 */
int bq_join(struct bq *q, uint64_t deadline_ns);

/*
 * Change the limit. A queue that holds more than it may now keeps all and
 * counts as full. Returns 0; unchanged: -EINVAL (to 0, or from 0), -ENOMEM.
 */
int bq_set_capacity(struct bq *q, size_t capacity);

size_t bq_length(struct bq *q);
void bq_inspect(struct bq *q, struct bq_state *state);

#endif
