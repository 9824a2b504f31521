#include "lib/explore/early.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_READS = 64, /* of the thread that failed: the last ones count */
};

void early_fini(struct early_twin *twin)
{
	free(twin->events);
	*twin = (struct early_twin){NULL, 0};
}

int early_learn(struct early_twin *twin, const struct wire *wire)
{
	size_t size = wire->nevents * sizeof(wire->events[0]);

	if (twin->events || !wire->nevents)
		return 0;
	twin->events = malloc(size);
	if (!twin->events)
		return -ENOMEM;
	memcpy(twin->events, wire->events, size);
	twin->nevents = wire->nevents;
	return 0;
}

static bool reads(const struct event *event)
{
	return event->op.kind == OP_READ || event->op.kind == OP_ATOMIC_READ;
}

static bool writes(const struct event *event, const struct op *place)
{
	return (event->op.kind == OP_WRITE ||
		       event->op.kind == OP_ATOMIC_WRITE ||
		       (event->op.kind == OP_ATOMIC_UPDATE &&
			       !event->result)) &&
	       event->op.object < place->object + place->size &&
	       place->object < event->op.object + event->op.size;
}

/* How many events of that place in the program the thread has before `end`. */
static uint32_t count_of(
	const struct event *events, uint32_t end, unsigned thread, uint64_t pc)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < end; i++)
		n += events[i].thread == thread && events[i].op.pc == pc;
	return n;
}

/* The same read in the twin, or the last one there; nevents: it has none. */
static uint32_t same_in(const struct early_twin *twin, const struct event *read,
	uint32_t nbefore)
{
	uint32_t found = twin->nevents;

	for (uint32_t i = 0; i < twin->nevents; i++) {
		const struct event *event = &twin->events[i];

		if (event->thread != read->thread ||
			event->op.pc != read->op.pc ||
			event->op.kind != read->op.kind)
			continue;
		found = i;
		if (nbefore-- == 0)
			break;
	}
	return found;
}

static bool has_written(const struct wire *wire, uint32_t end, unsigned writer,
	const struct op *place)
{
	for (uint32_t i = 0; i < end; i++) {
		if (wire->events[i].thread == writer &&
			writes(&wire->events[i], place))
			return true;
	}
	return false;
}

static bool has_ended(const struct wire *wire, unsigned thread)
{
	return thread < wire->nthreads &&
	       wire->standing[thread].state == STANDING_ENDED;
}

/* Somebody else may wait for what it does there. */
static bool lets_go(const struct event *event)
{
	switch (event->op.kind) {
	case OP_UNLOCK:
	case OP_RWUNLOCK:
	case OP_SIGNAL:
	case OP_BROADCAST:
	case OP_SEM_POST:
	case OP_BARRIER:
	case OP_CANCEL:
		return true;
	default:
		return false;
	}
}

static bool is_read_by(const struct early_twin *twin, unsigned thread,
	const struct event *write)
{
	for (uint32_t i = 0; i < twin->nevents; i++) {
		if (twin->events[i].thread == thread &&
			reads(&twin->events[i]) &&
			writes(write, &twin->events[i].op))
			return true;
	}
	return false;
}

/* It has been joined, or is waited for. */
static uint64_t joined_by(const struct event *join)
{
	return join->flags & EVENT_BLOCKED ? join->op.object : join->other;
}

/*
 * Where the reader joins the writer after its read; 0 when it does not, or
 * does before that what the writer may need to come to its end.
 */
static uint64_t join_after(
	const struct early_twin *twin, uint32_t read, unsigned writer)
{
	for (uint32_t i = read + 1; i < twin->nevents; i++) {
		const struct event *event = &twin->events[i];

		if (event->thread != twin->events[read].thread)
			continue;
		if (event->op.kind == OP_JOIN && joined_by(event) == writer)
			return event->op.pc;
		if (lets_go(event) || is_read_by(twin, writer, event))
			return 0;
	}
	return 0;
}

static void add_writer(struct early *early, const struct event *write,
	const struct early_twin *twin, uint32_t read)
{
	for (unsigned i = 0; i < early->nwriters; i++) {
		if (early->writers[i].thread == write->thread)
			return;
	}
	if (early->nwriters == EARLY_MOST)
		return;
	early->writers[early->nwriters++] = (struct early_writer){
		.thread = write->thread,
		.pc = write->op.pc,
		.join = join_after(twin, read, write->thread),
	};
}

