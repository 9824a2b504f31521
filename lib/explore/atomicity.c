#include "lib/explore/atomicity.h"

#include "lib/explore/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_EXCUSED = 4096,
	MOST_FOUND = 256, /* in one execution */
	FAR = 2000, /* events between the first and the last of three */
};

/*
 * By where in the program they are: addresses may differ. Who finds nothing
 * there, or NULL, goes on in another way than who finds something.
 */
struct excuse {
	uint64_t before, between, after;
	bool nothing;
};

struct atomicity {
	uint32_t nexcused;
	struct excuse excused[MOST_EXCUSED];
};

int atomicity_open(struct atomicity **result)
{
	struct atomicity *atomicity = calloc(1, sizeof(*atomicity));

	if (!atomicity)
		return -ENOMEM;
	*result = atomicity;
	return 0;
}

void atomicity_close(struct atomicity *atomicity)
{
	free(atomicity);
}

static bool reads(const struct event *event)
{
	return event->op.kind == OP_READ || event->op.kind == OP_ATOMIC_READ;
}

/* An update reads, too; what it does in one step, nobody comes between. */
static bool writes(const struct event *event)
{
	return event->op.kind == OP_WRITE ||
	       event->op.kind == OP_ATOMIC_WRITE ||
	       (event->op.kind == OP_ATOMIC_UPDATE && event->result == 0);
}

static bool touches(const struct event *event, const struct event *other)
{
	return (reads(event) || writes(event)) &&
	       event->op.object == other->op.object;
}

static bool kind_of(const struct event *before, const struct event *between,
	const struct event *after, enum atomicity_kind *kind)
{
	if (writes(between))
		*kind = reads(before) && writes(after)   ? ATOMICITY_READ_WRITE
			: reads(before) && reads(after)  ? ATOMICITY_READ_READ
			: writes(before) && reads(after) ? ATOMICITY_WRITE_READ
							 : ATOMICITY_NKINDS;
	else
		*kind = writes(before) && writes(after) ? ATOMICITY_WRITE_WRITE
							: ATOMICITY_NKINDS;
	return *kind != ATOMICITY_NKINDS;
}

/* The thread's next access to the same place; 0 when there is none. */
static uint32_t next_of(const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];

	for (uint32_t k = i + 1; k < wire->nevents && k - i < FAR; k++) {
		if (wire->events[k].thread == event->thread &&
			touches(&wire->events[k], event))
			return k;
	}
	return 0;
}

/* Somebody else's access between them that had not to come there. */
static uint32_t last_between(const struct wire *wire, const struct order *order,
	uint32_t before, uint32_t after, enum atomicity_kind *kind)
{
	const struct event *events = wire->events;

	for (uint32_t k = after; k-- > before + 1;) {
		if (events[k].thread != events[before].thread &&
			touches(&events[k], &events[before]) &&
			kind_of(&events[before], &events[k], &events[after],
				kind) &&
			!order_before(order, before, k) &&
			!order_before(order, k, after))
			return k;
	}
	return 0;
}

/* The same test again, as in a loop that waits. */
static bool is_again(const struct wire *wire, const struct atomicity_triple *t)
{
	return wire->events[t->before].op.pc == wire->events[t->after].op.pc;
}

static unsigned find_all(
	const struct wire *wire, struct atomicity_triple *triples)
{
	struct order *order;
	unsigned n = 0;

	if (order_open(wire, false, &order))
		return 0;
	for (uint32_t i = 0; i < wire->nevents && n < MOST_FOUND; i++) {
		struct atomicity_triple *t = &triples[n];

		if (!reads(&wire->events[i]) && !writes(&wire->events[i]))
			continue;
		t->before = i;
		t->after = next_of(wire, i);
		if (!t->after || is_again(wire, t))
			continue;
		t->between = last_between(
			wire, order, t->before, t->after, &t->kind);
		n += t->between != 0;
	}
	order_close(order);
	return n;
}

static struct excuse places_of(
	const struct wire *wire, const struct atomicity_triple *t)
{
	const struct event *after = &wire->events[t->after];

	return (struct excuse){
		.before = wire->events[t->before].op.pc,
		.between = wire->events[t->between].op.pc,
		.after = after->op.pc,
		.nothing = reads(after) && after->before == 0,
	};
}

static bool is_excused(
	const struct atomicity *atomicity, const struct excuse *places)
{
	for (uint32_t i = 0; i < atomicity->nexcused; i++) {
		const struct excuse *old = &atomicity->excused[i];

		if (old->before == places->before &&
			old->between == places->between &&
			old->after == places->after &&
			old->nothing == places->nothing)
			return true;
	}
	return false;
}

void atomicity_excuse(struct atomicity *atomicity, const struct wire *wire)
{
	struct atomicity_triple triples[MOST_FOUND];
	unsigned n = find_all(wire, triples);

	for (unsigned i = 0; i < n; i++) {
		struct excuse places = places_of(wire, &triples[i]);

		if (atomicity->nexcused < MOST_EXCUSED &&
			!is_excused(atomicity, &places))
			atomicity->excused[atomicity->nexcused++] = places;
	}
}

/* The later ones of a kind are nearer to the failure. */
static int by_likeliness(const void *a, const void *b)
{
	const struct atomicity_triple *x = a, *y = b;

	if (x->excused != y->excused)
		return x->excused ? 1 : -1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->after > y->after ? -1 : x->after < y->after;
}

unsigned atomicity_find(const struct atomicity *atomicity,
	const struct wire *wire, struct atomicity_triple *triples,
	unsigned most)
{
	struct atomicity_triple all[MOST_FOUND];
	unsigned n = find_all(wire, all), nleft = 0;

	for (unsigned i = 0; i < n; i++) {
		struct excuse places = places_of(wire, &all[i]);

		all[i].excused = is_excused(atomicity, &places);
		if (!all[i].excused || all[i].kind == ATOMICITY_READ_WRITE)
			all[nleft++] = all[i];
	}
	qsort(all, nleft, sizeof(all[0]), by_likeliness);
	if (nleft > most)
		nleft = most;
	memcpy(triples, all, nleft * sizeof(all[0]));
	return nleft;
}
