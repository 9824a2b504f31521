/* Events of an execution that is to be shown, and how it ended. */
#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/tso.h"

#include <string.h>

enum {
	MOST_BLOCKS = WIRE_MAX_PLACES / 2 /* that have a name before use */
};

/*
 * The fingerprint tells executions apart by what happened, so that a replay
 * can be compared with what it replays. (FNV-1a over words.)
 */
void fingerprint(const struct op *op)
{
	uint64_t hash = rt->wire->fingerprint;

	hash = (hash ^ (rt->current | (uint64_t)op->kind << 16)) *
	       UINT64_C(0x100000001b3);
	hash = (hash ^ op->pc) * UINT64_C(0x100000001b3);
	rt->wire->fingerprint = hash;
}

/* So that what has no name can be called something. */
static void note_place(uint64_t address)
{
	struct wire *wire = rt->wire;
	struct memory_place place;

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (address >= wire->places[i].from &&
			address < wire->places[i].to)
			return;
	}
	if (wire->nplaces < WIRE_MAX_PLACES &&
		(stack_place(address, &place) || heap_place(address, &place)))
		wire->places[wire->nplaces++] = place;
}

void trace_place(const struct memory_place *place)
{
	struct wire *wire = rt->wire;

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (place->from < wire->places[i].from ||
			place->from >= wire->places[i].to)
			continue;
		wire->places[i] = *place;
		return;
	}
	if (wire->nplaces < WIRE_MAX_PLACES)
		wire->places[wire->nplaces++] = *place;
}

void trace_insert(const struct event *event, uint32_t at)
{
	struct wire *wire = rt->wire;

	if (wire->nevents == WIRE_MAX_EVENTS)
		return;
	memmove(&wire->events[at + 1], &wire->events[at],
		(wire->nevents - at) * sizeof(wire->events[0]));
	wire->events[at] = *event;
	wire->nevents++;
	for (unsigned i = 0; i < rt->nthreads; i++) {
		uint32_t *pending = &rt->threads[i].pending_write;

		*pending += *pending > at && *pending != NO_EVENT;
	}
}

/* And what a pointer leads to. */
static void note_value(uint64_t value, size_t size)
{
	if (size == sizeof(value))
		note_place(value);
}

/* Apart, so that what is not traced costs no more than to see that. */
__attribute__((noinline)) static struct event *record(const struct op *op)
{
	struct wire *wire = rt->wire;
	struct event *event;

	if (rt->in_invariant || wire->nevents == WIRE_MAX_EVENTS)
		return NULL;
	note_place(op->object);
	if (op->kind == OP_CREATE)
		note_place(op->second);
	event = &wire->events[wire->nevents++];
	*event = (struct event){
		.op = *op,
		.choice = wire->nchoices,
		.thread = (uint16_t)rt->current,
		.other = WIRE_NOBODY,
		.way = trace_way(self()),
	};
	return event;
}

struct event *trace_op(const struct op *op)
{
	return rt->tracing ? record(op) : NULL;
}

struct event *trace(enum op_kind kind, uint64_t pc, const void *object)
{
	struct op op = {
		.kind = (uint8_t)kind,
		.pc = pc,
		.object = (uint64_t)(uintptr_t)object,
	};

	return trace_op(&op);
}

/* What it did last has said so. */
static bool is_known_to_wait(const struct thread *thread)
{
	return thread->pending.kind == OP_WAKE ||
	       thread->pending.kind == OP_BARRIER_LEAVE;
}

/* It asks, and cannot have it yet. */
void trace_blocked(const struct thread *thread)
{
	if (!rt->tracing || thread_can_have(thread) ||
		is_known_to_wait(thread) ||
		thread->pending.kind == OP_PROCESS_END)
		return;
	trace_flags(trace_op(&thread->pending), EVENT_BLOCKED);
}

/* What the thread did last that others could notice; NULL: nothing. */
static struct event *last_of(unsigned thread)
{
	for (uint32_t i = rt->wire->nevents; i-- > 0;) {
		struct event *event = &rt->wire->events[i];

		if (event->thread == thread && event->op.kind != OP_FLUSH)
			return event;
	}
	return NULL;
}

/*
 * Who stopped before a lock that was free then has not been seen to ask for
 * it; nor has who was woken, and had no turn since.
 */
static struct event *asks_for(const struct thread *thread)
{
	struct event *last = last_of(thread->id);

	if (is_known_to_wait(thread) || (last && last->flags & EVENT_BLOCKED))
		return last;
	last = trace_op(&thread->pending);
	if (!last)
		return NULL;
	last->thread = (uint16_t)thread->id;
	last->way = trace_way(thread);
	trace_flags(last, EVENT_BLOCKED);
	if (thread->pending.kind == OP_LOCK && thread->pending.second)
		trace_flags(last, EVENT_AGAIN);
	return last;
}

void trace_stuck(void)
{
	if (!rt->tracing)
		return;
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (rt->threads[i].state == THREAD_READY)
			trace_flags(asks_for(&rt->threads[i]), EVENT_STUCK);
	}
}

