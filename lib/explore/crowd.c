#include "lib/explore/crowd.h"

#include <stddef.h>

enum {
	MOST_THREADS = 64, /* bits of crowd.threads */
};

/* What a thread does to the count, from its wait on. */
struct stay {
	bool within; /* it has taken one, and not posted it */
	bool twice; /* or more than one */
	bool looks; /* at the count, before it changes it */
	unsigned nchanges;
	int64_t change; /* all of them together */
};

static bool takes(const struct event *event)
{
	return (event->op.kind == OP_SEM_WAIT ||
		       event->op.kind == OP_SEM_TRY) &&
	       !(event->flags & (EVENT_BLOCKED | EVENT_TIMEOUT)) &&
	       event->before > event->after;
}

static bool is_read(const struct event *event)
{
	return event->op.kind == OP_READ || event->op.kind == OP_ATOMIC_READ;
}

static bool is_change(const struct event *event)
{
	return event->op.kind == OP_WRITE ||
	       event->op.kind == OP_ATOMIC_WRITE ||
	       (event->op.kind == OP_ATOMIC_UPDATE && !event->result);
}

static bool is_access(const struct event *event)
{
	return is_read(event) || is_change(event) ||
	       event->op.kind == OP_ATOMIC_UPDATE;
}

/* A number of that size, with its sign. */
static int64_t number_of(uint64_t value, unsigned size)
{
	unsigned rest = size < 8 ? 64 - 8 * size : 0;

	return (int64_t)(value << rest) >> rest;
}

/*
 * How much more it is after an event. A compiler may put the store behind the
 * test that fails: then it is what others have added at that place.
 */
static int64_t change_of(const struct event *events, uint32_t i)
{
	const struct event *event = &events[i], *made = event;

	if (event->flags & EVENT_UNMADE) {
		while (made > events && (made->op.pc != event->op.pc ||
						made->flags & EVENT_UNMADE))
			made--;
	}
	if (made->op.pc != event->op.pc)
		return 0;
	return number_of(made->after - made->before, event->op.size);
}

/* The value where a thread looked, or what it left there. */
static int64_t seen_at(const struct event *events, uint32_t i)
{
	return number_of(events[i].before, events[i].op.size) +
	       change_of(events, i);
}

/* The thread's next event only writes what this one has read: x++. */
static bool is_half(const struct event *events, uint32_t n, uint32_t i)
{
	for (uint32_t k = i + 1; k < n; k++) {
		if (events[k].thread == events[i].thread)
			return is_change(&events[k]) &&
			       events[k].op.object == events[i].op.object;
	}
	return false;
}

static void touch(
	const struct event *events, uint32_t n, uint32_t i, struct stay *stay)
{
	if (is_change(&events[i])) {
		stay->nchanges++;
		stay->change += change_of(events, i);
	} else if (!stay->nchanges && !is_half(events, n, i)) {
		stay->looks = true;
	}
}

static struct stay stay_of(const struct event *events, uint32_t n,
	unsigned thread, uint64_t semaphore, uint64_t object)
{
	struct stay stay = {0};

	for (uint32_t i = 0; i < n; i++) {
		const struct event *event = &events[i];

		if (event->thread != thread)
			continue;
		if (event->op.object == semaphore && takes(event))
			stay = (struct stay){
				.within = true, .twice = stay.within};
		else if (event->op.object == semaphore &&
			 event->op.kind == OP_SEM_POST)
			stay = (struct stay){0};
		else if (stay.within && event->op.object == object &&
			 is_access(event))
			touch(events, n, i, &stay);
	}
	return stay;
}

/* Its last access: what it then found wrong. nevents: there is none. */
static uint32_t last_access(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == thread &&
			is_access(&wire->events[i]))
			return i;
	}
	return wire->nevents;
}

