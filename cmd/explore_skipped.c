/* Who goes on without what it should have waited for. */
#include "cmd/explore_shared.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

/* The event in which its last wait before `end` ran out of time; or nevents. */
static uint32_t time_out(const struct wire *wire, unsigned thread, uint32_t end)
{
	for (uint32_t i = end; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread)
			continue;
		if (event->flags & EVENT_TIMEOUT)
			return i;
		if (event->op.kind == OP_WAIT || event->op.kind == OP_SEM_WAIT)
			break;
	}
	return wire->nevents;
}

bool explore_late_words(struct explore_view *view, unsigned thread,
	uint32_t end, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint32_t i = time_out(wire, thread, end);
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (i == wire->nevents)
		return false;
	text_append(words, size,
		": time was over for %s at step %u (%s), and it goes on all "
		"the same: look at what the wait returned, and do without what "
		"has not come",
		explore_thread_name(thread, who), i + 1,
		explore_place_name(view, wire->events[i].op.pc, place));
	return true;
}

static bool is_same_function(struct explore_view *view, uint64_t a, uint64_t b)
{
	struct place one, other;

	return symbols_place(view->symbols, a, &one) &&
	       symbols_place(view->symbols, b, &other) && one.function &&
	       other.function && !strcmp(one.function, other.function);
}

/* Its last call of pthread_once before event `end`, or NULL. */
static const struct event *once_before(
	const struct wire *wire, unsigned thread, uint32_t end)
{
	for (uint32_t i = end; i-- > 0;) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.kind == OP_ONCE)
			return &wire->events[i];
	}
	return NULL;
}

static bool is_skipped(struct explore_view *view, const struct party *inside,
	const struct party *outside, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct event *once =
		inside->step && outside->step
			? once_before(wire, inside->thread, inside->step - 1)
			: NULL;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	if (!once || is_same_function(view, once->op.pc, inside->pc) ||
		once_before(wire, outside->thread, outside->step - 1))
		return false;
	text_append(words, size, "%s makes ",
		explore_thread_name(inside->thread, who));
	text_append(words, size, "%s in what pthread_once calls (%s), and ",
		explore_object_name(view, inside->object, name),
		explore_place_name(view, once->op.pc, place));
	text_append(words, size,
		"%s uses it at %s without having been there: call pthread_once "
		"before each use, with no test in front of it",
		explore_thread_name(outside->thread, who),
		explore_place_name(view, outside->pc, place));
	return true;
}

bool explore_once_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	return is_skipped(view, &race->first, &race->second, words, size) ||
	       is_skipped(view, &race->second, &race->first, words, size);
}
