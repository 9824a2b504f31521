/* Where the value comes from that a thread failed with. */
#include "cmd/explore_shared.h"
#include "cmd/explore_trace.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <signal.h>

enum {
	FIRST_PAGE = 4096, /* where NULL leads to, and a field of it */
};

/* The last event before `end` that used it; wire->nevents: there is none. */
static uint32_t use_before(const struct wire *wire, uint64_t object,
	uint32_t end, bool (*is)(const struct event *event))
{
	while (end-- > 0) {
		const struct event *event = &wire->events[end];

		if (event->op.object == object && is(event))
			return end;
	}
	return wire->nevents;
}

static bool is_use(const struct event *event)
{
	return explore_is_read(event) || explore_is_write(event);
}

static bool is_null_read(const struct event *event)
{
	return explore_is_read(event) && event->op.size == sizeof(void *) &&
	       event->before == 0 && event->op.object >= FIRST_PAGE;
}

/* The pointer that it failed with; wire->nevents: that is not known. */
static uint32_t null_read(
	struct explore_view *view, const struct finding *crash)
{
	const struct wire *wire = view->wire;

	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != crash->first.thread ||
			event->op.object < FIRST_PAGE)
			continue;
		return is_null_read(event) &&
				       explore_is_same_line(view, event->op.pc,
					       crash->first.pc)
			       ? i
			       : wire->nevents;
	}
	return wire->nevents;
}

/* It has failed with one, which some orders do not; wire->nevents: no. */
static uint32_t null_read_of(
	struct explore_view *view, const struct finding *finding)
{
	return finding->kind == FOUND_SIGNAL && finding->code == SIGSEGV &&
			       !view->result->always
		       ? null_read(view, finding)
		       : view->wire->nevents;
}

/* Nobody has set it; somebody is about to, in what is called once. */
static bool unmade_advice(struct explore_view *view,
	const struct finding *finding, uint32_t read, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint64_t object = wire->events[read].op.object;

	return use_before(wire, object, read, explore_is_write) ==
		       wire->nevents &&
	       explore_unmade_advice(view, finding, object, words, size);
}

bool explore_is_unmade(struct explore_view *view, const struct finding *failure)
{
	uint32_t read = null_read_of(view, failure);
	char words[3 * EXPLORE_WORDS_SIZE] = "";

	return read < view->wire->nevents &&
	       unmade_advice(view, failure, read, words, sizeof(words));
}

bool explore_null_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t read = null_read_of(view, finding), write;

	if (read == wire->nevents)
		return false;
	if (unmade_advice(view, finding, read, words, size))
		return true;
	write = use_before(
		wire, wire->events[read].op.object, read, explore_is_write);
	text_append(words, size, "%s reads %s at step %u, ",
		explore_thread_name(finding->first.thread, who),
		explore_object_name(view, wire->events[read].op.object, name),
		read + 1);
	if (write == wire->nevents)
		text_append(words, size,
			"and nobody has set it by then: let it wait until who "
			"makes it is done");
	else
		text_append(words, size,
			"and %s has set it to NULL at step %u: test it and use "
			"it under one lock",
			explore_thread_name(wire->events[write].thread, name),
			write + 1);
	return true;
}

/* A write over what the same thread wrote, and nobody looked at. */
static bool is_over_unread(
	const struct wire *wire, uint32_t write, uint32_t *before)
{
	const struct event *event = &wire->events[write];

	*before = use_before(wire, event->op.object, write, is_use);
	return *before != wire->nevents &&
	       explore_is_write(&wire->events[*before]) &&
	       wire->events[*before].thread == event->thread &&
	       wire->events[*before].op.kind != OP_ATOMIC_UPDATE;
}

/* Who writes could wait for the reader, who has not waited for its end. */
static bool find_overwritten(const struct wire *wire, unsigned thread,
	uint32_t *before, uint32_t *write, uint32_t *read)
{
	for (*read = wire->nevents; (*read)-- > 0;) {
		const struct event *event = &wire->events[*read];

		if (event->thread != thread || !explore_is_read(event))
			continue;
		*write = use_before(
			wire, event->op.object, *read, explore_is_write);
		if (*write != wire->nevents &&
			wire->events[*write].thread != thread &&
			!explore_has_joined(wire, *read, thread,
				wire->events[*write].thread) &&
			is_over_unread(wire, *write, before))
			return true;
	}
	return false;
}

/*
 * The test that let the writer go on, which at another time makes it wait;
 * nevents: it never waits, or not for what is read there.
 */
static uint32_t test_passed(const struct wire *wire, uint32_t write)
{
	unsigned thread = wire->events[write].thread;
	struct wait wait;
	uint32_t test;

	if (!explore_last_wait(wire, thread, wire->nevents, &wait))
		return wire->nevents;
	test = explore_test_before(wire, &wait);
	if (!explore_is_read(&wire->events[test]))
		return wire->nevents;
	for (uint32_t i = write; i-- > 0;) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.pc == wire->events[test].op.pc)
			return i;
	}
	return wire->nevents;
}

/* "T1 reads q.n = 2 at step 23 (ring.c:17), and goes on" */
static void say_passed(
	struct explore_view *view, uint32_t write, char *words, size_t size)
{
	uint32_t test = test_passed(view->wire, write);
	char who[EXPLORE_WORDS_SIZE], what[EXPLORE_WORDS_SIZE];
	const struct event *event;

	if (test == view->wire->nevents)
		return;
	event = &view->wire->events[test];
	explore_event_words(view, event, what);
	text_append(words, size, "; %s %s at step %u ",
		explore_thread_name(event->thread, who), what, test + 1);
	text_append(words, size, "(%s), and goes on",
		explore_place_name(view, event->op.pc, what));
}

bool explore_overwritten_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t before, write, read;

	if (finding->kind != FOUND_ASSERT || view->result->always ||
		!find_overwritten(view->wire, finding->first.thread, &before,
			&write, &read))
		return false;
	text_append(words, size, "%s writes %s at step %u ",
		explore_thread_name(view->wire->events[write].thread, who),
		explore_object_name(
			view, view->wire->events[write].op.object, name),
		write + 1);
	text_append(words, size,
		"over what it wrote at step %u, which nobody had read; %s "
		"reads it at step %u",
		before + 1, explore_thread_name(finding->first.thread, who),
		read + 1);
	say_passed(view, write, words, size);
	text_append(words, size, ": let who writes wait until that is free");
	return true;
}
