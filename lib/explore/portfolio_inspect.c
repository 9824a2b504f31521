/*
 * What traces tell beyond how an execution ended: locks that are taken in a
 * cycle, and writes that came between what belongs together.
 */
#include "lib/explore/portfolio_impl.h"

#include "lib/explore/inspect.h"
#include "lib/explore/lockorder.h"
#include "lib/explore/lockset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SAMPLES = 8, /* executions by chance */
	MOST_TRIPLES = 2, /* told of */
	NEXT_CODE = 64, /* bytes: what follows at once */
	EVENT_NAME_SIZE = 120,
};

/* The frame that it lies in, or NULL. */
static const struct memory_place *frame_of(
	const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *place = &wire->places[i];

		if (place->top && object >= place->from && object < place->to)
			return place;
	}
	return NULL;
}

bool portfolio_is_temporary(struct portfolio *p, uint64_t object)
{
	const struct memory_place *frame = frame_of(
		session_wire(p->session), object);
	char name[16];

	return frame &&
	       symbols_local(p->symbols, frame->pc, frame->top, object, name,
		       sizeof(name)) &&
	       !strncmp(name, "__atomic_", 9);
}

/* Where an atomic was read to, in the same line, and the name is none. */
static bool is_its_value(struct portfolio *p, const struct event *atomic,
	const struct event *event)
{
	const struct memory_place *frame;
	char name[EVENT_NAME_SIZE];

	if (atomic->thread != event->thread ||
		atomic->op.kind != OP_ATOMIC_READ ||
		event->op.pc - atomic->op.pc >= NEXT_CODE)
		return false;
	frame = frame_of(session_wire(p->session), event->op.object);
	return frame && !symbols_local(p->symbols, frame->pc, frame->top,
				event->op.object, name, sizeof(name));
}

/* Of its own, and the program has no name for it. */
static bool is_nameless(struct portfolio *p, const struct event *event)
{
	const struct memory_place *frame = frame_of(
		session_wire(p->session), event->op.object);
	char name[EVENT_NAME_SIZE];

	return frame && frame->thread == event->thread &&
	       !symbols_local(p->symbols, frame->pc, frame->top,
		       event->op.object, name, sizeof(name));
}

/* What an atomic is to be, or has been, when it is changed at once. */
static bool is_for_change(struct portfolio *p, uint32_t i)
{
	const struct wire *wire = session_wire(p->session);
	const struct event *event = &wire->events[i];

	if (!is_nameless(p, event))
		return false;
	while (++i < wire->nevents) {
		const struct event *next = &wire->events[i];

		if (next->thread != event->thread)
			continue;
		if (next->op.pc - event->op.pc >= 2 * NEXT_CODE)
			return false;
		if (next->op.kind == OP_ATOMIC_UPDATE)
			return true;
		if (!is_nameless(p, next))
			return false;
	}
	return false;
}

/* A string literal is for nobody else. */
static bool is_of_text(struct portfolio *p, const struct op *op)
{
	return op->kind == OP_READ && symbols_text(p->symbols, op->object);
}

/* What is passed by value may lie above the frame of who was called. */
static void name_arguments(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	char name[EVENT_NAME_SIZE];

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		struct memory_place *place = &wire->places[i];

		if (!place->top || !place->called_top ||
			!symbols_local(p->symbols, place->called_pc,
				place->called_top, place->from, name,
				sizeof(name)))
			continue;
		place->pc = place->called_pc;
		place->top = place->called_top;
	}
}

void portfolio_drop_temporaries(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	struct {
		uint64_t object;
		bool temporary;
	} known[64] = {{0}};
	uint32_t kept = 0;

	name_arguments(p);
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;
		unsigned at = op->object / 4 % 64;

		if (op->kind != OP_READ && op->kind != OP_WRITE) {
			wire->events[kept++] = wire->events[i];
			continue;
		}
		if (known[at].object != op->object) {
			known[at].object = op->object;
			known[at].temporary = portfolio_is_temporary(
				p, op->object);
		}
		if (!known[at].temporary && !is_of_text(p, op) &&
			!is_for_change(p, i) &&
			!(kept && is_its_value(p, &wire->events[kept - 1],
					  &wire->events[i])))
			wire->events[kept++] = wire->events[i];
	}
	wire->nevents = kept;
}

static struct party party_at(const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	struct party party = {
		.thread = event->thread,
		.op = event->op.kind,
		.size = (uint8_t)(event->op.size < 255 ? event->op.size : 255),
		.pc = event->op.pc,
		.object = event->op.object,
		.step = i + 1,
		.way = event->way,
	};
	struct lockset held;

	lockset_before(&held, wire, i, event->thread);
	party.nheld = held.n;
	for (uint32_t k = 0; k < held.n; k++)
		party.held[k] = (struct held_lock){held.locks[k].object,
			wire->events[held.locks[k].event].op.pc};
	return party;
}