void trace_other(struct event *event, unsigned other)
{
	if (event)
		event->other = (uint16_t)other;
}

void trace_woken(struct event *event, unsigned other)
{
	if (event && other < 64)
		event->before |= UINT64_C(1) << other;
}

void trace_result(struct event *event, int result)
{
	if (event)
		event->result = result;
}

void trace_flags(struct event *event, unsigned flags)
{
	if (event)
		event->flags |= (uint16_t)flags;
}

void trace_output(struct event *event, size_t at, size_t size)
{
	if (!event)
		return;
	event->before = at;
	event->after = size;
}

uint64_t value_at(uint64_t address, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const void *)(uintptr_t)address,
		size < sizeof(value) ? size : sizeof(value));
	return value;
}

void trace_settle(struct thread *thread)
{
	copy_settle();
	invariant_settle(thread);
	trace_written(thread);
}

/* A plain write happens after its hook: look at what it wrote. */
void trace_written(struct thread *thread)
{
	uint32_t pending = thread->pending_write;
	struct event *event;

	if (!pending)
		return;
	thread->pending_write = 0;
	if (thread->delayed)
		tso_settle(thread->id);
	thread->delayed = false;
	if (pending == NO_EVENT)
		return;
	event = &rt->wire->events[pending - 1];
	event->after = value_at(event->op.object, event->op.size);
	note_value(event->after, event->op.size);
	event->flags &= (uint16_t)~EVENT_UNMADE;
	fail_as_found();
}

/* As they are now. Where there is no memory, this is what finds out. */
void trace_values(struct event *event, uint64_t address, size_t size)
{
	if (!event)
		return;
	event->flags |= EVENT_NOWHERE;
	event->before = event->after = value_at(address, size);
	event->flags &= (uint16_t)~EVENT_NOWHERE;
	note_value(event->before, size);
}

/* Half of the room is for what takes steps. */
void trace_quiet(uint64_t address, size_t size, bool write, uint64_t pc)
{
	struct op op = {
		.kind = write ? OP_WRITE : OP_READ,
		.size = (uint16_t)(size > 0xffff ? 0xffff : size),
		.pc = pc,
		.object = address,
	};
	struct event *event;

	if (rt->wire->nevents >= WIRE_MAX_EVENTS / 2)
		return;
	event = trace_op(&op);
	if (!event)
		return;
	event->flags = EVENT_QUIET;
	trace_values(event, address, size);
	if (!write)
		return;
	event->flags |= EVENT_UNMADE;
	self()->pending_write = rt->wire->nevents;
}

static enum standing_state state_of(
	const struct thread *thread, const struct set *can)
{
	if (thread->state == THREAD_ENDED)
		return STANDING_ENDED;
	if (thread_can_go(thread))
		return STANDING_READY;
	if (thread_can_have(thread))
		return STANDING_DRAINS;
	return set_has(can, thread->id) ? STANDING_EARLY : STANDING_BLOCKED;
}

static void stand(struct standing *standing, const struct thread *thread,
	const struct set *can)
{
	uint32_t nheld = thread->nheld;

	if (nheld > WIRE_MAX_HELD)
		nheld = WIRE_MAX_HELD;
	*standing = (struct standing){
		.state = (uint8_t)state_of(thread, can),
		.way = trace_way(thread),
		.nheld = nheld,
		.pending = thread->pending,
		.function = (uint64_t)(uintptr_t)thread->start,
	};
	memcpy(standing->held, thread->held, nheld * sizeof(thread->held[0]));
}

/* Its store is the first of a buffer, or it has none. */
static void stand_flusher(unsigned i)
{
	const struct thread *flusher = &rt->threads[i];

	rt->wire->standing[i] = (struct standing){
		.state = flusher->state == THREAD_READY ? STANDING_READY
							: STANDING_NONE,
		.pending = flusher->pending,
		.value = tso_value(i - WIRE_FLUSHERS),
	};
}

/*
 * An execution that goes on and on from pauses has the same names in each: of
 * what will be used, too, and so of all that malloc gave, which is numbered.
 */
static void note_places_to_come(void)
{
	struct memory_place place;

	for (uint32_t i = 0; i < MOST_BLOCKS && heap_nth_place(i, &place); i++)
		note_place(place.from);
	for (unsigned i = 0; i < rt->nthreads; i++)
		note_place(rt->threads[i].pending.object);
}

/* `can`: who may take the next step, early wake-ups included. */
void trace_standing(const struct set *can)
{
	rt->wire->nthreads = rt->nthreads;
	if (!rt->tracing)
		return;
	if (rt->wire->config.pause)
		note_places_to_come();
	for (unsigned i = 0; i < rt->nthreads; i++) {
		stand(&rt->wire->standing[i], &rt->threads[i], can);
		if (rt->tso)
			stand_flusher(WIRE_FLUSHERS + i);
	}
}