/* Each that is within has changed the count once, all by the same one. */
static bool count_stays(
	const struct wire *wire, unsigned failing, struct crowd *crowd, int *by)
{
	struct stay own = stay_of(wire->events, wire->nevents, failing,
		crowd->semaphore, crowd->object);

	if (own.change != 1 && own.change != -1)
		return false;
	for (unsigned i = 0; i < wire->nthreads && i < MOST_THREADS; i++) {
		struct stay stay = stay_of(wire->events, wire->nevents, i,
			crowd->semaphore, crowd->object);

		if (!stay.within || (!stay.nchanges && !stay.looks))
			continue;
		if (stay.twice || stay.looks || stay.nchanges != 1 ||
			stay.change != own.change)
			return false;
		crowd->threads |= UINT64_C(1) << i;
		crowd->nthreads++;
	}
	*by = (int)own.change;
	return crowd->nthreads > 1 && crowd->threads >> failing & 1;
}

static const struct event *first_access(
	const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].op.object == object &&
			is_access(&wire->events[i]))
			return &wire->events[i];
	}
	return NULL;
}

/* Another was at that place, found one less, and went on. */
static bool fewer_pass(const struct wire *wire, uint32_t failed, int64_t fewer)
{
	const struct event *at = &wire->events[failed];

	for (uint32_t i = 0; i < failed; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.pc == at->op.pc &&
			event->op.object == at->op.object &&
			event->thread != at->thread &&
			seen_at(wire->events, i) == fewer)
			return true;
	}
	return false;
}

static uint64_t first_count(const struct wire *wire, uint64_t semaphore)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.object == semaphore &&
			(event->op.kind == OP_SEM_POST || takes(event)))
			return event->before;
	}
	return 0;
}

/* Whether that semaphore has let in those who are too many. */
static bool is_crowd(const struct wire *wire, unsigned failing, uint32_t failed,
	uint64_t semaphore, struct crowd *crowd)
{
	const struct event *at = &wire->events[failed];
	const struct event *first = first_access(wire, at->op.object);
	int64_t begin = number_of(first->before, at->op.size);
	int by;

	*crowd = (struct crowd){
		.semaphore = semaphore,
		.object = at->op.object,
		.first = first_count(wire, semaphore),
	};
	if (!count_stays(wire, failing, crowd, &by) ||
		crowd->nthreads > crowd->first ||
		seen_at(wire->events, failed) !=
			begin + by * (int64_t)crowd->nthreads)
		return false;
	crowd->fewer_pass = fewer_pass(
		wire, failed, seen_at(wire->events, failed) - by);
	return true;
}

bool crowd_find(const struct wire *wire, const struct finding *failure,
	struct crowd *crowd)
{
	unsigned failing = failure->first.thread;
	uint32_t failed = last_access(wire, failing);

	for (uint32_t i = failed; failed < wire->nevents && i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (failing < MOST_THREADS && event->thread == failing &&
			takes(event) &&
			is_crowd(
				wire, failing, failed, event->op.object, crowd))
			return true;
	}
	*crowd = (struct crowd){0};
	return false;
}

/* All that a thread does to the count it does within, and takes it back. */
static bool keeps_count(const struct early_twin *twin, unsigned thread,
	const struct crowd *crowd, unsigned *nstays)
{
	struct stay stay = {0};

	for (uint32_t i = 0; i < twin->nevents; i++) {
		const struct event *event = &twin->events[i];

		if (event->thread != thread)
			continue;
		if (event->op.object == crowd->semaphore && takes(event)) {
			stay = (struct stay){.within = true};
		} else if (event->op.object == crowd->semaphore &&
			   event->op.kind == OP_SEM_POST) {
			if (stay.change)
				return false;
			*nstays += stay.nchanges > 1;
			stay = (struct stay){0};
		} else if (event->op.object == crowd->object &&
			   is_change(event)) {
			if (!stay.within)
				return false;
			stay.nchanges++;
			stay.change += change_of(twin->events, i);
		}
	}
	return !stay.change;
}

bool crowd_is_counted(const struct early_twin *twin, const struct crowd *crowd)
{
	unsigned nstays = 0;

	for (unsigned i = 0; i < MOST_THREADS; i++) {
		if (!keeps_count(twin, i, crowd, &nstays))
			return false;
	}
	return nstays > 0;
}
