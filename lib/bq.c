/*
 * One latch guards everything. Those who wait for room, those who wait for an
 * item and those who wait for the end of all work stand in a line each, in
 * the order of coming; who makes a turn possible takes the first out of the
 * line and wakes it, after letting go of the latch. Two additions make it fast
 * and change nothing else:
 *
 * - A thread first spins a little, for its turn and for the latch, because to
 *   be put to sleep and woken takes some ten thousand times as long as to
 *   copy an item. While it keeps off, the other does many items in a row with
 *   the latch in its own cache. How long to spin is learned from success.
 * - A sleeper is woken once. As long as those woken are still on their way,
 *   more items need no more wake-ups.
 */
#include "lib/bq.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/bq_impl.h"
#include "lib/latch.h"
#include "lib/relax.h"
#include "lib/sync.h"

enum {
	CACHE_LINE = 64,
	SPINS_MIN = 8, /* pauses: one takes 1 to 50 ns */
	SPINS_MAX = 512,
	HAND_OVERS = 256 /* at once, without room of its own */
};

/* A thread in a line; it lies in the frame of its call. */
struct sleeper {
	struct sleeper *next, *previous;
	struct semaphore turn;
	bool woken; /* taken out of the line; turn is posted, or will be */
};

/* Those who wait for the same thing. Guarded by the latch. */
struct line {
	struct sleeper *first, *last;
	unsigned nasleep; /* woken and on their way, too */
	uint64_t nwakeups;
};

/*
 * A hint, whether somebody has to wait: on a cache line of its own, so that
 * to watch for a turn does not disturb those at work.
 */
struct gate {
	alignas(CACHE_LINE) atomic_bool open;
	atomic_uint nspins; /* to try before going to sleep */
};

struct bq {
	struct latch latch;
	/* guarded by latch */
	bool closed;
	size_t capacity;
	size_t unfinished;
	struct bq_items items;
	struct line pushers, poppers, joiners;

	struct gate room, item;
};

static bool valid(const struct bq_options *options)
{
	if (options->item_size == 0)
		return false;
	if (options->capacity == 0)
		return options->order == BQ_FIFO;
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
	struct bq_options held = *options;
	struct bq *q;
	int error;

	if (!valid(options))
		return -EINVAL;
	if (options->capacity == 0)
		held.capacity = HAND_OVERS;
	q = aligned_alloc(alignof(struct bq), sizeof(*q));
	if (!q)
		return -ENOMEM;
	*q = (struct bq){
		.capacity = options->capacity,
		.room = {.open = options->capacity > 0, .nspins = SPINS_MAX},
		.item = {.nspins = SPINS_MAX},
	};
	error = bq_items_init(&q->items, &held);
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
	bq_items_fini(&q->items);
	free(q);
}

/*
 * Relaxed, as a hint may be: what it promises is looked at again under the
 * latch, which orders everything else.
 */
static bool is_open(const struct gate *gate)
{
	return atomic_load_explicit(&gate->open, memory_order_relaxed);
}

/* Written when it changes only, to leave the line with those who watch it. */
static void set_open(struct gate *gate, bool open)
{
	if (is_open(gate) != open)
		atomic_store_explicit(&gate->open, open, memory_order_relaxed);
}

/* Relaxed: two who learn at once may forget what one of them learned. */
static void spin_at(struct gate *gate)
{
	unsigned most = atomic_load_explicit(
		&gate->nspins, memory_order_relaxed);
	unsigned next;

	for (unsigned i = 0; i < most && !is_open(gate); i++)
		relax(1);
	next = is_open(gate) ? most * 2 : most / 2;
	if (next >= SPINS_MIN && next <= SPINS_MAX)
		atomic_store_explicit(
			&gate->nspins, next, memory_order_relaxed);
}

static void enter(struct bq *q, struct gate *gate, uint64_t deadline_ns)
{
	if (deadline_ns > 0 && !is_open(gate))
		spin_at(gate);
	latch_lock(&q->latch);
}

/*
 * Without room of its own it holds what those who wait in bq_pop are about to
 * take: each of them takes an item, if there is one, before it leaves.
 */
static size_t room_of(const struct bq *q)
{
	if (q->capacity > 0)
		return q->capacity;
	return q->poppers.nasleep < HAND_OVERS ? q->poppers.nasleep
					       : HAND_OVERS;
}

static bool has_room(const struct bq *q)
{
	return q->items.length < room_of(q);
}

static bool has_item(const struct bq *q)
{
	return q->items.length > 0;
}

static void leave(struct bq *q)
{
	set_open(&q->room, q->closed || has_room(q));
	set_open(&q->item, q->closed || has_item(q));
	latch_unlock(&q->latch);
}

static void stand_in(struct line *line, struct sleeper *me)
{
	me->previous = line->last;
	if (line->last)
		line->last->next = me;
	else
		line->first = me;
	line->last = me;
}

static void step_out(struct line *line, struct sleeper *me)
{
	if (me->previous)
		me->previous->next = me->next;
	else
		line->first = me->next;
	if (me->next)
		me->next->previous = me->previous;
	else
		line->last = me->previous;
}

/* Who is to be woken after leaving, or NULL. */
static struct sleeper *call_one(struct line *line)
{
	struct sleeper *first = line->first;

	if (first) {
		step_out(line, first);
		first->next = NULL;
		first->woken = true;
	}
	return first;
}

static struct sleeper *call_all(struct line *line)
{
	struct sleeper *all = line->first;

	for (struct sleeper *sleeper = all; sleeper; sleeper = sleeper->next)
		sleeper->woken = true;
	line->first = line->last = NULL;
	return all;
}

