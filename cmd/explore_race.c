/* Of all data races, the one that matters first; and the words for them. */
#include "cmd/explore_way.h"

#include "cmd/explore_shared.h"
#include "cmd/explore_trace.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	WORDS_SIZE = 600,
	MOST_NAMES = 4, /* of those that are only counted */
};

static const char *verb_of(const struct party *side)
{
	switch (side->op) {
	case OP_FREE:
		return side->step ? "frees" : "can free";
	case OP_WRITE:
	case OP_ATOMIC_WRITE:
		return "writes";
	case OP_ATOMIC_UPDATE:
		return "changes";
	default:
		return "reads";
	}
}

/* "T1 writes it at x.c:5, holding a, b" */
static void side_words(struct explore_view *view, const struct party *side,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s %s it at %s",
		explore_thread_name(side->thread, name), verb_of(side),
		explore_place_name(view, side->pc, place));
	explore_add_way(view, side->pc, side->way, words, size);
	if (side->is_elsewhere)
		return;
	text_append(words, size, ", holding ");
	for (uint32_t i = 0; i < side->nheld; i++)
		text_append(words, size, "%s%s", i ? ", " : "",
			explore_held_name(view, &side->held[i], name));
	if (side->nheld == 0)
		text_append(words, size, "no lock");
}

void explore_race_words(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	words[0] = '\0';
	side_words(view, &race->second, words, size);
	text_append(words, size, "; ");
	side_words(view, &race->first, words, size);
}

const struct finding *explore_race_on(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE &&
			wire->findings[i].first.object == object)
			return &wire->findings[i];
	}
	return NULL;
}

/* With the free itself, or in what was freed, without a lock on either side. */
static bool is_of_freed(const struct wire *wire, const struct finding *race,
	const struct finding *failure)
{
	if (failure->second.op != OP_FREE)
		return false;
	if (race->first.pc == failure->second.pc ||
		race->second.pc == failure->second.pc)
		return true;
	if (race->first.nheld || race->second.nheld)
		return false;
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *place = &wire->places[i];

		if (place->from == failure->second.object &&
			race->first.object >= place->from &&
			race->first.object < place->to)
			return true;
	}
	return race->first.object == failure->second.object;
}

/* The step with which it has happened; behind all when it is not shown. */
static uint32_t shown_at(const struct finding *race)
{
	uint32_t first = race->first.step, second = race->second.step;

	if (!first || !second)
		return UINT32_MAX;
	return first > second ? first : second;
}

/* The line that failed has read it. */
static bool is_of_failing_line(struct explore_view *view,
	const struct finding *failure, uint64_t object)
{
	const struct wire *wire = view->wire;
	struct place failed, place;

	if (!symbols_place(view->symbols, failure->first.pc, &failed))
		return false;
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == failure->first.thread &&
			object >= event->op.object &&
			object - event->op.object < event->op.size &&
			symbols_place(view->symbols, event->op.pc, &place) &&
			place.line == failed.line)
			return true;
	}
	return false;
}

static bool is_it(const struct finding *a, const struct finding *b)
{
	return a->kind == b->kind && a->first.pc == b->first.pc &&
	       a->second.pc == b->second.pc;
}

/* With one side of it, all was lost. */
static bool is_lost(struct explore_view *view, const struct finding *race)
{
	uint32_t first = race->first.step, second = race->second.step;

	return (first && explore_is_lost(view, first - 1)) ||
	       (second && explore_is_lost(view, second - 1));
}

/*
 * How far from the cause: flags come first, for they were to order the rest;
 * then the step that leads to failures only, then what the failure is about,
 * and then whatever happened first.
 */
static uint64_t distance(struct explore_view *view,
	const struct finding *failure, const struct finding *race)
{
	uint64_t object = race->first.object;
	uint32_t at = shown_at(race);
	char words[WORDS_SIZE] = "";
	unsigned rank = 4;

	if (explore_is_flag(view->wire, object) ||
		explore_looks_twice(view, race) ||
		explore_lost_advice(view, object, words, sizeof(words)))
		rank = 0;
	else if (is_it(race, failure))
		rank = 1;
	else if (at != UINT32_MAX && is_lost(view, race))
		rank = 2;
	else if (failure->kind != FOUND_RACE && at != UINT32_MAX &&
		 is_of_failing_line(view, failure, object))
		rank = 3;
	return (uint64_t)rank << 32 | at;
}

