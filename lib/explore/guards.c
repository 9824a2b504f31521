#include "lib/explore/guards.h"

#include "lib/explore/lockset.h"
#include "lib/explore/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_ACCESSES = 2000,
	MOST_PAIRS = 4 * 1000 * 1000, /* compared in one execution */
};

struct guards {
	unsigned nexecutions;
	size_t n, room;
	struct guards_access *accesses;
};

/* Whether another thread could have been there at the same time. */
enum met {
	MET = 1 << 0, /* and both read */
	MET_AND_WRITTEN = 1 << 1
};

/* What is looked at of one execution. */
struct look {
	const struct wire *wire;
	struct order *order;
	uint32_t *sorted; /* its accesses to memory, by address */
	uint32_t n;
	uint8_t *met; /* of each event: enum met */
	uint32_t npairs;
};

int guards_open(struct guards **result)
{
	struct guards *guards = calloc(1, sizeof(*guards));

	if (!guards)
		return -ENOMEM;
	*result = guards;
	return 0;
}

void guards_close(struct guards *guards)
{
	if (guards)
		free(guards->accesses);
	free(guards);
}

static bool is_access(const struct event *event)
{
	return event->op.kind >= OP_READ && event->op.kind <= OP_ATOMIC_UPDATE;
}

static bool is_atomic(const struct event *event)
{
	return event->op.kind >= OP_ATOMIC_READ;
}

static bool reads(const struct event *event)
{
	return event->op.kind != OP_WRITE && event->op.kind != OP_ATOMIC_WRITE;
}

static bool writes(const struct event *event)
{
	return event->op.kind != OP_READ && event->op.kind != OP_ATOMIC_READ;
}

static int by_address(const void *a, const void *b, void *events)
{
	const struct event *x = (struct event *)events + *(const uint32_t *)a;
	const struct event *y = (struct event *)events + *(const uint32_t *)b;

	if (x->op.object != y->op.object)
		return x->op.object < y->op.object ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void look_fini(struct look *look)
{
	order_close(look->order);
	free(look->sorted);
	free(look->met);
}

static int look_init(struct look *look, const struct wire *wire)
{
	int error;

	*look = (struct look){.wire = wire};
	error = order_open(wire, true, &look->order);
	if (error)
		return error;
	look->sorted = calloc(wire->nevents + 1, sizeof(*look->sorted));
	look->met = calloc(wire->nevents + 1, sizeof(*look->met));
	if (!look->sorted || !look->met) {
		look_fini(look);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (is_access(&wire->events[i]))
			look->sorted[look->n++] = i;
	}
	qsort_r(look->sorted, look->n, sizeof(*look->sorted), by_address,
		(void *)(uintptr_t)wire->events);
	return 0;
}

/* Either of the two could have come first. */
static bool are_unordered(const struct look *look, uint32_t a, uint32_t b)
{
	const struct event *events = look->wire->events;

	if (events[a].thread == events[b].thread)
		return false;
	return a < b ? !order_before(look->order, a, b)
		     : !order_before(look->order, b, a);
}

/* One access with those after it, by address, that overlap it. */
static void compare(struct look *look, uint32_t at)
{
	const struct event *events = look->wire->events;
	uint32_t a = look->sorted[at];
	uint64_t end = events[a].op.object + events[a].op.size;

	for (uint32_t k = at + 1; k < look->n; k++) {
		uint32_t b = look->sorted[k];
		bool written = writes(&events[a]) || writes(&events[b]);

		if (events[b].op.object >= end || look->npairs == MOST_PAIRS)
			return;
		look->npairs++;
		if (!are_unordered(look, a, b))
			continue;
		look->met[a] |= written ? MET_AND_WRITTEN : MET;
		look->met[b] |= written ? MET_AND_WRITTEN : MET;
	}
}

/* What is only read while others could be there needs no lock. */
static void forget_unwritten(struct look *look)
{
	const struct event *events = look->wire->events;

	for (uint32_t i = 0, next; i < look->n; i = next) {
		uint64_t object = events[look->sorted[i]].op.object;
		unsigned met = 0;

		for (next = i; next < look->n &&
			       events[look->sorted[next]].op.object == object;
			next++)
			met |= look->met[look->sorted[next]];
		for (; i < next && met <= MET; i++)
			look->met[look->sorted[i]] = 0;
	}
}

static bool is_in(const struct memory_place *place, const struct event *event)
{
	return is_access(event) && event->op.object >= place->from &&
	       event->op.object < place->to;
}

/*
 * A block belongs to the thread that got it until another comes to it: how it
 * is filled in before others can find it is no matter of the locks that guard
 * it later.
 */
static void forget_filling(struct look *look, const struct memory_place *place)
{
	const struct event *events = look->wire->events;
	unsigned first = WIRE_NOBODY;

	for (uint32_t i = 0; i < look->wire->nevents; i++) {
		if (place->top || !is_in(place, &events[i]))
			continue;
		if (first == WIRE_NOBODY)
			first = events[i].thread;
		if (events[i].thread != first)
			return;
		look->met[i] = 0;
	}
}

static struct guards_thing thing_at(const struct wire *wire, uint64_t object)
{
	struct guards_thing thing = {.object = object};

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (object >= wire->places[i].from &&
			object < wire->places[i].to)
			thing.within = wire->places[i];
	}
	return thing;
}

