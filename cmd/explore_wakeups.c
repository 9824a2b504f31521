/*
 * Why a thread sleeps on a condition for ever, or goes on too early: what it
 * tested before it waited, who changed that, whom the signals woke.
 */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <string.h>

/* A wait of the traced execution, and the test before it. */
struct wait {
	unsigned thread;
	uint32_t lock; /* the event that took the mutex */
	uint32_t wait; /* the event that gave it back */
};

static bool is_read(const struct event *event)
{
	return event->op.kind == OP_READ || event->op.kind == OP_ATOMIC_READ;
}

static bool is_write(const struct event *event)
{
	return event->op.kind == OP_WRITE ||
	       event->op.kind == OP_ATOMIC_WRITE ||
	       event->op.kind == OP_ATOMIC_UPDATE;
}

/* The thread's last wait, before event `end`. */
static bool last_wait(const struct wire *wire, unsigned thread, uint32_t end,
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

		if (read->thread != wait->thread || !is_read(read))
			continue;
		for (uint32_t w = r + 1; w < wait->wait; w++) {
			const struct event *write = &wire->events[w];

			if (write->thread == wait->thread || !is_write(write) ||
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

static bool is_signal(const struct event *event, uint64_t cond)
{
	return (event->op.kind == OP_SIGNAL ||
		       event->op.kind == OP_BROADCAST) &&
	       event->op.object == cond;
}

static bool anybody_signals(const struct wire *wire, uint64_t cond)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (is_signal(&wire->events[i], cond))
			return true;
	}
	return false;
}

static void say_untested(struct explore_view *view, const struct op *wait,
	unsigned thread, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"%s waits at %s without having tested anything, so a signal "
		"that comes before is lost: ",
		explore_thread_name(thread, name),
		explore_place_name(view, wait->pc, place));
	text_append(words, size,
		"keep what it says in a variable under %s, and test that "
		"before the wait",
		explore_object_name(view, wait->second, name));
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

static void say_went(struct explore_view *view, const struct wait *wait,
	uint32_t signal, char *words, size_t size)
{
	const struct event *event = &view->wire->events[signal];
	char name[EXPLORE_WORDS_SIZE];
	bool again = waits_again(
		view->wire, event->other, event->op.object, signal);

	text_append(words, size, "the signal at step %u woke %s, ", signal + 1,
		explore_thread_name(event->other, name));
	text_append(words, size,
		again ? "which waited for something else and "
			"slept again, and not %s: "
		      : "and not %s: ",
		explore_thread_name(wait->thread, name));
	text_append(words, size,
		again ? "broadcast, or have a condition for each thing waited "
			"for"
		      : "a signal wakes one of those who wait, a broadcast "
			"all");
}

/* The last read before the wait; wait->lock when there is none. */
static uint32_t test_before(const struct wire *wire, const struct wait *wait)
{
	uint32_t test = wait->wait;

	while (--test > wait->lock) {
		if (wire->events[test].thread == wait->thread &&
			is_read(&wire->events[test]))
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

/* It was woken, and when it looked somebody had been there again. */
static bool changed_back(const struct wire *wire, const struct wait *wait,
	uint32_t *signal, uint32_t *change)
{
	uint32_t test = test_before(wire, wait);

	if (!woken_before(wire, wait, signal))
		return false;
	for (*change = test; *change > *signal; (*change)--) {
		const struct event *event = &wire->events[*change];

		if (event->thread != wait->thread && is_write(event) &&
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

/* Of a thread that sleeps for ever. */
static bool say_why_asleep(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct standing *standing = &wire->standing[thread];
	char name[EXPLORE_WORDS_SIZE];
	struct wait wait;
	uint32_t test, change, signal;

	if (standing->state != STANDING_BLOCKED ||
		standing->pending.kind != OP_WAKE)
		return false;
	if (!anybody_signals(wire, standing->pending.object))
		text_append(words, size,
			"nobody signals %s: who changes what it stands for has "
			"to",
			explore_object_name(
				view, standing->pending.object, name));
	else if (standing->untested)
		say_untested(view, &standing->pending, thread, words, size);
	else if (!last_wait(wire, thread, wire->nevents, &wait))
		return false;
	else if (changed_meanwhile(wire, &wait, &test, &change))
		say_changed(view, &wait, test, change, words, size);
	else if (went_to_another(wire, &wait, &signal))
		say_went(view, &wait, signal, words, size);
	else if (changed_back(wire, &wait, &signal, &change))
		say_changed_back(view, &wait, signal, change, words, size);
	else
		text_append(words, size,
			"nobody is left to signal %s: whoever would bring "
			"about what is waited for waits itself",
			explore_object_name(
				view, standing->pending.object, name));
	return true;
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

	if (!last_wait(wire, thread, wire->nevents, &wait))
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

bool explore_wakeup_advice(struct explore_view *view, char *words, size_t size)
{
	for (unsigned i = 0; i < view->wire->nthreads; i++) {
		if (say_why_asleep(view, i, words, size))
			return true;
	}
	return false;
}

static int line_of(struct explore_view *view, const struct event *event)
{
	struct place place;

	return symbols_place(view->symbols, event->op.pc, &place) ? place.line
								  : 0;
}

/* Where it has the mutex again; nevents when it has not, or time was over. */
static uint32_t return_of(const struct wire *wire, const struct wait *wait)
{
	uint64_t mutex = wire->events[wait->wait].op.second;

	for (uint32_t i = wait->wait + 1; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != wait->thread)
			continue;
		if (event->flags & EVENT_TIMEOUT)
			return wire->nevents;
		if (event->op.kind == OP_LOCK && event->op.object == mutex &&
			!(event->flags & EVENT_BLOCKED))
			return i;
	}
	return wire->nevents;
}

/* A loop that is not optimised has its test in one place. */
static bool is_test(struct explore_view *view, const struct wait *wait,
	const struct event *read, int line)
{
	const struct event *events = view->wire->events;

	if (!is_read(read) || line_of(view, read) != line)
		return false;
	for (uint32_t i = wait->lock; i < wait->wait; i++) {
		if (events[i].thread == wait->thread && is_read(&events[i]) &&
			events[i].op.pc == read->op.pc)
			return true;
	}
	return view->sources->optimise > 0 || view->sources->binary;
}

/*
 * In a loop, the line that was tested before the wait is tested after it, and
 * before the mutex is given back. What has done nothing yet may still do so.
 */
static bool may_be_tested_after(struct explore_view *view,
	const struct wait *wait, uint32_t from, int line)
{
	const struct wire *wire = view->wire;
	uint64_t mutex = wire->events[wait->wait].op.second;
	bool any = false;

	for (uint32_t i = from + 1; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != wait->thread)
			continue;
		if (is_test(view, wait, event, line))
			return true;
		any = true;
		if (event->op.kind == OP_UNLOCK && event->op.object == mutex)
			break;
	}
	return !any;
}

/* Nothing that was read in the line of the test has another value by then. */
static bool is_as_before(struct explore_view *view, const struct wait *wait,
	uint32_t test, uint32_t by)
{
	const struct event *events = view->wire->events;
	int line = line_of(view, &events[test]);

	for (uint32_t r = wait->lock; r <= test; r++) {
		uint64_t value = events[r].before;

		if (events[r].thread != wait->thread || !is_read(&events[r]) ||
			line_of(view, &events[r]) != line)
			continue;
		for (uint32_t w = r + 1; w < by; w++) {
			if (is_write(&events[w]) &&
				events[w].op.object == events[r].op.object)
				value = events[w].after;
		}
		if (value != events[r].before)
			return false;
	}
	return true;
}

static void say_once(struct explore_view *view, unsigned thread, uint32_t test,
	bool same, char *words, size_t size)
{
	const struct op *op = &view->wire->events[test].op;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(
		words, size, "%s tests ", explore_thread_name(thread, name));
	text_append(words, size,
		"%s at %s before it waits (step %u), and not again when it is "
		"woken, though %s: use while instead of if",
		explore_object_name(view, op->object, name),
		explore_place_name(view, op->pc, place), test + 1,
		same ? "it is still the same" : "others may have come first");
}

/* It still holds the mutex: what it does, it does since that wait. */
static bool is_back(const struct wire *wire, const struct wait *wait)
{
	const struct standing *standing = &wire->standing[wait->thread];
	uint64_t mutex = wire->events[wait->wait].op.second;

	for (uint32_t i = 0; i < standing->nheld; i++) {
		if (standing->held[i].object == mutex)
			return true;
	}
	return false;
}

/* Of the thread's last wait before event `end`, which is at *end then. */
static bool went_on_untested(struct explore_view *view, unsigned thread,
	bool fails, uint32_t *end, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct wait wait;
	uint32_t test, back;
	bool same;

	if (!last_wait(wire, thread, *end, &wait)) {
		*end = 0;
		return false;
	}
	*end = wait.wait;
	test = test_before(wire, &wait);
	back = return_of(wire, &wait);
	if (test == wait.lock || back == wire->nevents ||
		may_be_tested_after(
			view, &wait, back, line_of(view, &wire->events[test])))
		return false;
	same = is_as_before(view, &wait, test, back);
	if (!same && !(fails && is_back(wire, &wait)))
		return false;
	say_once(view, thread, test, same, words, size);
	return true;
}

bool explore_untested_advice(
	struct explore_view *view, unsigned failing, char *words, size_t size)
{
	for (unsigned i = 0; i < view->wire->nthreads; i++) {
		uint32_t end = view->wire->nevents;

		while (end > 0) {
			if (went_on_untested(
				    view, i, i == failing, &end, words, size))
				return true;
		}
	}
	return false;
}