const struct finding *explore_main_race(
	struct explore_view *view, const struct finding *failure)
{
	const struct wire *wire = view->wire;
	const struct finding *nearest = NULL;
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *race = &wire->findings[i];
		uint64_t far;

		if (race->kind != FOUND_RACE ||
			is_of_freed(wire, race, failure))
			continue;
		far = distance(view, failure, race);
		if (far < least) {
			least = far;
			nearest = race;
		}
	}
	return nearest;
}

/* The same two lines, in either order. */
static bool is_same(const struct finding *race, const struct finding *other)
{
	return other->kind == FOUND_RACE &&
	       other->first.object == race->first.object &&
	       ((other->first.pc == race->first.pc &&
			other->second.pc == race->second.pc) ||
		       (other->first.pc == race->second.pc &&
			       other->second.pc == race->first.pc));
}

static bool said_before(const struct wire *wire, uint32_t n)
{
	const struct finding *race = &wire->findings[n];

	for (uint32_t i = 0; i < n; i++) {
		if (is_same(race, &wire->findings[i]))
			return true;
	}
	return false;
}

struct names {
	unsigned n;
	bool more;
	char all[MOST_NAMES][EXPLORE_WORDS_SIZE];
};

/* A bare address tells nobody anything. */
static void add_name(struct names *names, const char *name)
{
	if (!strncmp(name, "0x", 2)) {
		names->more = true;
		return;
	}
	for (unsigned i = 0; i < names->n; i++) {
		if (!strcmp(names->all[i], name))
			return;
	}
	names->more |= names->n == MOST_NAMES;
	if (names->n < MOST_NAMES)
		strcpy(names->all[names->n++], name);
}

static void list_names(const struct names *names, char *words, size_t size)
{
	for (unsigned i = 0; i < names->n; i++) {
		bool last = i + 1 == names->n && !names->more;

		text_append(words, size, "%s%s",
			i == 0 ? ""
			: last ? " and "
			       : ", ",
			names->all[i]);
	}
	if (names->more)
		text_append(words, size, " and others");
}

/* All but that one are only counted. */
static bool count_words(struct explore_view *view, const struct finding *told,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char name[EXPLORE_WORDS_SIZE];
	struct names names = {0};
	unsigned n = 0;

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *race = &wire->findings[i];

		if (race->kind != FOUND_RACE || said_before(wire, i))
			continue;
		n++;
		if (!is_same(race, told))
			add_name(&names, explore_raced_name(view, race, name));
	}
	if (n < 2)
		return false;
	text_append(
		words, size, "%u more data race%s", n - 1, text_plural(n - 1));
	if (names.n > 0) {
		text_append(words, size, ", on ");
		list_names(&names, words, size);
	}
	return true;
}

/* Of memory that is used after its end, whoever freed it this time. */
static const struct finding *first_shown(const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *race = &wire->findings[i];

		if (race->kind == FOUND_RACE && shown_at(race) != UINT32_MAX)
			return race;
	}
	return NULL;
}

/* Of a race that is the failure itself there may be nothing else to see. */
static void tell_steps(const struct finding *race,
	const struct finding *failure, explore_put_fn put, void *context)
{
	uint32_t first = race->first.step, second = race->second.step;
	char words[WORDS_SIZE];

	if (failure->kind != FOUND_RACE || !first || !second)
		return;
	snprintf(words, sizeof(words),
		"nothing keeps step %u and step %u in this order: another run "
		"may have them the other way round",
		first < second ? first : second,
		first < second ? second : first);
	put(context, EXPLORE_DETAIL, words);
}

void explore_tell_races(struct explore_view *view,
	const struct finding *failure, explore_put_fn put, void *context)
{
	const struct finding *race = explore_main_race(view, failure);
	bool beside = explore_explains_itself(view, failure);
	char words[WORDS_SIZE] = "", sides[WORDS_SIZE];
	char name[EXPLORE_WORDS_SIZE];

	if (!race)
		race = first_shown(view->wire);
	if (!race)
		return;
	explore_race_words(view, race, sides, sizeof(sides));
	text_append(words, sizeof(words), "data race on %s: %s",
		explore_raced_name(view, race, name), sides);
	if (beside)
		explore_add_thought(view, race, words, sizeof(words));
	put(context, beside ? EXPLORE_NOTE : EXPLORE_DETAIL, words);
	tell_steps(race, failure, put, context);
	words[0] = '\0';
	if (count_words(view, race, words, sizeof(words)))
		put(context, EXPLORE_DETAIL, words);
}