static void add(struct wire *wire, const struct finding *finding)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *old = &wire->findings[i];

		if (old->kind == finding->kind &&
			old->first.pc == finding->first.pc &&
			old->second.pc == finding->second.pc &&
			old->third.pc == finding->third.pc)
			return;
	}
	if (wire->nfindings < WIRE_MAX_FINDINGS)
		wire->findings[wire->nfindings++] = *finding;
}

static struct finding cycle_finding(
	const struct wire *wire, const struct lockorder_cycle *cycle)
{
	struct finding finding = {
		.kind = FOUND_LOCK_ORDER,
		.first = party_at(wire, cycle->edges[0].inner_event),
		.second = party_at(wire, cycle->edges[1].inner_event),
		.third.thread = WIRE_NOBODY,
		.text = "locks are taken in a cycle, though no "
			"schedule was found in which all wait",
	};

	return finding;
}

static void add_cycle(struct wire *wire, const struct finding *failure)
{
	struct lockorder_cycle cycle;
	struct finding finding;

	if (failure->kind == FOUND_DEADLOCK || !lockorder_find(wire, &cycle))
		return;
	finding = cycle_finding(wire, &cycle);
	add(wire, &finding);
}

static void add_triples(struct portfolio *p, struct wire *wire)
{
	struct atomicity_triple triples[MOST_TRIPLES];
	unsigned n = atomicity_find(p->atomicity, wire, triples, MOST_TRIPLES);

	for (unsigned i = 0; i < n; i++) {
		struct finding finding = {
			.kind = FOUND_ATOMICITY,
			.code = (int32_t)triples[i].kind,
			.first = party_at(wire, triples[i].before),
			.second = party_at(wire, triples[i].between),
			.third = party_at(wire, triples[i].after),
			.text = "another thread's access came between",
		};

		add(wire, &finding);
	}
}

/* A failure of the data, rather than of who waits for whom. */
static bool may_be_atomicity(const struct finding *failure)
{
	switch (failure->kind) {
	case FOUND_ASSERT:
	case FOUND_INVARIANT:
	case FOUND_ABORT:
	case FOUND_SIGNAL:
	case FOUND_EXIT_CODE:
	case FOUND_USE_AFTER_FREE:
	case FOUND_BAD_FREE:
		return true;
	default:
		return false;
	}
}

/* The last event of that party, at that place. */
static bool find_party(const struct wire *wire, const struct party *party,
	uint64_t object, uint32_t *at)
{
	for (*at = wire->nevents; (*at)-- > 0;) {
		const struct event *event = &wire->events[*at];

		if (event->thread == party->thread &&
			event->op.pc == party->pc &&
			object >= event->op.object &&
			(event->op.kind == OP_FREE ||
				object - event->op.object < event->op.size))
			return true;
	}
	return false;
}

/* What the race detector could not know of the earlier side: its locks. */
static void complete_races(const struct sides *sides, struct wire *wire)
{
	for (uint32_t n = 0; n < wire->nfindings; n++) {
		struct finding *race = &wire->findings[n];
		uint32_t at;

		if (race->kind != FOUND_RACE)
			continue;
		if (find_party(wire, &race->second, race->first.object, &at))
			race->second = party_at(wire, at);
		else
			sides_complete(sides, &race->second);
		if (find_party(wire, &race->first, race->first.object, &at))
			race->first.step = at + 1;
	}
}

/* Where the free came, and what the heap could not know: by which calls. */
static void complete_free(const struct wire *wire, struct finding *finding)
{
	struct party *freed = &finding->second;

	if (freed->op != OP_FREE)
		return;
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_FREE &&
			event->thread == freed->thread &&
			event->op.pc == freed->pc) {
			freed->way = event->way;
			return;
		}
	}
}

static void complete_frees(struct wire *wire, struct finding *failure)
{
	complete_free(wire, failure);
	for (uint32_t i = 0; i < wire->nfindings; i++)
		complete_free(wire, &wire->findings[i]);
}

void portfolio_inspect(struct portfolio *p, struct portfolio_result *result)
{
	struct wire *wire = session_wire(p->session);

	if (inspect_growing(wire, p->shown))
		return;
	portfolio_drop_temporaries(p);
	complete_races(&p->sides, wire);
	complete_frees(wire, &result->failure);
	add_cycle(wire, &result->failure);
	if (may_be_atomicity(&result->failure))
		add_triples(p, wire);
}

