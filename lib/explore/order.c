#include "lib/explore/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_EVENTS = 20000,
	MOST_THREADS = 64,
	MOST_OBJECTS = 1024,
};

/* How many events of each thread are known to have come before. */
struct clock {
	uint32_t n[MOST_THREADS];
};

/* What those who pass the object on know. */
struct passed {
	uint64_t object;
	struct clock clock;
};

struct order {
	const struct wire *wire;
	bool by_atomics;
	struct clock threads[MOST_THREADS];
	struct passed objects[MOST_OBJECTS];
	uint32_t nobjects;
	struct clock events[]; /* as each event knows it, itself included */
};

static void join(struct clock *into, const struct clock *from)
{
	for (unsigned i = 0; i < MOST_THREADS; i++) {
		if (into->n[i] < from->n[i])
			into->n[i] = from->n[i];
	}
}

/* NULL when there are too many: then more is unordered than need be. */
static struct clock *object_clock(struct order *order, uint64_t object)
{
	for (uint32_t i = 0; i < order->nobjects; i++) {
		if (order->objects[i].object == object)
			return &order->objects[i].clock;
	}
	if (order->nobjects == MOST_OBJECTS)
		return NULL;
	order->objects[order->nobjects].object = object;
	return &order->objects[order->nobjects++].clock;
}

static bool receives(const struct order *order, const struct event *event)
{
	switch (event->op.kind) {
	case OP_SEM_WAIT:
	case OP_BARRIER_LEAVE:
	case OP_ONCE:
		return true;
	case OP_SEM_TRY:
		return event->result == 0;
	case OP_ATOMIC_READ:
	case OP_ATOMIC_UPDATE:
		return order->by_atomics;
	default:
		return false;
	}
}

static bool gives(const struct order *order, const struct event *event)
{
	switch (event->op.kind) {
	case OP_SEM_POST:
	case OP_BARRIER:
	case OP_ONCE:
		return true;
	case OP_ATOMIC_WRITE:
	case OP_ATOMIC_UPDATE:
		return order->by_atomics;
	default:
		return false;
	}
}

/* All that wait there now are woken: they know what the event knows. */
static void wake_all(struct order *order, uint32_t i)
{
	const struct wire *wire = order->wire;
	bool asleep[MOST_THREADS] = {false};

	for (uint32_t k = 0; k < i; k++) {
		const struct event *event = &wire->events[k];

		if (!(event->flags & EVENT_BLOCKED))
			asleep[event->thread] =
				event->op.kind == OP_WAIT &&
				event->op.object == wire->events[i].op.object;
	}
	for (unsigned t = 0; t < wire->nthreads; t++) {
		if (asleep[t])
			join(&order->threads[t], &order->events[i]);
	}
}

static void hand_on(struct order *order, uint32_t i)
{
	const struct event *event = &order->wire->events[i];
	struct clock *clock;

	if (event->op.kind == OP_BROADCAST)
		wake_all(order, i);
	else if ((event->op.kind == OP_CREATE || event->op.kind == OP_SIGNAL) &&
		 event->other < MOST_THREADS)
		join(&order->threads[event->other], &order->events[i]);
	else if (gives(order, event) &&
		 (clock = object_clock(order, event->op.object)))
		join(clock, &order->events[i]);
}

static void place(struct order *order, uint32_t i)
{
	const struct event *event = &order->wire->events[i];
	struct clock *mine = &order->threads[event->thread], *clock;

	if (!(event->flags & EVENT_BLOCKED)) {
		if (event->op.kind == OP_JOIN && event->other < MOST_THREADS)
			join(mine, &order->threads[event->other]);
		else if (receives(order, event) &&
			 (clock = object_clock(order, event->op.object)))
			join(mine, clock);
	}
	mine->n[event->thread]++;
	order->events[i] = *mine;
	if (!(event->flags & EVENT_BLOCKED))
		hand_on(order, i);
}

int order_open(const struct wire *wire, bool by_atomics, struct order **result)
{
	struct order *order;

	if (wire->nevents > MOST_EVENTS || wire->nthreads > MOST_THREADS)
		return -E2BIG;
	order = calloc(
		1, sizeof(*order) + wire->nevents * sizeof(order->events[0]));
	if (!order)
		return -ENOMEM;
	order->wire = wire;
	order->by_atomics = by_atomics;
	for (uint32_t i = 0; i < wire->nevents; i++)
		place(order, i);
	*result = order;
	return 0;
}

void order_close(struct order *order)
{
	free(order);
}

bool order_before(const struct order *order, uint32_t a, uint32_t b)
{
	unsigned thread = order->wire->events[a].thread;

	return order->events[b].n[thread] >= order->events[a].n[thread];
}