/* Where malloc puts a block, and where a frame lies, may differ. */
static bool is_same(const struct guards_thing *a, const struct guards_thing *b)
{
	const struct memory_place *x = &a->within, *y = &b->within;

	if (x->pc != y->pc || !x->top != !y->top)
		return false;
	if (x->top)
		return x->top - a->object == y->top - b->object;
	return a->object - x->from == b->object - y->from;
}

/* The locks of two nodes of a list are two. */
static enum guards_owner owner_of(
	const struct guards_thing *lock, const struct guards_thing *variable)
{
	const struct memory_place *x = &lock->within, *y = &variable->within;

	if (!x->to || x->top || y->top || x->pc != y->pc)
		return GUARDS_ANY;
	return x->from == y->from ? GUARDS_OWN : GUARDS_OTHER;
}

static bool is_same_lock(
	const struct guards_lock *a, const struct guards_lock *b)
{
	return a->owner == b->owner && is_same(&a->thing, &b->thing);
}

static bool is_same_place(
	const struct guards_access *a, const struct guards_access *b)
{
	if (!a->place.file || !b->place.file)
		return a->pc == b->pc;
	return a->place.line == b->place.line &&
	       !strcmp(a->place.file, b->place.file);
}

static bool has_lock(
	const struct guards_access *access, const struct guards_lock *lock)
{
	for (uint32_t i = 0; i < access->nlocks; i++) {
		if (is_same_lock(&access->locks[i], lock) &&
			access->locks[i].shared == lock->shared)
			return true;
	}
	return false;
}

static bool has_same_locks(
	const struct guards_access *a, const struct guards_access *b)
{
	if (a->nlocks != b->nlocks)
		return false;
	for (uint32_t i = 0; i < a->nlocks; i++) {
		if (!has_lock(b, &a->locks[i]))
			return false;
	}
	return true;
}

bool guards_are_alike(
	const struct guards_access *a, const struct guards_access *b)
{
	return is_same_place(a, b) && a->atomic == b->atomic &&
	       has_same_locks(a, b);
}

static struct guards_access make_access(const struct wire *wire, uint32_t i,
	const struct lockset *held, struct symbols *symbols)
{
	const struct event *event = &wire->events[i];
	struct guards_access access = {
		.variable = thing_at(wire, event->op.object),
		.pc = event->op.pc,
		.threads = UINT64_C(1) << (event->thread & 63),
		.reads = reads(event),
		.writes = writes(event),
		.atomic = is_atomic(event),
		.nlocks = held->n,
	};

	for (uint32_t k = 0; k < held->n; k++) {
		struct guards_lock *lock = &access.locks[k];

		lock->thing = thing_at(wire, held->locks[k].object);
		lock->shared = held->locks[k].shared;
		lock->owner = owner_of(&lock->thing, &access.variable);
	}
	if (symbols && !symbols_place(symbols, access.pc, &access.place))
		access.place.file = NULL;
	return access;
}

static bool comes_later(
	const struct guards_access *a, const struct guards_access *b)
{
	int order = a->place.file && b->place.file
			    ? strcmp(a->place.file, b->place.file)
			    : 0;

	return order ? order > 0 : a->place.line > b->place.line;
}

/* Where an access belongs: among its variable's by line, or at the end. */
static size_t place_for(
	const struct guards *guards, const struct guards_access *access)
{
	size_t i = guards->n;

	while (i > 0 &&
		!is_same(&guards->accesses[i - 1].variable, &access->variable))
		i--;
	if (!i)
		return guards->n;
	while (i > 0 &&
		is_same(&guards->accesses[i - 1].variable, &access->variable) &&
		comes_later(&guards->accesses[i - 1], access))
		i--;
	return i;
}

