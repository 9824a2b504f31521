/*
 * MEMORY_C11: an atomic place has a history, all its stores in modification
 * order, and which of them a load reads is a choice of the search; so is
 * where in that order a store goes. What a thread must not read, or go
 * before, is what it knows to be overwritten, as in C11Tester (Luo and
 * Demsky, ASPLOS 2021): the order of everything else is left open.
 *
 *	coherence  it knows a store when the store, or a load of it, happened
 *	           before: no older one is read, and no new one goes before it
 *	releases   a load that acquires learns what the store released, or
 *	           what the updates between have passed on (as in C++20: a
 *	           plain store by the same thread passes on nothing)
 *	updates    read what they come directly behind
 *	seq_cst    these operations and fences are ordered as they are carried
 *	           out; what they stored or read, and what was known at the
 *	           fences, counts as known to those that come later
 *
 * Threads are interleaved: no load reads what is stored later (no load
 * buffering), and seq_cst never contradicts that order. Plain accesses see
 * the last store, and are watched for races.
 */
#include "lib/explore/runtime/history.h"

#include <stdatomic.h>
#include <string.h>

enum {
	MAX_STORES = 64, /* of one place */
	MANY_STORES = 8, /* then those are forgotten that nobody can read */
	NPLACES = 1 << 10,
	NSTORES = 1 << 13,
};

struct store {
	wide value;
	uint16_t thread; /* WIRE_NOBODY: there from the start */
	bool updated; /* the next in order is an update of it */
	uint32_t choice; /* of its event; 0: not traced */
	uint32_t sc; /* number of the first seq_cst operation on it, or 0 */
	uint32_t known[MAX_THREADS]; /* the time when each first met it, or 0 */
	struct vc vc; /* what it releases */
};

struct place {
	uint64_t address;
	uint16_t size;
	uint32_t n;
	struct store *order[MAX_STORES];
};

struct history {
	uint32_t nplaces, nstores, nfree;
	uint32_t nsc; /* seq_cst operations and fences so far */
	struct vc fences; /* .ordered: what was known at the seq_cst ones */
	struct store *free[NSTORES];
	struct place places[NPLACES];
	struct store stores[NSTORES];
};

static struct history *history;

void history_setup(void)
{
	rt->c11 = rt->wire->config.memory == MEMORY_C11;
	if (rt->c11)
		history = map_memory(sizeof(*history));
}

void history_begin(void)
{
	history->nplaces = history->nstores = history->nfree = 0;
	history->nsc = 0;
	vc_clear(&history->fences);
}

static struct store *store_new(wide value)
{
	struct store *store;

	if (history->nfree == 0 && history->nstores == NSTORES)
		fail(FOUND_REFUSED, self()->pending.pc,
			"more than %d stores that can still be read", NSTORES);
	store = history->nfree ? history->free[--history->nfree]
			       : &history->stores[history->nstores++];
	memset(store, 0, offsetof(struct store, known));
	memset(store->known, 0, rt->most_threads * sizeof(store->known[0]));
	vc_clear(&store->vc);
	store->value = value;
	store->thread = WIRE_NOBODY;
	return store;
}

static wide in_memory(const struct place *place)
{
	wide value = 0;

	memcpy(&value, (const void *)(uintptr_t)place->address, place->size);
	return value;
}

/* What a plain store has written is all that there is. */
static void look_at_memory(struct place *place)
{
	if (place->n && place->order[place->n - 1]->value == in_memory(place))
		return;
	while (place->n)
		history->free[history->nfree++] = place->order[--place->n];
	place->order[place->n++] = store_new(in_memory(place));
}

static struct place *place_new(const struct op *op)
{
	struct place *place;

	if (history->nplaces == NPLACES)
		fail(FOUND_REFUSED, op->pc, "more than %d atomics", NPLACES);
	place = &history->places[history->nplaces++];
	place->address = op->object;
	place->size = op->size;
	place->n = 0;
	return place;
}

static struct place *place_of(const struct op *op)
{
	struct object *object = object_get(
		(const void *)(uintptr_t)op->object, OBJECT_ATOMIC);
	struct place *place = object->place;

