/* Plain variables that a loop waits for, as if that ordered anything. */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <string.h>

enum {
	MOST_NAMES = 4,
};

struct names {
	unsigned n;
	char all[MOST_NAMES][EXPLORE_WORDS_SIZE];
};

static bool covers(uint64_t from, uint16_t size, uint64_t object)
{
	return size && object >= from && object - from < size;
}

static bool waits_for(const struct op *loop, uint64_t object)
{
	return covers(loop->object, loop->size, object) ||
	       covers(loop->second, loop->second_size, object);
}

static const struct op *loop_of(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nawaits; i++) {
		if (waits_for(&wire->awaits[i], object))
			return &wire->awaits[i];
	}
	return NULL;
}

bool explore_is_flag(const struct wire *wire, uint64_t object)
{
	return loop_of(wire, object) != NULL;
}

static bool is_raced(const struct wire *wire, uint64_t from, uint16_t size)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE &&
			covers(from, size, wire->findings[i].first.object))
			return true;
	}
	return false;
}

/* All of an array, as it is declared. */
static void add_name(
	struct explore_view *view, struct names *names, uint64_t object)
{
	char *name = names->all[names->n];

	if (names->n == MOST_NAMES)
		return;
	explore_object_name(view, object, name);
	name[strcspn(name, "[")] = '\0';
	for (unsigned i = 0; i < names->n; i++) {
		if (!strcmp(names->all[i], name))
			return;
	}
	names->n++;
}

/* Of what the loop at that place waits for, what is no atomic. */
static void add_names(
	struct explore_view *view, struct names *names, uint64_t pc)
{
	const struct wire *wire = view->wire;

	for (uint32_t i = 0; i < wire->nawaits; i++) {
		const struct op *loop = &wire->awaits[i];

		if (loop->pc != pc)
			continue;
		if (is_raced(wire, loop->object, loop->size))
			add_name(view, names, loop->object);
		if (is_raced(wire, loop->second, loop->second_size))
			add_name(view, names, loop->second);
	}
}

static void list_names(const struct names *names, char *words, size_t size)
{
	for (unsigned i = 0; i < names->n; i++)
		text_append(words, size, "%s%s",
			i == 0              ? ""
			: i + 1 == names->n ? " and "
					    : ", ",
			names->all[i]);
}

static bool is_of(const struct event *event, unsigned thread, uint64_t object)
{
	return event->thread == thread &&
	       covers(event->op.object, event->op.size, object);
}

/* After event i, which read it in the loop: it is set, and set back. */
static bool is_set_and_back(
	const struct wire *wire, uint32_t i, uint64_t object)
{
	const struct event *read = &wire->events[i];
	bool is_set = false;

	for (uint32_t k = i + 1; k < wire->nevents; k++) {
		const struct event *event = &wire->events[k];

		if (event->op.kind != OP_WRITE ||
			!is_of(event, read->thread, object))
			continue;
		if (is_set && event->after == read->before)
			return true;
		is_set = event->after != read->before;
	}
	return false;
}

/* Who has left the loop sets it, and in the end lets others leave. */
static bool is_lock(
	const struct wire *wire, const struct op *loop, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_READ && event->op.pc == loop->pc &&
			is_of(event, event->thread, object) &&
			is_set_and_back(wire, i, object))
			return true;
	}
	return false;
}

bool explore_flag_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	uint64_t object = race->first.object;
	const struct op *loop = loop_of(view->wire, object);
	struct names names = {0};
	char place[EXPLORE_WORDS_SIZE];
	bool one;

	if (!loop)
		return false;
	add_names(view, &names, loop->pc);
	one = names.n == 1;
	text_append(words, size, "a loop at %s waits for ",
		explore_place_name(view, loop->pc, place));
	list_names(&names, words, size);
	if (is_lock(view->wire, loop, object)) {
		text_append(words, size,
			" to change, and two threads can leave it before one "
			"sets it: use a mutex, or make it _Atomic, and loop on "
			"atomic_exchange, which looks and sets in one step");
		return true;
	}
	text_append(words, size, " to change; %s: make ",
		one ? "a plain variable orders nothing, a volatile one neither"
		    : "plain variables order nothing, volatile ones neither");
	list_names(&names, words, size);
	text_append(words, size,
		" _Atomic, or let a mutex, and a condition, do %s work",
		one ? "its" : "their");
	return true;
}