static int insert(struct guards *guards, const struct guards_access *access)
{
	size_t at = place_for(guards, access);

	if (guards->n == MOST_ACCESSES)
		return -E2BIG;
	if (guards->n == guards->room) {
		size_t room = guards->room ? 2 * guards->room : 16;
		struct guards_access *more = reallocarray(
			guards->accesses, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		guards->accesses = more;
		guards->room = room;
	}
	memmove(&guards->accesses[at + 1], &guards->accesses[at],
		(guards->n - at) * sizeof(*access));
	guards->accesses[at] = *access;
	guards->n++;
	return 0;
}

static int note(struct guards *guards, const struct guards_access *access)
{
	for (size_t i = 0; i < guards->n; i++) {
		struct guards_access *old = &guards->accesses[i];

		if (!is_same(&old->variable, &access->variable) ||
			!guards_are_alike(old, access))
			continue;
		old->threads |= access->threads;
		old->reads |= access->reads;
		old->writes |= access->writes;
		return 0;
	}
	return insert(guards, access);
}

/* All that met another, in the order in which they happened. */
static int note_all(
	struct guards *guards, const struct look *look, struct symbols *symbols)
{
	const struct wire *wire = look->wire;
	struct lockset *held = calloc(WIRE_MAX_THREADS, sizeof(*held));
	int error = held ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < wire->nevents && !error; i++) {
		struct lockset *own = &held[wire->events[i].thread];
		struct guards_access access;

		lockset_follow(own, wire, i);
		if (!look->met[i])
			continue;
		access = make_access(wire, i, own, symbols);
		error = note(guards, &access);
	}
	free(held);
	return error;
}

int guards_add(
	struct guards *guards, const struct wire *wire, struct symbols *symbols)
{
	struct look look;
	int error = look_init(&look, wire);

	if (error)
		return error;
	for (uint32_t i = 0; i < look.n; i++)
		compare(&look, i);
	for (uint32_t i = 0; i < wire->nplaces; i++)
		forget_filling(&look, &wire->places[i]);
	forget_unwritten(&look);
	error = note_all(guards, &look, symbols);
	if (!error && look.npairs == MOST_PAIRS)
		error = -E2BIG;
	look_fini(&look);
	guards->nexecutions++;
	return error;
}

unsigned guards_nexecutions(const struct guards *guards)
{
	return guards->nexecutions;
}

size_t guards_count(const struct guards *guards)
{
	return guards->n;
}

const struct guards_access *guards_get(const struct guards *guards, size_t i)
{
	return &guards->accesses[i];
}

size_t guards_group(const struct guards *guards, size_t i)
{
	size_t n = 1;

	while (i + n < guards->n && is_same(&guards->accesses[i].variable,
					    &guards->accesses[i + n].variable))
		n++;
	return n;
}

/* Held there so that it guards: whoever writes has it alone. */
static bool is_guarded(
	const struct guards_access *access, const struct guards_lock *lock)
{
	for (uint32_t i = 0; i < access->nlocks; i++) {
		if (is_same_lock(&access->locks[i], lock))
			return !access->writes || !access->locks[i].shared;
	}
	return false;
}

uint32_t guards_common(const struct guards_access *accesses, size_t n,
	struct guards_lock locks[WIRE_MAX_HELD])
{
	uint32_t ncommon = 0;

	for (uint32_t i = 0; i < accesses[0].nlocks; i++) {
		const struct guards_lock *lock = &accesses[0].locks[i];
		size_t k = 0;

		while (k < n && is_guarded(&accesses[k], lock))
			k++;
		if (k == n && lock->owner != GUARDS_OTHER)
			locks[ncommon++] = *lock;
	}
	return ncommon;
}

/* A lock of both, unless both have it with other readers. */
static bool exclude(
	const struct guards_access *a, const struct guards_access *b)
{
	for (uint32_t i = 0; i < a->nlocks; i++) {
		for (uint32_t k = 0; k < b->nlocks; k++) {
			if (is_same_lock(&a->locks[i], &b->locks[k]) &&
				!(a->locks[i].shared && b->locks[k].shared))
				return true;
		}
	}
	return false;
}

static bool by_two_threads(
	const struct guards_access *a, const struct guards_access *b)
{
	uint64_t threads = a->threads | b->threads;

	return (threads & (threads - 1)) != 0;
}

bool guards_gap(
	const struct guards_access *accesses, size_t n, size_t *a, size_t *b)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i; k < n; k++) {
			const struct guards_access *x = &accesses[i];
			const struct guards_access *y = &accesses[k];

			if ((x->writes || y->writes) &&
				!(x->atomic && y->atomic) &&
				by_two_threads(x, y) && !exclude(x, y)) {
				*a = i;
				*b = k;
				return true;
			}
		}
	}
	return false;
}
