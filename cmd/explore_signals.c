/* Who would wake a thread that sleeps on a condition, and why nobody does. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

const struct wire_release *explore_release(
	const struct wire *wire, unsigned thread, uint64_t object)
{
	for (unsigned i = 0; i < WIRE_MAX_RELEASES; i++) {
		const struct wire_release *release = &wire->releases[i];

		if (release->kind != OP_NONE && release->kind != OP_SEM_INIT &&
			release->object == object &&
			(thread == WIRE_NOBODY || release->thread == thread))
			return release;
	}
	return NULL;
}

void explore_say_unsignalled(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct event *change = explore_awaited_change(wire, thread);
	char cond[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	explore_object_name(view, wire->standing[thread].pending.object, cond);
	text_append(words, size, "nobody signals %s", cond);
	if (!change) {
		text_append(words, size,
			": who changes what is waited for has to signal it");
		return;
	}
	text_append(words, size, ", though %s changes ",
		explore_thread_name(change->thread, name));
	text_append(words, size,
		"%s at %s: signal %s there (pthread_cond_signal, or _broadcast "
		"if several wait)",
		explore_object_name(view, change->op.object, name),
		explore_place_name(view, change->op.pc, place), cond);
}

/* "T2, which does at x.c:5, has ended" */
static void say_where_it_is(struct explore_view *view,
	const struct wire_release *signal, char *words, size_t size)
{
	const struct standing *standing = &view->wire->standing[signal->thread];
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s, which does at %s, ",
		explore_thread_name(signal->thread, who),
		explore_place_name(view, signal->pc, place));
	if (standing->state == STANDING_ENDED)
		text_append(words, size, "has ended");
	else
		text_append(words, size, "waits itself, at %s",
			explore_place_name(view, standing->pending.pc, place));
}

/* "T1 still finds count = 0, and " of what it tested last. */
static void say_what_it_finds(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct event *test;
	char found[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	struct wait wait;

	if (!explore_last_wait(wire, thread, wire->nevents, &wait))
		return;
	test = &wire->events[explore_test_before(wire, &wait)];
	explore_event_words(view, test, found);
	if (!explore_is_read(test) || strncmp(found, "reads ", 6))
		return;
	text_append(words, size, "%s still finds %s, and ",
		explore_thread_name(thread, who), found + 6);
}

/* "T2 and T3 have ended": all that had written it; false: they have not. */
static bool writers_ended(
	const struct wire *wire, uint64_t object, char *words, size_t size)
{
	bool wrote[WIRE_MAX_THREADS] = {false};
	char who[EXPLORE_WORDS_SIZE];
	unsigned left = 0, n;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (explore_is_write(&wire->events[i]) &&
			wire->events[i].op.object == object)
			wrote[wire->events[i].thread] = true;
	}
	for (unsigned i = 0; i < wire->nthreads; i++) {
		left += wrote[i];
		if (wrote[i] && wire->standing[i].state != STANDING_ENDED)
			return false;
	}
	n = left;
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wrote[i])
			text_append(words, size, "%s%s",
				explore_thread_name(i, who),
				--left == 0 ? ""
				: left == 1 ? " and "
					    : ", ");
	}
	text_append(words, size, n == 1 ? " has ended" : " have ended");
	return n > 0;
}

/* It waits for another to end, or looks again in vain, as that one does. */
static bool is_behind(const struct wire *wire, unsigned thread)
{
	const struct standing *standing = &wire->standing[thread];
	struct wait wait;

	if (standing->state == STANDING_ENDED)
		return true;
	if (standing->pending.kind == OP_WAKE)
		return explore_last_wait(wire, thread, wire->nevents, &wait) &&
		       !explore_is_worth_a_look(wire, &wait);
	return standing->pending.kind == OP_JOIN ||
	       standing->pending.kind == OP_PROCESS_END;
}

static bool all_are_behind(const struct wire *wire)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (!is_behind(wire, i))
			return false;
	}
	return true;
}

/* It has seen the last of what it waits for: no signal would let it out. */
static bool say_final(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct event *test;
	char found[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	char writers[EXPLORE_WORDS_SIZE] = "", place[EXPLORE_WORDS_SIZE];
	struct wait wait;
	uint32_t at;

	if (!all_are_behind(wire) ||
		!explore_last_wait(wire, thread, wire->nevents, &wait))
		return false;
	at = explore_test_before(wire, &wait);
	test = &wire->events[at];
	explore_event_words(view, test, found);
	if (!explore_is_read(test) || strncmp(found, "reads ", 6) != 0 ||
		!writers_ended(wire, test->op.object, writers, sizeof(writers)))
		return false;
	text_append(words, size,
		"%s finds %s at step %u, and nobody is left to change that "
		"(%s), so that no signal could help: ",
		explore_thread_name(thread, who), found + 6, at + 1, writers);
	text_append(words, size,
		"is the test at %s right? Or is one more change missing?",
		explore_place_name(view, test->op.pc, place));
	return true;
}

/* What it tests is not seen, but a signal that came too early is. */
static bool say_lost(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char lock[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];
	struct wait wait;
	uint32_t i;

	if (!explore_last_wait(wire, thread, wire->nevents, &wait) ||
		explore_is_read(
			&wire->events[explore_test_before(wire, &wait)]))
		return false;
	for (i = wait.wait; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if ((event->op.kind == OP_SIGNAL ||
			    event->op.kind == OP_BROADCAST) &&
			event->op.object == wire->events[wait.wait].op.object)
			break;
	}
	if (i == UINT32_MAX || !(wire->events[i].flags & EVENT_NOBODY))
		return false;
	explore_thread_name(thread, who);
	explore_thread_name(wire->events[i].thread, other);
	explore_object_name(view, wire->events[wait.wait].op.second, lock);
	text_append(words, size,
		"%s signals %s at step %u, before %s waits for it (step %u), "
		"and no signal is kept for later: ",
		other,
		explore_object_name(
			view, wire->events[wait.wait].op.object, name),
		i + 1, who, wait.wait + 1);
	text_append(words, size,
		"let %s set a variable while it holds %s, and %s test that "
		"after it has locked %s, in a loop around the wait",
		other, lock, who, lock);
	return true;
}

void explore_say_nobody_left(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint64_t cond = wire->standing[thread].pending.object;
	char name[EXPLORE_WORDS_SIZE];
	const char *link = ": ";

	if (say_final(view, thread, words, size) ||
		say_lost(view, thread, words, size))
		return;
	say_what_it_finds(view, thread, words, size);
	text_append(words, size, "nobody is left to signal %s",
		explore_object_name(view, cond, name));
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct wire_release *signal = explore_release(
			wire, i, cond);

		if (!signal || i == thread)
			continue;
		text_append(words, size, "%s", link);
		say_where_it_is(view, signal, words, size);
		link = "; ";
	}
}
