/*
 * One lock guards everything; those who wait for room and those who wait for
 * an item have a condition each, so that a wake-up reaches someone who can
 * use it. Two additions make it fast and change nothing else:
 *
 * - A thread first spins a little, for its turn and for the lock, because to
 *   be put to sleep and woken takes some ten thousand times as long as to
 *   copy an item. While it keeps off, the other does many items in a row with
 *   the lock in its own cache. How long to spin is learned from success.
 * - A sleeper is signalled once. As long as those signalled are still on
 *   their way, more items need no more signals.
 */
#include "lib/bq.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/bq_impl.h"
#include "lib/relax.h"
#include "lib/sync.h"

enum {
	CACHE_LINE = 64,
	SPINS_MIN = 8, /* pauses: one takes 1 to 50 ns */
	SPINS_MAX = 512,
	LOCK_SPINS = 32,
	LOCK_TRIES = 4
};

/*
 * Those who wait for the same thing: room, or an item. On a cache line of
 * its own, so that to watch for a turn does not disturb those at work.
 */
struct side {
	alignas(CACHE_LINE) atomic_bool open; /* a hint: nobody has to wait */
	atomic_uint nspins; /* to try before going to sleep */
	/* guarded by lock */
	struct cond turn;
	unsigned nasleep;
	unsigned nwoken; /* of those: signalled, and on their way */
	uint64_t nwakeups;
};

struct bq {
	struct mutex lock;
	/* guarded by lock */
	bool closed;
	size_t capacity;
	size_t unfinished;
	struct bq_items items;
	struct cond all_done;
	struct side pushers;
	struct side poppers;
};

static bool valid(const struct bq_options *options)
{
	if (options->capacity == 0 || options->item_size == 0)
		return false;
	switch (options->order) {
	case BQ_FIFO:
	case BQ_LIFO:
		return true;
	case BQ_PRIORITY:
		return options->compare != NULL;
	}
	return false;
}

int bq_create(const struct bq_options *options, struct bq **result)
{
	struct bq *q;
	int error;

	if (!valid(options))
		return -EINVAL;
	q = aligned_alloc(alignof(struct bq), sizeof(*q));
	if (!q)
		return -ENOMEM;
	*q = (struct bq){
		.capacity = options->capacity,
		.pushers = {.open = true, .nspins = SPINS_MAX},
		.poppers = {.nspins = SPINS_MAX},
	};
	error = bq_items_init(&q->items, options);
	if (error) {
		free(q);
		return error;
	}
	*result = q;
	return 0;
}

void bq_destroy(struct bq *q)
{
	if (!q)
		return;
	cond_fini(&q->pushers.turn);
	cond_fini(&q->poppers.turn);
	cond_fini(&q->all_done);
	mutex_fini(&q->lock);
	bq_items_fini(&q->items);
	free(q);
}

/*
 * Relaxed, as a hint may be: what it promises is looked at again under the
 * lock, which orders everything else.
 */
static bool is_open(const struct side *side)
{
	return atomic_load_explicit(&side->open, memory_order_relaxed);
}

/* Written when it changes only, to leave the line with those who watch it. */
static void set_open(struct side *side, bool open)
{
	if (is_open(side) != open)
		atomic_store_explicit(&side->open, open, memory_order_relaxed);
}

/* Relaxed: two who learn at once may forget what one of them learned. */
static void spin_for_turn(struct side *side)
{
	unsigned most = atomic_load_explicit(
		&side->nspins, memory_order_relaxed);
	unsigned next;

	for (unsigned i = 0; i < most && !is_open(side); i++)
		relax(1);
	next = is_open(side) ? most * 2 : most / 2;
	if (next >= SPINS_MIN && next <= SPINS_MAX)
		atomic_store_explicit(
			&side->nspins, next, memory_order_relaxed);
}

/* Each try keeps off twice as long, to let the other do several items. */
static void lock_patiently(struct mutex *lock)
{
	unsigned nspins = LOCK_SPINS;

	for (int i = 0; i < LOCK_TRIES; i++, nspins *= 2) {
		if (mutex_lock_until(lock, 0) == 0)
			return;
		relax(nspins);
	}
	mutex_lock(lock);
}

static void enter(struct bq *q, struct side *side, uint64_t deadline_ns)
{
	if (deadline_ns > 0 && !is_open(side))
		spin_for_turn(side);
	lock_patiently(&q->lock);
}

static bool has_room(const struct bq *q)
{
	return q->items.length < q->capacity;
}

static bool has_item(const struct bq *q)
{
	return q->items.length > 0;
}

static void leave(struct bq *q)
{
	set_open(&q->pushers, q->closed || has_room(q));
	set_open(&q->poppers, q->closed || has_item(q));
	mutex_unlock(&q->lock);
}

/*
 * Who wakes by a timeout or for no reason may take off nwoken what belongs to
 * another. Then one signal too many is sent, never one too few.
 */