/* Once its turn is posted, a sleeper may be gone. */
static void wake(struct sleeper *sleeper)
{
	while (sleeper) {
		struct sleeper *next = sleeper->next;

		semaphore_post(&sleeper->turn);
		sleeper = next;
	}
}

static int doze(struct bq *q, struct sleeper *me, uint64_t deadline_ns)
{
	struct roster_task *task = roster_self();
	int error;

	roster_wait_begin(
		task, &(struct roster_wait){"queue", q, NULL, deadline_ns});
	error = semaphore_wait(&me->turn, deadline_ns);
	roster_wait_end(task);
	return error;
}

/*
 * Sleep without the latch and return with it. Who has been called cannot step
 * out any more, and has to stay until the caller has posted.
 */
static int sleep_in(struct line *line, struct bq *q, uint64_t deadline_ns)
{
	struct sleeper me = {.woken = false}, *pusher = NULL;
	int error;

	if (deadline_ns == 0)
		return -EAGAIN;
	stand_in(line, &me);
	line->nasleep++;
	if (line == &q->poppers && has_room(q))
		pusher = call_one(&q->pushers);
	leave(q);
	wake(pusher);
	error = doze(q, &me, deadline_ns);
	latch_lock(&q->latch);
	line->nasleep--;
	if (!error) {
		line->nwakeups++;
	} else if (!me.woken) {
		step_out(line, &me);
	} else {
		latch_unlock(&q->latch);
		semaphore_wait(&me.turn, CLOCK_NEVER);
		latch_lock(&q->latch);
	}
	semaphore_fini(&me.turn);
	return error;
}

/* tag::bq-push[] */
/* A turn that came together with the timeout is taken. */
static int wait_for_room(struct bq *q, uint64_t deadline_ns)
{
	int error = 0;

	while (!q->closed && !has_room(q)) {
		if (error)
			return error;
		error = sleep_in(&q->pushers, q, deadline_ns);
	}
	return q->closed ? -EPIPE : 0;
}

int bq_push(struct bq *q, const void *item, uint64_t deadline_ns)
{
	struct sleeper *next = NULL;
	int error;

	enter(q, &q->room, deadline_ns);
	error = wait_for_room(q, deadline_ns);
	if (!error) {
		bq_items_put(&q->items, item);
		q->unfinished++;
		next = call_one(&q->poppers);
	}
	leave(q);
	wake(next);
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
		error = sleep_in(&q->poppers, q, deadline_ns);
	}
	return has_item(q) ? 0 : -EPIPE;
}

int bq_pop(struct bq *q, void *item, uint64_t deadline_ns)
{
	struct sleeper *next = NULL;
	int error;

	enter(q, &q->item, deadline_ns);
	error = wait_for_item(q, deadline_ns);
	if (!error) {
		bq_items_take(&q->items, item);
		if (has_room(q))
			next = call_one(&q->pushers);
	}
	leave(q);
	wake(next);
	return error;
}
/* end::bq-pop[] */

int bq_peek(struct bq *q, void *item)
{
	int error;

	enter(q, &q->item, 0);
	error = wait_for_item(q, 0);
	if (!error)
		bq_items_peek(&q->items, item);
	leave(q);
	return error;
}

/* Who is to be woken because all is done now. */
static struct sleeper *finish(struct bq *q, size_t nitems)
{
	q->unfinished -= nitems;
	return q->unfinished == 0 ? call_all(&q->joiners) : NULL;
}

/* tag::bq-close[] */
/* Everybody is woken: those with nothing left to wait for have to leave. */
void bq_close(struct bq *q, enum bq_close how)
{
	struct sleeper *joiners = NULL, *pushers, *poppers;

	latch_lock(&q->latch);
	q->closed = true;
	if (how == BQ_DISCARD) {
		joiners = finish(q, q->items.length);
		bq_items_drop_all(&q->items);
	}
	pushers = call_all(&q->pushers);
	poppers = call_all(&q->poppers);
	leave(q);
	wake(joiners);
	wake(pushers);
	wake(poppers);
}
/* end::bq-close[] */

/* What is still in the queue cannot have been done. */
int bq_task_done(struct bq *q)
{
	struct sleeper *joiners = NULL;
	int error = 0;

	latch_lock(&q->latch);
	if (q->unfinished == q->items.length)
		error = -EINVAL;
	else
		joiners = finish(q, 1);
	latch_unlock(&q->latch);
	wake(joiners);
	return error;
}

int bq_join(struct bq *q, uint64_t deadline_ns)
{
	int error = 0;

	latch_lock(&q->latch);
	while (q->unfinished > 0 && !error)
		error = sleep_in(&q->joiners, q, deadline_ns);
	if (q->unfinished == 0)
		error = 0;
	latch_unlock(&q->latch);
	return error;
}

int bq_set_capacity(struct bq *q, size_t capacity)
{
	struct sleeper *pushers = NULL;
	int error;

	if (capacity == 0)
		return -EINVAL;
	latch_lock(&q->latch);
	error = q->capacity == 0 ? -EINVAL
				 : bq_items_reserve(&q->items, capacity);
	if (!error) {
		q->capacity = capacity;
		pushers = call_all(&q->pushers);
	}
	leave(q);
	wake(pushers);
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
	latch_lock(&q->latch);
	*state = (struct bq_state){
		.length = q->items.length,
		.capacity = q->capacity,
		.unfinished = q->unfinished,
		.npushers = q->pushers.nasleep,
		.npoppers = q->poppers.nasleep,
		.nwakeups = q->pushers.nwakeups + q->poppers.nwakeups,
		.closed = q->closed,
	};
	latch_unlock(&q->latch);
}