	if (!place)
		place = object->place = place_new(op);
	if (place->size != op->size)
		fail(FOUND_REFUSED, op->pc,
			"accesses one atomic by different sizes");
	look_at_memory(place);
	return place;
}

static bool is_sc(int order)
{
	return order == memory_order_seq_cst;
}

/* It happened before, or comes before a seq_cst fence that did. */
static bool known_to(const struct vc *vc, const struct store *store)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		uint32_t time = store->known[i];

		if (time && (time <= vc->time[i] || time <= vc->ordered[i]))
			return true;
	}
	return store->sc && store->sc < vc->fence;
}

/* The oldest that a thread may read: what is behind it, it may go before. */
static uint32_t oldest_for(
	const struct place *place, const struct thread *thread, int order)
{
	for (uint32_t i = place->n; i-- > 1;) {
		const struct store *store = place->order[i];

		if (known_to(&thread->vc, store))
			return i;
		if (is_sc(order) &&
			(store->sc || known_to(&history->fences, store)))
			return i;
	}
	return 0;
}

static bool all_know_newer(const struct place *place)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		const struct thread *thread = &rt->threads[i];

		if (thread->state != THREAD_ENDED &&
			oldest_for(place, thread, memory_order_relaxed) == 0)
			return false;
	}
	return true;
}

static void forget_oldest(struct place *place)
{
	history->free[history->nfree++] = place->order[0];
	place->n--;
	memmove(&place->order[0], &place->order[1],
		place->n * sizeof(place->order[0]));
}

/* Room for one more. */
static void make_room(struct place *place)
{
	while (place->n >= MANY_STORES && all_know_newer(place))
		forget_oldest(place);
	if (place->n < MAX_STORES)
		return;
	rt->wire->progress.doubts |= DOUBT_MEMORY;
	forget_oldest(place);
}

struct choices {
	uint32_t n;
	uint32_t at[MAX_STORES + 1]; /* newest first */
};

/* Tell whoever is asked what there is to choose. */
static void describe(const struct place *place, const struct choices *choices,
	enum asked_kind kind)
{
	struct wire *wire = rt->wire;

	wire->asked_kind = (uint8_t)kind;
	for (uint32_t i = 0; i < choices->n && i < WIRE_MAX_ASKED; i++) {
		uint32_t at = choices->at[i];
		const struct store *store = at < place->n ? place->order[at]
							  : NULL;

		wire->asked_stores[i] = (struct asked_store){
			.value = store ? (uint64_t)store->value : 0,
			.thread = store ? store->thread : WIRE_NOBODY,
			.last = !store,
		};
	}
}

/* An event without its choice is none yet. */
static uint32_t choose(const struct place *place, const struct choices *choices,
	enum asked_kind kind, const struct event *event)
{
	if (choices->n > 1 && pauses()) {
		describe(place, choices, kind);
		rt->wire->nevents -= event != NULL;
	}
	return choices->at[choose_value(choices->n)];
}

static void add(struct choices *choices, uint32_t at)
{
	choices->at[choices->n++] = at;
}

/* The thread has met the store now, if it had not before. */
static void meet(struct store *store, int order)
{
	struct thread *thread = self();

	if (!store->known[thread->id])
		store->known[thread->id] = thread->vc.time[thread->id];
	if (!is_sc(order))
		return;
	history->nsc++;
	if (!store->sc)
		store->sc = history->nsc;
}

static void acquire(const struct store *store, int order)
{
	struct thread *thread = self();

	if (order_acquires(order))
		vc_join(&thread->vc, &store->vc);
	else
		vc_join(&thread->seen_relaxed, &store->vc);
}

static void release(struct store *store, int order)
{
	struct thread *thread = self();

	if (order_releases(order)) {
		vc_join(&store->vc, &thread->vc);
		vc_tick(thread);
	} else {
		vc_join(&store->vc, &thread->released);
	}
}

