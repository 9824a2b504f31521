#include "lib/explore/inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORD = 8,
	NSLOTS = 1 << 17, /* twice as many as events */
	MOST_WORDS = 512, /* of one access */
};

/* Eight bytes, and who touches them. */
struct word {
	uint64_t number; /* address / 8 + 1; 0: free */
	uint16_t thread;
	bool shared, written;
};

static bool is_access(const struct event *event)
{
	return event->op.kind >= OP_READ && event->op.kind <= OP_ATOMIC_UPDATE;
}

static bool is_write(const struct event *event)
{
	return event->op.kind == OP_WRITE ||
	       event->op.kind == OP_ATOMIC_WRITE ||
	       event->op.kind == OP_ATOMIC_UPDATE;
}

/* NULL when the table is full. */
static struct word *word_at(struct word *words, uint64_t number)
{
	uint64_t i = number * UINT64_C(0x9e3779b97f4a7c15) >> 47;

	for (uint32_t n = 0; n < NSLOTS; n++, i = (i + 1) % NSLOTS) {
		if (words[i].number == 0 || words[i].number == number + 1)
			return &words[i];
	}
	return NULL;
}

static uint64_t nwords(const struct event *event)
{
	uint64_t from = event->op.object / WORD;
	uint64_t to = (event->op.object + event->op.size + WORD - 1) / WORD;

	return to - from < MOST_WORDS ? to - from : MOST_WORDS;
}

static void touch(struct word *words, const struct event *event)
{
	uint64_t first = event->op.object / WORD;

	for (uint64_t i = 0; i < nwords(event); i++) {
		struct word *word = word_at(words, first + i);

		if (!word)
			return;
		if (!word->number)
			*word = (struct word){
				.number = first + i + 1,
				.thread = event->thread,
			};
		word->shared |= word->thread != event->thread;
		word->written |= is_write(event);
	}
}

static bool concerns_others(struct word *words, const struct event *event)
{
	uint64_t first = event->op.object / WORD;

	for (uint64_t i = 0; i < nwords(event); i++) {
		const struct word *word = word_at(words, first + i);

		if (!word || (word->shared && word->written))
			return true;
	}
	return false;
}

/* From the wait `at`, in one direction, to the ends of the locked stretch. */
static void mark_tests(const struct wire *wire, bool *tests, uint32_t at,
	uint32_t direction, enum op_kind end)
{
	const struct event *wait = &wire->events[at];

	for (uint32_t i = at + direction; i < wire->nevents; i += direction) {
		const struct event *event = &wire->events[i];

		if (event->thread != wait->thread)
			continue;
		if (event->op.kind == OP_WAIT ||
			(event->op.kind == end &&
				event->op.object == wait->op.second))
			return;
		tests[i] |= event->op.kind == OP_READ;
	}
}

/* What is read under the mutex of a wait is what it waits for. */
static void find_tests(const struct wire *wire, bool *tests)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].op.kind != OP_WAIT)
			continue;
		mark_tests(wire, tests, i, UINT32_MAX, OP_LOCK);
		mark_tests(wire, tests, i, 1, OP_UNLOCK);
	}
}

static void find_shared(const struct wire *wire, struct word *words, bool *keep)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (is_access(&wire->events[i]))
			touch(words, &wire->events[i]);
	}
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		keep[i] |= !(event->flags & EVENT_QUIET) ||
			   event->flags & EVENT_NOWHERE ||
			   concerns_others(words, event);
	}
}

static void drop_others(struct wire *wire, const bool *keep)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (keep[i])
			wire->events[kept++] = wire->events[i];
	}
	wire->nevents = kept;
}

static void drop_private(
	struct wire *wire, struct word *words, bool *keep, struct shown *shown)
{
	find_tests(wire, keep);
	find_shared(wire, words, keep);
	if (shown)
		shown_decide(shown, wire, keep);
	drop_others(wire, keep);
}

/* From the wait that it sleeps in back to where it took the mutex. */
static bool has_read_nothing(const struct wire *wire, unsigned thread)
{
	const struct standing *standing = &wire->standing[thread];
	bool waits = false;

	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread)
			continue;
		if (event->op.kind == OP_WAIT)
			waits = true;
		else if (event->op.kind == OP_LOCK &&
			 event->op.object == standing->pending.second)
			return waits;
		else if (is_access(event) && event->op.kind != OP_WRITE)
			return false;
	}
	return waits;
}

static void find_untested(struct wire *wire)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		struct standing *standing = &wire->standing[i];

		standing->untested =
			(standing->state == STANDING_BLOCKED ||
				standing->state == STANDING_EARLY) &&
			standing->pending.kind == OP_WAKE &&
			has_read_nothing(wire, i);
	}
}

int inspect_growing(struct wire *wire, struct shown *shown)
{
	struct word *words = calloc(NSLOTS, sizeof(*words));
	bool *keep = calloc(WIRE_MAX_EVENTS, sizeof(*keep));
	int error = words && keep ? 0 : -ENOMEM;

	if (!error && !wire->config.unseen)
		find_untested(wire);
	if (!error)
		drop_private(wire, words, keep, shown);
	free(words);
	free(keep);
	return error;
}

int inspect_trace(struct wire *wire)
{
	return inspect_growing(wire, NULL);
}