/* Who had written in the twin, and was still to write in the failure. */
static void find_writers(const struct early_twin *twin, uint32_t twin_read,
	const struct wire *wire, uint32_t read, struct early *early)
{
	const struct op *place = &twin->events[twin_read].op;
	const struct op *own = &wire->events[read].op;

	for (uint32_t i = 0; i < twin_read; i++) {
		const struct event *write = &twin->events[i];

		if (write->thread != early->reader && writes(write, place) &&
			!has_ended(wire, write->thread) &&
			!has_written(wire, read, write->thread, own))
			add_writer(early, write, twin, twin_read);
	}
}

static bool is_too_early(const struct early_twin *twin, const struct wire *wire,
	uint32_t i, struct early *early)
{
	const struct event *read = &wire->events[i];
	uint32_t nbefore = count_of(wire->events, i, read->thread, read->op.pc);
	uint32_t same = same_in(twin, read, nbefore);

	*early = (struct early){
		.step = i + 1,
		.reader = read->thread,
		.pc = read->op.pc,
		.object = read->op.object,
	};
	if (same < twin->nevents)
		find_writers(twin, same, wire, i, early);
	return early->nwriters > 0;
}

bool early_find(const struct early_twin *twin, const struct wire *wire,
	const struct finding *failure, struct early *early)
{
	unsigned nreads = 0;

	for (uint32_t i = wire->nevents; i-- > 0 && nreads < MOST_READS;) {
		const struct event *event = &wire->events[i];

		if (event->thread != failure->first.thread || !reads(event) ||
			event->flags & EVENT_NOWHERE)
			continue;
		nreads++;
		if (is_too_early(twin, wire, i, early))
			return true;
	}
	*early = (struct early){0};
	return false;
}

/* The last read of what another has written; nevents: there is none. */
static uint32_t last_seen(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread || !reads(event))
			continue;
		for (uint32_t k = i; k-- > 0;) {
			if (!writes(&wire->events[k], &event->op))
				continue;
			if (wire->events[k].thread != thread)
				return i;
			break;
		}
	}
	return wire->nevents;
}

/* Who wrote it in the twin, and came to its end without that; or NULL. */
static const struct event *left_out(
	const struct early_twin *twin, const struct wire *wire, uint32_t read)
{
	for (uint32_t i = read; i-- > 0;) {
		const struct event *write = &twin->events[i];

		if (write->thread != twin->events[read].thread &&
			writes(write, &twin->events[read].op) &&
			has_ended(wire, write->thread) &&
			!has_written(wire, wire->nevents, write->thread,
				&twin->events[read].op))
			return write;
	}
	return NULL;
}

/*
 * What it reads before that write is of another, who has left it out, too:
 * there was nothing to do. Those that begin with the same function take from
 * each other what there is.
 */
static bool had_nothing_to_do(const struct early_twin *twin,
	const struct wire *wire, const struct event *write)
{
	uint64_t function = wire->standing[write->thread].function;

	for (uint32_t i = 0; &twin->events[i] < write; i++) {
		const struct event *event = &twin->events[i], *before;

		if (event->thread != write->thread || !reads(event))
			continue;
		before = left_out(twin, wire, i);
		if (before &&
			wire->standing[before->thread].function != function)
			return true;
	}
	return false;
}

bool early_find_left(const struct early_twin *twin, const struct wire *wire,
	const struct finding *failure, struct early_left *left)
{
	*left = (struct early_left){.thread = WIRE_NOBODY};
	for (uint32_t i = twin->nevents; i-- > 0;) {
		const struct event *write;
		uint32_t seen;

		if (twin->events[i].thread != failure->first.thread ||
			!reads(&twin->events[i]))
			continue;
		write = left_out(twin, wire, i);
		seen = write ? last_seen(wire, write->thread) : wire->nevents;
		if (seen == wire->nevents ||
			had_nothing_to_do(twin, wire, write))
			continue;
		*left = (struct early_left){
			.thread = write->thread,
			.seen_pc = wire->events[seen].op.pc,
			.write_pc = write->op.pc,
			.object = write->op.object,
		};
		return true;
	}
	return false;
}

static uint32_t started_at(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].op.kind == OP_CREATE &&
			wire->events[i].other == thread)
			return i;
	}
	return 0;
}

