/*
 * Why a thread sleeps on a condition for ever: what it tested before it
 * waited, who changed that, whom the signals woke.
 */
#include "cmd/explore_shared.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

bool explore_reads(unsigned op)
{
	return op == OP_READ || op == OP_ATOMIC_READ;
}

bool explore_writes(unsigned op)
{
	return op == OP_WRITE || op == OP_ATOMIC_WRITE ||
	       op == OP_ATOMIC_UPDATE;
}

bool explore_is_read(const struct event *event)
{
	return explore_reads(event->op.kind);
}

bool explore_is_write(const struct event *event)
{
	return explore_writes(event->op.kind);
}

bool explore_last_wait(const struct wire *wire, unsigned thread, uint32_t end,
	struct wait *wait)
{
	bool found = false;

	wait->thread = thread;
	for (uint32_t i = end; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread || event->flags & EVENT_BLOCKED)
			continue;
		if (!found && event->op.kind == OP_WAIT) {
			wait->wait = i;
			found = true;
		} else if (found && event->op.kind == OP_LOCK &&
			   event->op.object ==
				   wire->events[wait->wait].op.second) {
			wait->lock = i;
			return true;
		}
	}
	return false;
}

/* Somebody wrote what it had tested, before it slept: nobody told it. */
static bool changed_meanwhile(const struct wire *wire, const struct wait *wait,
	uint32_t *test, uint32_t *change)
{
	for (uint32_t r = wait->lock; r < wait->wait; r++) {
		const struct event *read = &wire->events[r];

		if (read->thread != wait->thread || !explore_is_read(read))
			continue;
		for (uint32_t w = r + 1; w < wait->wait; w++) {
			const struct event *write = &wire->events[w];

			if (write->thread == wait->thread ||
				!explore_is_write(write) ||
				write->op.object != read->op.object)
				continue;
			*test = r;
			*change = w;
			return true;
		}
	}
	return false;
}

static bool waits_again(
	const struct wire *wire, unsigned thread, uint64_t cond, uint32_t from)
{
	for (uint32_t i = from; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.kind == OP_WAIT &&
			event->op.object == cond)
			return true;
	}
	return false;
}

/* The last signal that came while it slept, and woke another. */
static bool went_to_another(
	const struct wire *wire, const struct wait *wait, uint32_t *signal)
{
	uint64_t cond = wire->events[wait->wait].op.object;

	for (uint32_t i = wire->nevents; i-- > wait->wait;) {
		const struct event *event = &wire->events[i];

		if (event->op.kind != OP_SIGNAL || event->op.object != cond ||
			event->other == WIRE_NOBODY ||
			event->other == wait->thread)
			continue;
		*signal = i;
		return true;
	}
	return false;
}

static uint64_t value_at_end(const struct wire *wire, const struct event *read)
{
	for (uint32_t w = wire->nevents; w-- > 0;) {
		if (explore_is_write(&wire->events[w]) &&
			wire->events[w].op.object == read->op.object)
			return wire->events[w].after;
	}
	return read->before;
}

bool explore_is_worth_a_look(const struct wire *wire, const struct wait *wait)
{
	bool any = false;

	for (uint32_t r = wait->lock; r < wait->wait; r++) {
		const struct event *read = &wire->events[r];

		if (read->thread != wait->thread || !explore_is_read(read))
			continue;
		if (value_at_end(wire, read) != read->before)
			return true;
		any = true;
	}
	return !any;
}

static bool is_signal(const struct event *event, uint64_t cond)
{
	return (event->op.kind == OP_SIGNAL ||
		       event->op.kind == OP_BROADCAST) &&
	       event->op.object == cond;
}

const struct event *explore_awaited_change(
	const struct wire *wire, unsigned thread)
{
	struct wait wait;

	if (!explore_last_wait(wire, thread, wire->nevents, &wait))
		return NULL;
	for (uint32_t w = wire->nevents; w-- > wait.lock;) {
		const struct event *write = &wire->events[w];

		if (!explore_is_write(write) || write->thread == thread)
			continue;
		for (uint32_t r = wait.lock; r < wait.wait; r++) {
			const struct event *read = &wire->events[r];

			if (read->thread == thread && explore_is_read(read) &&
				read->op.object == write->op.object)
				return write;
		}
	}
	return NULL;
}

static void say_changed(struct explore_view *view, const struct wait *wait,
	uint32_t test, uint32_t change, char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char name[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s changes ",
		explore_thread_name(events[change].thread, name));
	text_append(words, size, "%s at step %u, ",
		explore_object_name(view, events[change].op.object, name),
		change + 1);
	text_append(words, size,
		"between the test (step %u) and the wait (step %u) of %s: ",
		test + 1, wait->wait + 1,
		explore_thread_name(wait->thread, name));
	text_append(words, size, "change it while holding %s, as the test does",
		explore_object_name(view, events[wait->wait].op.second, name));
}

