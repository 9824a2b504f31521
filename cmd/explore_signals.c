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

void explore_say_nobody_left(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint64_t cond = wire->standing[thread].pending.object;
	char name[EXPLORE_WORDS_SIZE];
	const char *link = ": ";
	bool all_ended = true;

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
		all_ended &= wire->standing[i].state == STANDING_ENDED;
		link = "; ";
	}
	if (all_ended)
		text_append(words, size,
			": it comes less often than it is waited for");
}