void early_to_first(const struct wire *wire, struct early *early)
{
	const struct op place = wire->events[early->step - 1].op;
	uint32_t i = 0;

	for (unsigned n = 0; n < early->nwriters; n++) {
		uint32_t start = started_at(wire, early->writers[n].thread);

		i = start > i ? start : i;
	}
	for (; i < early->step; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != early->reader || !reads(event) ||
			event->op.object != place.object)
			continue;
		early->step = i + 1;
		early->pc = event->op.pc;
		return;
	}
}

/* An atomic, or what the thread had found otherwise when it looked before. */
static bool is_awaited(const struct wire *wire, uint32_t seen)
{
	const struct event *last = &wire->events[seen];

	if (last->op.kind == OP_ATOMIC_READ)
		return true;
	for (uint32_t i = 0; i < seen; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == last->thread && reads(event) &&
			event->op.object == last->op.object &&
			event->before != last->before)
			return true;
	}
	return false;
}

/*
 * The last write of the writer before the read that the reader has seen; with
 * `awaited` of what it may have waited for. `read`: there is none.
 */
static uint32_t last_told(const struct wire *wire, uint32_t read,
	unsigned writer, bool awaited, uint32_t *seen)
{
	for (*seen = read; (*seen)-- > 0;) {
		const struct event *event = &wire->events[*seen];

		if (event->thread != wire->events[read].thread ||
			!reads(event) || (awaited && !is_awaited(wire, *seen)))
			continue;
		for (uint32_t i = *seen; i-- > 0;) {
			if (!writes(&wire->events[i], &event->op))
				continue;
			if (wire->events[i].thread == writer)
				return i;
			break;
		}
	}
	return read;
}

static bool takes(const struct event *event)
{
	return (event->op.kind == OP_SEM_WAIT ||
		       event->op.kind == OP_SEM_TRY) &&
	       !(event->flags & (EVENT_BLOCKED | EVENT_TIMEOUT)) &&
	       event->result == 0;
}

static bool posts(const struct wire *wire, unsigned thread, uint64_t semaphore)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == semaphore &&
			event->op.kind == OP_SEM_POST)
			return true;
	}
	return false;
}

/*
 * Where the reader took one last, for good: who posts it again has a lock in
 * it. `read`: nowhere.
 */
static uint32_t last_taken(const struct wire *wire, uint32_t read)
{
	unsigned reader = wire->events[read].thread;

	for (uint32_t i = read; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == reader && takes(event) &&
			!posts(wire, reader, event->op.object))
			return i;
	}
	return read;
}

/* The last post before that, if it is the writer's; else `read`. */
static uint32_t last_posted(
	const struct wire *wire, uint32_t read, unsigned writer, uint32_t taken)
{
	for (uint32_t i = taken; taken < read && i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_SEM_POST &&
			event->op.object == wire->events[taken].op.object)
			return event->thread == writer ? i : read;
	}
	return read;
}

bool early_find_sign(const struct wire *wire, struct early *early)
{
	uint32_t read = early->step - 1, seen;
	unsigned writer = early->writers[0].thread;
	uint32_t told = last_told(wire, read, writer, true, &seen);
	bool awaited = told < read;
	uint32_t taken = last_taken(wire, read);
	uint32_t post = last_posted(wire, read, writer, taken);

	if (!awaited)
		told = last_told(wire, read, writer, false, &seen);
	early->is_post = post < read && (told == read || taken > seen);
	if (early->is_post)
		told = post;
	if (early->nwriters != 1 || told == read)
		return false;
	early->sign = wire->events[told].op.object;
	early->sign_pc = wire->events[told].op.pc;
	early->seen_pc = early->is_post || awaited ? 0
						   : wire->events[seen].op.pc;
	return true;
}

bool early_is_kept(const struct wire *wire, const struct early *early)
{
	bool is_there = false, is_read = false;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != early->reader || event->op.pc != early->pc)
			continue;
		is_there = true;
		if (event->op.object != early->object)
			continue;
		is_read = true;
		if (!early_has_written(wire, early, i))
			return false;
	}
	return is_read || !is_there;
}

bool early_has_written(
	const struct wire *wire, const struct early *early, uint32_t end)
{
	for (unsigned i = 0; i < early->nwriters; i++) {
		if (!has_written(wire, end, early->writers[i].thread,
			    &wire->events[end].op))
			return false;
	}
	return true;
}