/* The line where a thread waits now is another one. */
static bool waits_elsewhere(
	struct explore_view *view, unsigned thread, unsigned other)
{
	const struct standing *standing = view->wire->standing;
	char mine[EXPLORE_WORDS_SIZE], its[EXPLORE_WORDS_SIZE];

	return strcmp(
		explore_place_name(view, standing[thread].pending.pc, mine),
		explore_place_name(view, standing[other].pending.pc, its));
}

/* It looked, and what it waits for was not there. */
static const char *say_wrong_one(struct explore_view *view,
	const struct wait *wait, uint32_t signal, char *words, size_t size)
{
	const struct standing *standing = view->wire->standing;
	unsigned other = view->wire->events[signal].other;
	bool elsewhere = waits_elsewhere(view, wait->thread, other);
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "the signal at step %u woke %s, which ",
		signal + 1, explore_thread_name(other, who));
	text_append(words, size, "%s (%s) and slept again; ",
		elsewhere ? "waits for something else"
			  : "did not find what it waits for",
		explore_place_name(view, standing[other].pending.pc, place));
	text_append(words, size,
		"%s (%s) was not woken: wake all with pthread_cond_broadcast",
		explore_thread_name(wait->thread, who),
		explore_place_name(
			view, standing[wait->thread].pending.pc, place));
	if (!elsewhere)
		return "11-condition-variables";
	text_append(words, size,
		", or have a condition variable for each thing that is waited "
		"for");
	return "12-bounded-queue";
}

static const char *say_went(struct explore_view *view, const struct wait *wait,
	uint32_t signal, char *words, size_t size)
{
	const struct event *event = &view->wire->events[signal];
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (waits_again(view->wire, event->other, event->op.object, signal))
		return say_wrong_one(view, wait, signal, words, size);
	text_append(words, size, "the signal at step %u woke %s, ", signal + 1,
		explore_thread_name(event->other, name));
	text_append(words, size,
		"and not %s: a signal wakes one of those who wait, a broadcast "
		"all: call pthread_cond_broadcast at %s",
		explore_thread_name(wait->thread, name),
		explore_place_name(view, event->op.pc, place));
	return "11-condition-variables";
}

uint32_t explore_test_before(const struct wire *wire, const struct wait *wait)
{
	uint32_t test = wait->wait;

	while (--test > wait->lock) {
		if (wire->events[test].thread == wait->thread &&
			explore_is_read(&wire->events[test]))
			break;
	}
	return test;
}

static bool wakes(const struct event *event, unsigned thread)
{
	return event->op.kind == OP_BROADCAST
		       ? thread < 64 && (event->before >> thread & 1)
		       : event->other == thread;
}

/* The last signal that woke it, from a wait before. */
static bool woken_before(
	const struct wire *wire, const struct wait *wait, uint32_t *signal)
{
	uint64_t cond = wire->events[wait->wait].op.object;

	for (uint32_t i = wait->wait; i-- > 0;) {
		*signal = i;
		if (is_signal(&wire->events[i], cond) &&
			wakes(&wire->events[i], wait->thread))
			return true;
	}
	return false;
}

/* What it had found there before it slept and was woken; false: nothing. */
static bool found_before(const struct wire *wire, const struct wait *wait,
	uint32_t test, uint32_t signal, uint64_t *value)
{
	for (uint32_t i = signal; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != wait->thread || !explore_is_read(event) ||
			event->op.object != wire->events[test].op.object)
			continue;
		*value = event->before;
		return true;
	}
	return false;
}

/* It was woken, and when it looked it found again what it had found before. */
static bool changed_back(const struct wire *wire, const struct wait *wait,
	uint32_t *signal, uint32_t *change)
{
	uint32_t test = explore_test_before(wire, wait);
	uint64_t value;

	if (!woken_before(wire, wait, signal) ||
		!found_before(wire, wait, test, *signal, &value) ||
		value != wire->events[test].before)
		return false;
	for (*change = test; *change > *signal; (*change)--) {
		const struct event *event = &wire->events[*change];

		if (event->thread != wait->thread && explore_is_write(event) &&
			event->op.object == wire->events[test].op.object)
			return true;
	}
	return false;
}

static void say_changed_back(struct explore_view *view, const struct wait *wait,
	uint32_t signal, uint32_t change, char *words, size_t size)
{
	const struct event *event = &view->wire->events[change];
	char who[EXPLORE_WORDS_SIZE], by[EXPLORE_WORDS_SIZE];
	char name[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"%s was woken at step %u, but %s changed %s again at step %u, "
		"before it could look: let it wait for what does not go back, "
		"as the number of a round",
		explore_thread_name(wait->thread, who), signal + 1,
		explore_thread_name(event->thread, by),
		explore_object_name(view, event->op.object, name), change + 1);
}

