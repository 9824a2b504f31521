/* What the memory model has to do with a failure, and the thought to it. */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <stdatomic.h>
#include <stdio.h>

static bool is_atomic(const struct event *event, uint64_t object)
{
	return event->op.object == object && event->op.kind >= OP_ATOMIC_READ &&
	       event->op.kind <= OP_ATOMIC_UPDATE;
}

uint32_t explore_read_from(const struct wire *wire, const struct event *event)
{
	for (uint32_t i = 0; event->from && i < wire->nevents; i++) {
		const struct event *store = &wire->events[i];

		if (store->choice == event->from &&
			(store->op.kind == OP_ATOMIC_WRITE ||
				store->op.kind == OP_ATOMIC_UPDATE))
			return i + 1;
	}
	return 0;
}

static uint32_t last_access(const struct wire *wire, const struct party *party)
{
	uint32_t i = wire->nevents;

	while (i-- > 0) {
		if (wire->events[i].thread == party->thread &&
			wire->events[i].op.pc == party->pc)
			return i;
	}
	return wire->nevents;
}

/* A load of the place by the thread, between the two. */
static bool loads_between(const struct wire *wire, uint32_t from, uint32_t to,
	unsigned thread, uint64_t object)
{
	for (uint32_t i = from; i < to; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && is_atomic(event, object) &&
			event->op.kind != OP_ATOMIC_WRITE &&
			!(event->flags & EVENT_STALE))
			return true;
	}
	return false;
}

/*
 * One side of a race told the other by an atomic that it was done, and the
 * orders were too weak, or there were no race. False when it did not.
 */
static bool weak_handover(
	const struct wire *wire, const struct finding *race, uint64_t *object)
{
	uint32_t first = last_access(wire, &race->first);
	uint32_t second = last_access(wire, &race->second);

	for (uint32_t i = second; i < first && i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		*object = event->op.object;
		if (event->thread == race->second.thread &&
			is_atomic(event, *object) &&
			event->op.kind != OP_ATOMIC_READ &&
			loads_between(wire, i + 1, first, race->first.thread,
				*object))
			return true;
	}
	return false;
}

bool explore_is_weak(
	const struct explore_view *view, const struct finding *finding)
{
	uint64_t object;

	if (finding->kind == FOUND_RACE)
		return view->result->weak ||
		       weak_handover(view->wire, finding, &object);
	return view->result->memory != MEMORY_SC &&
	       finding->kind == view->result->failure.kind;
}

static void handover_advice(struct explore_view *view,
	const struct finding *race, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], data[EXPLORE_WORDS_SIZE];
	uint64_t object;

	weak_handover(view->wire, race, &object);
	text_append(words, size,
		"%s tells that %s is ready, but orders nothing: store it with "
		"memory_order_release, and load it with memory_order_acquire",
		explore_object_name(view, object, name),
		explore_object_name(view, race->first.object, data));
}

/* Old values were read, though no load was relaxed. */
static bool is_acquired(const struct wire *wire)
{
	bool any = false;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (!(event->flags & EVENT_STALE))
			continue;
		if (event->op.order == memory_order_relaxed)
			return false;
		any = true;
	}
	return any;
}

static bool stores(const struct event *event, unsigned thread)
{
	return event->thread == thread &&
	       (event->op.kind == OP_ATOMIC_WRITE ||
		       event->op.kind == OP_ATOMIC_UPDATE);
}

/* Whether the thread had loaded it before that event. */
static bool has_loaded(const struct wire *wire, const struct event *load)
{
	for (const struct event *event = wire->events; event < load; event++) {
		if (event->thread == load->thread &&
			event->op.kind == OP_ATOMIC_READ &&
			event->op.object == load->op.object)
			return true;
	}
	return false;
}

/*
 * Another has stored data, and then a sign; who has seen the sign has not seen
 * the data, at its first look. The sign, or 0.
 */
static uint64_t sign_before(const struct wire *wire, uint32_t stale)
{
	const struct event *load = &wire->events[stale];
	bool has_stored = false;

	for (uint32_t i = 0; i < stale && !has_loaded(wire, load); i++) {
		const struct event *event = &wire->events[i];

		if (!stores(event, load->other))
			continue;
		if (event->op.object == load->op.object)
			has_stored = true;
		else if (has_stored && loads_between(wire, i + 1, stale,
					       load->thread, event->op.object))
			return event->op.object;
	}
	return 0;
}

/* The last load of an old value; nevents: there is none. */
static uint32_t last_stale(const struct wire *wire)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].flags & EVENT_STALE &&
			wire->events[i].op.kind == OP_ATOMIC_READ)
			return i;
	}
	return wire->nevents;
}

static bool sign_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char sign[EXPLORE_WORDS_SIZE], data[EXPLORE_WORDS_SIZE];
	uint32_t stale = last_stale(wire);
	uint64_t object = stale < wire->nevents ? sign_before(wire, stale) : 0;

	if (!object)
		return false;
	explore_object_name(view, object, sign);
	explore_object_name(view, wire->events[stale].op.object, data);
	text_append(words, size,
		"%s tells that %s is there, but relaxed orders nothing else: "
		"store %s with memory_order_release, and load it with "
		"memory_order_acquire",
		sign, data, sign);
	return true;
}

void explore_weak_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	if (finding->kind == FOUND_RACE && !view->result->weak)
		handover_advice(view, finding, words, size);
	else if (view->result->memory == MEMORY_TSO)
		text_append(words, size,
			"a load can overtake an earlier store to another "
			"place: where that matters, make the store and the "
			"load memory_order_seq_cst, or put a fence of that "
			"order between them");
	else if (is_acquired(view->wire))
		text_append(words, size,
			"release and acquire do not keep a load behind an "
			"earlier store to another place: make both of them "
			"memory_order_seq_cst");
	else if (!sign_advice(view, words, size))
		text_append(words, size,
			"a relaxed load may see an old value, even of a store "
			"that came before it in time: use memory_order_seq_cst "
			"for these loads and stores");
}