/* One execution by chance, traced. Returns as portfolio_search. */
static int sample(struct portfolio *p, unsigned i, bool frozen)
{
	struct wire_config config = portfolio_config(p, SEARCH_RANDOM);
	struct portfolio_result own = {0};
	int status;

	config.seed += i;
	config.trace = true;
	config.frozen |= frozen;
	config.max_executions = 1;
	status = portfolio_search(p, &config, &own);
	if (status >= 0)
		inspect_trace(session_wire(p->session));
	return status;
}

/* What such executions find is of no concern, nor what they do to steps. */
static int learn_sides(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	size_t size = sizeof(wire->findings);
	uint32_t nfindings = wire->nfindings;
	struct finding *findings = malloc(size);
	int status = 0;

	if (!findings)
		return -ENOMEM;
	memcpy(findings, wire->findings, size);
	for (unsigned i = 0;
		i < SAMPLES && status >= 0 && status != SESSION_STOPPED; i++) {
		status = sample(p, i, true);
		if (status == SESSION_ENDED)
			sides_learn(&p->sides, wire);
	}
	memcpy(wire->findings, findings, size);
	wire->nfindings = nfindings;
	free(findings);
	return status < 0 ? status : 0;
}

static bool any_race(const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE)
			return true;
	}
	return false;
}

static int open_shown(struct portfolio *p)
{
	return p->shown ? 0 : shown_open(&p->shown);
}

int portfolio_excuse(struct portfolio *p, const struct finding *failure)
{
	const struct wire *wire = session_wire(p->session);
	int status = open_shown(p);

	if (status)
		return status;
	if (!may_be_atomicity(failure))
		return any_race(wire) ? learn_sides(p) : 0;
	for (unsigned i = 0; i < SAMPLES; i++) {
		status = sample(p, i, false);
		if (status < 0 || status == SESSION_STOPPED)
			return status;
		sides_learn(&p->sides, wire);
		shown_learn(p->shown, wire);
		if (wire->failure)
			continue;
		atomicity_excuse(p->atomicity, wire);
		status = early_learn(&p->twin, wire);
		if (status)
			return status;
	}
	return 0;
}

void portfolio_add_locks(struct portfolio *p)
{
	if (p->guards)
		guards_add(p->guards, session_wire(p->session), p->symbols);
}

/* What they find is of no concern: the answer is known. */
int portfolio_collect_locks(struct portfolio *p)
{
	struct wire *wire = session_wire(p->session);
	uint32_t nfindings = wire->nfindings;
	int status = 0;

	if (!p->guards)
		return 0;
	for (unsigned i = 0; i < SAMPLES && !status; i++) {
		status = sample(p, i, true);
		if (status == SESSION_DIED || status == SESSION_SILENT)
			status = 0;
		else if (!status)
			portfolio_add_locks(p);
	}
	wire->nfindings = nfindings;
	return status;
}

int portfolio_rehearse(struct portfolio *p)
{
	const struct wire *wire = session_wire(p->session);
	int status = open_shown(p);

	if (status)
		return status;
	shown_hold(p->shown);
	p->rehearsed = true;
	shown_learn(p->shown, wire);
	for (unsigned i = 0; i < SAMPLES && status >= 0; i++) {
		status = sample(p, i, true);
		if (status >= 0)
			shown_learn(p->shown, wire);
	}
	return status < 0 ? status : 0;
}

/* The first execution, of a few by chance, that has one. */
static int find_cycle(struct portfolio *p, bool *found)
{
	const struct wire *wire = session_wire(p->session);
	struct lockorder_cycle cycle;
	int status = 0;

	*found = false;
	for (unsigned i = 0; i < SAMPLES && !*found; i++) {
		status = sample(p, i, false);
		if (status < 0 || status == SESSION_STOPPED)
			return status;
		*found = !wire->failure && lockorder_find(wire, &cycle);
	}
	return 0;
}

/* Whether the threads can come together there: then it is a deadlock. */
static int make_it_real(struct portfolio *p, struct portfolio_result *result)
{
	if (p->options.only >= 0)
		return 0;
	return portfolio_simplify(p, result);
}

int portfolio_look_for_cycles(
	struct portfolio *p, struct portfolio_result *result)
{
	struct portfolio_result shown = {.answer = ANSWER_NONE_FOUND};
	bool found;
	int status = find_cycle(p, &found);

	if (status || !found)
		return status;
	shown.spurious = p->options.spurious;
	portfolio_keep(p, &shown);
	status = make_it_real(p, result);
	if (!status && result->answer != ANSWER_FOUND)
		status = portfolio_show(p, &shown);
	return status;
}
