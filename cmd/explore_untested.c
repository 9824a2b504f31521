/* Who goes on after a wait without testing again what it waited for. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

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

	if (!explore_is_read(read) || line_of(view, read) != line)
		return false;
	for (uint32_t i = wait->lock; i < wait->wait; i++) {
		if (events[i].thread == wait->thread &&
			explore_is_read(&events[i]) &&
			events[i].op.pc == read->op.pc)
			return true;
	}
	return view->sources->optimise > 0 || view->sources->binary;
}

/* What it does next with what it had tested. */
enum next_use {
	NEXT_NONE,
	NEXT_LOOKS,
	NEXT_CHANGES /* without a look, but for what is needed to change it */
};

static enum next_use next_use(const struct wire *wire, unsigned thread,
	uint64_t object, uint32_t from)
{
	bool read = false;

	for (uint32_t i = from; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread || event->op.object != object)
			continue;
		if ((explore_is_read(event) && read) ||
			event->op.kind == OP_ATOMIC_UPDATE)
			return NEXT_LOOKS;
		if (explore_is_write(event))
			return NEXT_CHANGES;
		read |= explore_is_read(event);
	}
	return read ? NEXT_LOOKS : NEXT_NONE;
}

/*
 * In a loop, the line that was tested before the wait is tested after it, and
 * before the mutex is given back. Who has it still, and is not who fails, may
 * still do so; or who does so later, in a loop around all of it.
 */
static bool may_be_tested_after(struct explore_view *view,
	const struct wait *wait, uint32_t from, uint32_t test, bool fails)
{
	const struct wire *wire = view->wire;
	const struct event *tested = &wire->events[test];
	uint64_t mutex = wire->events[wait->wait].op.second;
	enum next_use next = next_use(
		wire, wait->thread, tested->op.object, from + 1);
	int line = line_of(view, tested);
	bool any = false;

	for (uint32_t i = from + 1; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != wait->thread)
			continue;
		if (is_test(view, wait, event, line))
			return true;
		any = true;
		if ((event->op.kind == OP_UNLOCK &&
			    event->op.object == mutex) ||
			(event->op.kind == OP_WAIT &&
				event->op.second == mutex))
			return !fails && next == NEXT_LOOKS;
	}
	return !any || (!fails && next != NEXT_CHANGES);
}

/* Nothing that was read in the line of the test has another value by then. */
static bool is_as_before(struct explore_view *view, const struct wait *wait,
	uint32_t test, uint32_t by)
{
	const struct event *events = view->wire->events;
	int line = line_of(view, &events[test]);

	for (uint32_t r = wait->lock; r <= test; r++) {
		uint64_t value = events[r].before;

		if (events[r].thread != wait->thread ||
			!explore_is_read(&events[r]) ||
			line_of(view, &events[r]) != line)
			continue;
		for (uint32_t w = r + 1; w < by; w++) {
			if (explore_is_write(&events[w]) &&
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
	const struct event *event = &view->wire->events[test];
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char found[EXPLORE_WORDS_SIZE];

	text_append(
		words, size, "%s tests ", explore_thread_name(thread, name));
	text_append(words, size,
		"%s at %s (step %u) before it waits, and not again when it is "
		"woken, though ",
		explore_object_name(view, event->op.object, name),
		explore_place_name(view, event->op.pc, place), test + 1);
	explore_event_words(view, event, found);
	if (!same)
		text_append(words, size, "others may have come first");
	else if (!strncmp(found, "reads ", 6))
		text_append(words, size, "%s then, too", found + 6);
	else
		text_append(words, size, "it is then what it was");
	text_append(words, size, ": use while instead of if");
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

	if (!explore_last_wait(wire, thread, *end, &wait)) {
		*end = 0;
		return false;
	}
	*end = wait.wait;
	test = explore_test_before(wire, &wait);
	back = return_of(wire, &wait);
	if (test == wait.lock || back == wire->nevents ||
		may_be_tested_after(view, &wait, back, test, fails))
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

/* Its last read before it locked, of what another wrote before it slept. */
static bool tested_too_soon(const struct wire *wire, const struct wait *wait,
	uint32_t *test, uint32_t *change)
{
	for (*test = wait->lock; (*test)-- > 0;) {
		const struct event *read = &wire->events[*test];

		if (read->thread != wait->thread || !explore_is_read(read))
			continue;
		for (*change = *test + 1; *change < wait->wait; (*change)++) {
			const struct event *write = &wire->events[*change];

			if (write->thread != wait->thread &&
				explore_is_write(write) &&
				write->op.object == read->op.object)
				return true;
		}
		return false;
	}
	return false;
}

static void say_too_soon(struct explore_view *view, const struct wait *wait,
	uint32_t test, uint32_t change, char *words, size_t size)
{
	const struct event *events = view->wire->events;
	uint64_t mutex = events[wait->wait].op.second;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char lock[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	explore_object_name(view, events[test].op.object, name);
	explore_object_name(view, mutex, lock);
	text_append(words, size,
		"%s tests %s at step %u (%s), before it locks %s, and ",
		explore_thread_name(wait->thread, who), name, test + 1,
		explore_place_name(view, events[test].op.pc, place), lock);
	text_append(words, size,
		"%s changes it at step %u, before %s waits (step %u): ",
		explore_thread_name(events[change].thread, place), change + 1,
		who, wait->wait + 1);
	text_append(words, size,
		"lock %s first, test %s in a loop around the wait, and unlock "
		"after that; change it, too, while holding %s",
		lock, name, lock);
}

static bool has_read(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].thread == thread &&
			explore_is_read(&wire->events[i]))
			return true;
	}
	return false;
}

void explore_say_untested(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct op *op = &wire->standing[thread].pending;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	uint32_t test, change;
	struct wait wait;

	if (explore_last_wait(wire, thread, wire->nevents, &wait) &&
		tested_too_soon(wire, &wait, &test, &change)) {
		say_too_soon(view, &wait, test, change, words, size);
		return;
	}
	text_append(words, size,
		"%s waits at %s without having tested anything",
		explore_thread_name(thread, name),
		explore_place_name(view, op->pc, place));
	explore_object_name(view, op->second, name);
	if (has_read(wire, thread))
		text_append(words, size, " since it locked %s", name);
	text_append(words, size,
		", so a signal that comes before is lost: keep what it says in "
		"a variable under %s, and test that before the wait, with "
		"while",
		name);
}
