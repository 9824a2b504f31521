/* Who goes on without what it should have waited for. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <stdio.h>
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

/* Between its lock and its wait. */
static bool is_tested(
	const struct wire *wire, const struct wait *wait, uint64_t object)
{
	for (uint32_t i = wait->lock; i < wait->wait; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == wait->thread && explore_is_read(event) &&
			event->op.object == object)
			return true;
	}
	return false;
}

static bool is_written_by_others(const struct wire *wire, unsigned thread,
	uint64_t object, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread && explore_is_write(event) &&
			event->op.object == object)
			return true;
	}
	return false;
}

/* When it has looked again, what it waited for may be there all the same. */
static bool may_have_come(const struct wire *wire, unsigned thread,
	uint32_t timed_out, uint32_t end)
{
	struct wait wait;

	if (!explore_last_wait(wire, thread, timed_out, &wait))
		return false;
	for (uint32_t i = timed_out; i < end; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && explore_is_read(event) &&
			is_tested(wire, &wait, event->op.object) &&
			is_written_by_others(
				wire, thread, event->op.object, wait.wait, i))
			return true;
	}
	return false;
}

bool explore_late_words(struct explore_view *view, unsigned thread,
	uint32_t end, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	uint32_t i = time_out(wire, thread, end);
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (i == wire->nevents || may_have_come(wire, thread, i, end))
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

/*
 * Somebody else than who calls pthread_once has called a function on the way
 * to the access: pthread_once itself.
 */
static bool is_on_way(struct explore_view *view, const struct event *once,
	const struct party *inside)
{
	const struct wire *wire = view->wire;
	uint32_t way = inside->way;

	while (once->way && way && way < WIRE_MAX_WAYS) {
		const struct wire_way *last = &wire->ways[way];

		if (last->before == once->way)
			return !is_same_function(view, last->call, once->op.pc);
		way = last->before;
	}
	return false;
}

/* The call of pthread_once that an access is made by, or NULL. */
static const struct event *once_around(
	struct explore_view *view, const struct party *inside)
{
	for (uint32_t i = inside->step; i-- > 0;) {
		const struct event *event = &view->wire->events[i];

		if (event->thread == inside->thread &&
			event->op.kind == OP_ONCE &&
			is_on_way(view, event, inside))
			return event;
	}
	return NULL;
}

static bool has_called(
	const struct wire *wire, const struct party *party, uint64_t once)
{
	for (uint32_t i = 0; i < party->step; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == party->thread &&
			event->op.kind == OP_ONCE && event->op.object == once)
			return true;
	}
	return false;
}

static void skipped_words(struct explore_view *view, const struct event *once,
	uint64_t object, const struct party *outside, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s makes ",
		explore_thread_name(once->thread, who));
	text_append(words, size, "%s in what pthread_once calls (%s), and ",
		explore_object_name(view, object, name),
		explore_place_name(view, once->op.pc, place));
	text_append(words, size,
		"%s uses it at %s without having been there: call pthread_once "
		"before each use, with no test in front of it",
		explore_thread_name(outside->thread, who),
		explore_place_name(view, outside->pc, place));
}

static bool is_skipped(struct explore_view *view, const struct party *inside,
	const struct party *outside, char *words, size_t size)
{
	const struct event *once = once_around(view, inside);

	if (!once || !outside->step ||
		has_called(view->wire, outside, once->op.object))
		return false;
	skipped_words(view, once, inside->object, outside, words, size);
	return true;
}

/* Where the thread is as the execution ends. */
static struct party end_of(const struct wire *wire, unsigned thread)
{
	struct party party = {.thread = (uint16_t)thread};

	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread)
			continue;
		party.step = i + 1;
		party.way = event->way;
		party.pc = event->op.pc;
		break;
	}
	return party;
}

/* From there to the end of the function, that is written to. */
static bool is_still_set(
	struct explore_view *view, const struct party *party, const char *name)
{
	struct place place;
	int last;