/* The last write of what it tested, which left it other than it was then. */
static bool changed_since(
	const struct wire *wire, const struct wait *wait, uint32_t *change)
{
	for (*change = wire->nevents; (*change)-- > wait->wait;) {
		const struct event *write = &wire->events[*change];

		if (!explore_is_write(write) || write->thread == wait->thread)
			continue;
		for (uint32_t r = wait->lock; r < wait->wait; r++) {
			const struct event *read = &wire->events[r];

			if (read->thread == wait->thread &&
				explore_is_read(read) &&
				read->op.object == write->op.object)
				return value_at_end(wire, read) != read->before;
		}
	}
	return false;
}

/* And nobody told it. */
static bool changed_unsignalled(
	const struct wire *wire, const struct wait *wait, uint32_t *change)
{
	uint64_t cond = wire->events[wait->wait].op.object;

	if (!changed_since(wire, wait, change))
		return false;
	for (uint32_t i = *change; i < wire->nevents; i++) {
		if (is_signal(&wire->events[i], cond))
			return false;
	}
	return true;
}

static void say_change_unsignalled(struct explore_view *view,
	const struct wait *wait, uint32_t change, char *words, size_t size)
{
	const struct event *event = &view->wire->events[change];
	char who[EXPLORE_WORDS_SIZE], what[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];
	uint64_t cond = view->wire->events[wait->wait].op.object;

	text_append(words, size, "%s %s at step %u (%s), ",
		explore_thread_name(event->thread, who),
		explore_event_words(view, event, what), change + 1,
		explore_place_name(view, event->op.pc, place));
	text_append(words, size,
		"which %s waits for, and nobody signals %s after that: let who "
		"changes it do so",
		explore_thread_name(wait->thread, who),
		explore_object_name(view, cond, what));
}

/* What went wrong for a thread that sleeps for ever; NULL: nothing. */
static const char *say_why_asleep(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct standing *standing = &wire->standing[thread];
	struct wait wait;
	uint32_t test, change, signal;

	if (!explore_release(wire, WIRE_NOBODY, standing->pending.object))
		explore_say_unsignalled(view, thread, words, size);
	else if (standing->untested)
		explore_say_untested(view, thread, words, size);
	else if (!explore_last_wait(wire, thread, wire->nevents, &wait))
		return NULL;
	else if (changed_meanwhile(wire, &wait, &test, &change))
		say_changed(view, &wait, test, change, words, size);
	else if (went_to_another(wire, &wait, &signal) &&
		 explore_is_worth_a_look(wire, &wait))
		return say_went(view, &wait, signal, words, size);
	else if (explore_lost_to_sleeper(view, thread, words, size))
		return "07-atomicity";
	else if (changed_back(wire, &wait, &signal, &change))
		say_changed_back(view, &wait, signal, change, words, size);
	else if (changed_unsignalled(wire, &wait, &change))
		say_change_unsignalled(view, &wait, change, words, size);
	else
		return NULL;
	return "11-condition-variables";
}

/* The last signal of this condition in between, which it did not wait for. */
static bool signal_between(const struct wire *wire, const struct wait *wait,
	uint32_t from, uint32_t *signal)
{
	uint64_t cond = wire->events[wait->wait].op.object;

	for (uint32_t i = wait->wait; i-- > from;) {
		if (is_signal(&wire->events[i], cond)) {
			*signal = i;
			return !wakes(&wire->events[i], wait->thread);
		}
	}
	return false;
}

/* Whoever has tested under the mutex knows of signals before that. */
enum explore_miss explore_missed_signal(struct explore_view *view,
	unsigned thread, uint32_t *signal, uint32_t *wait_at)
{
	const struct wire *wire = view->wire;
	const struct standing *standing = &wire->standing[thread];
	struct wait wait;
	uint32_t test = 0, change;

	if (!explore_last_wait(wire, thread, wire->nevents, &wait))
		return EXPLORE_NOT_MISSED;
	*wait_at = wait.wait;
	if (went_to_another(wire, &wait, signal))
		return EXPLORE_WOKE_OTHER;
	if ((standing->untested ||
		    changed_meanwhile(wire, &wait, &test, &change)) &&
		signal_between(wire, &wait, test, signal))
		return wire->events[*signal].flags & EVENT_NOBODY
			       ? EXPLORE_UNHEARD
			       : EXPLORE_MISSED;
	return woken_before(wire, &wait, signal) ? EXPLORE_WOKE_IT
						 : EXPLORE_NOT_MISSED;
}

static bool sleeps(const struct standing *standing)
{
	return standing->state == STANDING_BLOCKED &&
	       standing->pending.kind == OP_WAKE;
}

const char *explore_wakeup_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const char *lesson = NULL;

	for (unsigned i = 0; i < wire->nthreads && !lesson; i++) {
		if (sleeps(&wire->standing[i]))
			lesson = say_why_asleep(view, i, words, size);
	}
	return lesson;
}

const char *explore_nobody_left_advice(
	struct explore_view *view, char *words, size_t size)
{
	for (unsigned i = 0; i < view->wire->nthreads; i++) {
		if (!sleeps(&view->wire->standing[i]))
			continue;
		explore_say_nobody_left(view, i, words, size);
		return "11-condition-variables";
	}
	return NULL;
}