static int sleep_on(struct side *side, struct bq *q, uint64_t deadline_ns)
{
	int error;

	if (deadline_ns == 0)
		return -EAGAIN;
	side->nasleep++;
	error = cond_wait(&side->turn, &q->lock, deadline_ns);
	side->nasleep--;
	side->nwakeups += error == 0;
	if (side->nwoken > 0)
		side->nwoken--;
	return error;
}

static void wake_one(struct side *side)
{
	if (side->nwoken == side->nasleep)
		return;
	side->nwoken++;
	cond_signal(&side->turn);
}

static void wake_all(struct side *side)
{
	side->nwoken = side->nasleep;
	cond_broadcast(&side->turn);
}

/* tag::bq-push[] */
/* A turn that came together with the timeout is taken. */
static int wait_for_room(struct bq *q, uint64_t deadline_ns)
{
	int error = 0;

	while (!q->closed && !has_room(q)) {
		if (error)
			return error;
		error = sleep_on(&q->pushers, q, deadline_ns);
	}
	return q->closed ? -EPIPE : 0;
}

int bq_push(struct bq *q, const void *item, uint64_t deadline_ns)
{
	int error;

	enter(q, &q->pushers, deadline_ns);
	error = wait_for_room(q, deadline_ns);
	if (!error) {
		bq_items_put(&q->items, item);
		q->unfinished++;
		wake_one(&q->poppers);
	}
	leave(q);
	return error;
}
/* end::bq-push[] */

/* tag::bq-pop[] */
/* Closed or not, what is there is handed out. */
static int wait_for_item(struct bq *q, uint64_t deadline_ns)
{
	int error = 0;

	while (!q->closed && !has_item(q)) {
		if (error)
			return error;
		error = sleep_on(&q->poppers, q, deadline_ns);
	}
	return has_item(q) ? 0 : -EPIPE;
}

int bq_pop(struct bq *q, void *item, uint64_t deadline_ns)
{
	int error;

	enter(q, &q->poppers, deadline_ns);
	error = wait_for_item(q, deadline_ns);
	if (!error) {
		bq_items_take(&q->items, item);
		if (has_room(q))
			wake_one(&q->pushers);
	}
	leave(q);
	return error;
}
/* end::bq-pop[] */

int bq_peek(struct bq *q, void *item)
{
	int error;

	enter(q, &q->poppers, 0);
	error = wait_for_item(q, 0);
	if (!error)
		bq_items_peek(&q->items, item);
	leave(q);
	return error;
}

static void finish(struct bq *q, size_t nitems)
{
	q->unfinished -= nitems;
	if (q->unfinished == 0)
		cond_broadcast(&q->all_done);
}

/* tag::bq-close[] */
/* Everybody is woken: those with nothing left to wait for have to leave. */
void bq_close(struct bq *q, enum bq_close how)
{
	mutex_lock(&q->lock);
	q->closed = true;
	if (how == BQ_DISCARD) {
		finish(q, q->items.length);
		bq_items_drop_all(&q->items);
	}
	wake_all(&q->pushers);
	wake_all(&q->poppers);
	leave(q);
}
/* end::bq-close[] */

/* What is still in the queue cannot have been done. */
int bq_task_done(struct bq *q)
{
	int error = 0;

	mutex_lock(&q->lock);
	if (q->unfinished == q->items.length)
		error = -EINVAL;
	else
		finish(q, 1);
	mutex_unlock(&q->lock);
	return error;
}

int bq_join(struct bq *q, uint64_t deadline_ns)
{
	int error = deadline_ns > 0 ? 0 : -EAGAIN;

	mutex_lock(&q->lock);
	while (q->unfinished > 0 && !error)
		error = cond_wait(&q->all_done, &q->lock, deadline_ns);
	if (q->unfinished == 0)
		error = 0;
	mutex_unlock(&q->lock);
	return error;
}

int bq_set_capacity(struct bq *q, size_t capacity)
{
	int error;

	if (capacity == 0)
		return -EINVAL;
	mutex_lock(&q->lock);
	error = bq_items_reserve(&q->items, capacity);
	if (!error) {
		q->capacity = capacity;
		wake_all(&q->pushers);
	}
	leave(q);
	return error;
}

size_t bq_length(struct bq *q)
{
	struct bq_state state;

	bq_inspect(q, &state);
	return state.length;
}

void bq_inspect(struct bq *q, struct bq_state *state)
{
	mutex_lock(&q->lock);
	*state = (struct bq_state){
		.length = q->items.length,
		.capacity = q->capacity,
		.unfinished = q->unfinished,
		.npushers = q->pushers.nasleep,
		.npoppers = q->poppers.nasleep,
		.nwakeups = q->pushers.nwakeups + q->poppers.nwakeups,
		.closed = q->closed,
	};
	mutex_unlock(&q->lock);
}