static void trace_read(
	const struct place *place, uint32_t at, struct event *event)
{
	const struct store *store = place->order[at];

	if (!event)
		return;
	event->before = event->after = (uint64_t)store->value;
	event->from = store->choice;
	if (at == place->n - 1)
		return;
	event->flags |= EVENT_STALE;
	event->other = place->order[place->n - 1]->thread;
}

static void insert(struct place *place, uint32_t at, struct store *store)
{
	memmove(&place->order[at + 1], &place->order[at],
		(place->n - at) * sizeof(place->order[0]));
	place->order[at] = store;
	place->n++;
	if (at == place->n - 1)
		memcpy((void *)(uintptr_t)place->address, &store->value,
			place->size);
}

static struct store *made(wide value, struct event *event)
{
	struct store *store = store_new(value);

	store->thread = (uint16_t)rt->current;
	if (!event)
		return store;
	store->choice = event->choice;
	event->after = (uint64_t)value;
	return store;
}

/* A loop that waits sees every store in the end. */
static void be_fair(struct choices *choices)
{
	if (choices->n < 2 || (!await_is_over() && !spin_ends_soon()))
		return;
	if (!await_is_over())
		rt->wire->progress.doubts |= DOUBT_SPINNING;
	choices->n = 1;
}

static uint32_t choose_read(
	const struct place *place, uint32_t oldest, const struct event *event)
{
	struct choices choices = {0};

	for (uint32_t i = place->n; i-- > oldest;)
		add(&choices, i);
	be_fair(&choices);
	return choose(place, &choices, ASKED_READ, event);
}

wide history_load(const struct op *op, struct event *event)
{
	struct place *place = place_of(op);
	uint32_t at = choose_read(
		place, oldest_for(place, self(), op->order), event);

	trace_read(place, at, event);
	acquire(place->order[at], op->order);
	meet(place->order[at], op->order);
	return place->order[at]->value;
}

void history_store(const struct op *op, wide value, struct event *event)
{
	struct place *place = place_of(op);
	struct choices choices = {0};
	struct store *store;
	uint32_t oldest, at;

	make_room(place);
	oldest = oldest_for(place, self(), op->order);
	for (uint32_t i = place->n; i > oldest; i--) {
		if (!place->order[i - 1]->updated)
			add(&choices, i);
	}
	at = choose(place, &choices, ASKED_STORE, event);
	if (event && at < place->n) {
		event->flags |= EVENT_STALE;
		event->other = place->order[place->n - 1]->thread;
	}
	store = made(value, event);
	meet(store, op->order);
	release(store, op->order);
	insert(place, at, store);
}

wide history_update(const struct op *op, struct update *update,
	const wide *expected, int failed_order, struct event *event)
{
	struct place *place = place_of(op);
	struct choices choices = {0};
	uint32_t oldest, oldest_failed;

	make_room(place);
	oldest = oldest_for(place, self(), op->order);
	oldest_failed = expected ? oldest_for(place, self(), failed_order)
				 : oldest;
	for (uint32_t i = place->n; i-- > 0;) {
		const struct store *store = place->order[i];
		bool fails = expected && store->value != *expected;

		if (fails ? i >= oldest_failed : i >= oldest && !store->updated)
			add(&choices, i);
	}
	be_fair(&choices);
	update->place = place;
	update->at = choose(place, &choices, ASKED_READ, event);
	trace_read(place, update->at, event);
	return place->order[update->at]->value;
}

void history_fail_update(const struct update *update, int order)
{
	struct store *store = update->place->order[update->at];

	acquire(store, order);
	meet(store, order);
}

void history_end_update(
	const struct update *update, int order, wide value, struct event *event)
{
	struct place *place = update->place;
	struct store *old = place->order[update->at];
	struct store *store = made(value, event);

	acquire(old, order);
	meet(old, order);
	meet(store, order);
	vc_join(&store->vc, &old->vc);
	release(store, order);
	old->updated = true;
	insert(place, update->at + 1, store);
	store->updated = false;
}

void history_fence(void)
{
	vc_pass_fence(&self()->vc, &history->fences, ++history->nsc);
}