	if (!symbols_place(view->symbols, party->pc, &place) || !place.function)
		return false;
	for (last = explore_end_of_function(view, place); place.line < last;
		place.line++) {
		const char *line = explore_line(view, &place);

		if (text_has_word(line, name) && strstr(line, " = "))
			return true;
	}
	return false;
}

/* It takes no argument, so that pthread_once can call it. */
static bool takes_nothing(struct explore_view *view, struct place place)
{
	char name[EXPLORE_WORDS_SIZE];

	snprintf(name, sizeof(name), "%.80s(void)", place.function);
	place.line = explore_begin_of_function(view, place);
	return strstr(explore_line(view, &place), name) != NULL;
}

static bool reads_in_line(struct explore_view *view, unsigned thread,
	const struct place *line, uint64_t *object)
{
	const struct wire *wire = view->wire;
	struct place place;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread || !explore_is_read(event) ||
			(*object && *object != event->op.object) ||
			!symbols_place(view->symbols, event->op.pc, &place) ||
			place.line != line->line || !place.file ||
			strcmp(place.file, line->file))
			continue;
		*object = event->op.object;
		return true;
	}
	return false;
}

/* Both have tested the same, there or in the line before: who is the first. */
static bool have_tested(
	struct explore_view *view, uint64_t call, unsigned maker, unsigned user)
{
	struct place line;
	uint64_t object = 0;

	if (!symbols_place(view->symbols, call, &line) || !line.file)
		return false;
	if (!explore_decides(explore_line(view, &line)))
		line.line--;
	return explore_decides(explore_line(view, &line)) &&
	       reads_in_line(view, maker, &line, &object) &&
	       reads_in_line(view, user, &line, &object);
}

/* Another that does the same is in a function that makes it. */
static bool is_in_making(struct explore_view *view, unsigned user,
	unsigned maker, const char *name, struct place *place)
{
	const struct wire *wire = view->wire;
	const struct party party = end_of(wire, maker);

	return maker != user && party.way && party.way < WIRE_MAX_WAYS &&
	       have_tested(view, wire->ways[party.way].call, maker, user) &&
	       wire->standing[maker].function ==
		       wire->standing[user].function &&
	       is_still_set(view, &party, name) &&
	       symbols_place(view->symbols, party.pc, place) &&
	       takes_nothing(view, *place);
}

static bool making_advice(struct explore_view *view,
	const struct finding *failure, const char *name, char *words,
	size_t size)
{
	const struct party *user = &failure->first;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];
	char at[EXPLORE_WORDS_SIZE];
	struct place place;

	for (unsigned i = 0; i < view->wire->nthreads; i++) {
		if (!is_in_making(view, user->thread, i, name, &place))
			continue;
		text_append(words, size,
			"%s uses %s at %s while %s is still in %.80s(), which "
			"sets it: ",
			explore_thread_name(user->thread, who), name,
			explore_place_name(view, user->pc, at),
			explore_thread_name(i, other), place.function);
		text_append(words, size,
			"let pthread_once call %.80s() before each use, with "
			"no test in front of it",
			place.function);
		return true;
	}
	return false;
}

bool explore_unmade_advice(struct explore_view *view,
	const struct finding *failure, uint64_t object, char *words,
	size_t size)
{
	const struct wire *wire = view->wire;
	const struct party user = end_of(wire, failure->first.thread);
	char name[EXPLORE_WORDS_SIZE];

	explore_object_name(view, object, name);
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct party maker = end_of(wire, i);
		const struct event *once = once_around(view, &maker);

		if (i == user.thread || !once ||
			has_called(wire, &user, once->op.object) ||
			!is_still_set(view, &maker, name))
			continue;
		skipped_words(view, once, object, &failure->first, words, size);
		return true;
	}
	return making_advice(view, failure, name, words, size);
}

bool explore_once_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	return is_skipped(view, &race->first, &race->second, words, size) ||
	       is_skipped(view, &race->second, &race->first, words, size);
}
