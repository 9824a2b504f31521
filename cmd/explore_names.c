/* What the objects of an explored program are called. */
#include "cmd/explore.h"

#include "cmd/explore_library.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_SHOWN = 24, /* of a string literal */
};

static const struct memory_place *place_of(
	const struct wire *wire, uint64_t address)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (address >= wire->places[i].from &&
			address < wire->places[i].to)
			return &wire->places[i];
	}
	return NULL;
}

const char *explore_function_name(const char *function)
{
	static const char ours[] = "__conc_";

	return strncmp(function, ours, sizeof(ours) - 1)
		       ? function
		       : function + sizeof(ours) - 1;
}

/* "number, a local of start" */
static void local_name(struct explore_view *view,
	const struct memory_place *place, uint64_t object, char *words)
{
	struct place function = {0};
	char name[EXPLORE_WORDS_SIZE / 2];

	symbols_place(view->symbols, place->pc, &function);
	if (symbols_local(view->symbols, place->pc, place->top, object, name,
		    sizeof(name)))
		snprintf(words, EXPLORE_WORDS_SIZE, "%s", name);
	else
		snprintf(words, EXPLORE_WORDS_SIZE, "a local of %.80s",
			function.function
				? explore_function_name(function.function)
				: "a function");
}

const char *explore_owner_of_local(
	struct explore_view *view, uint64_t object, char *words)
{
	const struct memory_place *place = place_of(view->wire, object);
	struct place function;

	if (!place || !place->top ||
		!symbols_place(view->symbols, place->pc, &function) ||
		!function.function)
		return NULL;
	snprintf(words, EXPLORE_WORDS_SIZE, "%.100s",
		explore_function_name(function.function));
	return words;
}

static bool is_like(const struct memory_place *a, const struct memory_place *b)
{
	return a->pc == b->pc && !a->top == !b->top;
}

/* Of those from the same call of malloc: 1, 2, ...; 0: it is the only one. */
static unsigned number_of(
	const struct wire *wire, const struct memory_place *place)
{
	unsigned number = 1, n = 0;

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (!is_like(&wire->places[i], place))
			continue;
		n++;
		number += wire->places[i].from < place->from;
	}
	return n > 1 ? number : 0;
}

/* "byte 8 of the 24 bytes allocated at list.c:12 (block 2)" */
static void block_name(struct explore_view *view,
	const struct memory_place *place, uint64_t object, char *words)
{
	unsigned long long size = place->to - place->from;
	unsigned number = number_of(view->wire, place);
	char where[EXPLORE_WORDS_SIZE];

	words[0] = '\0';
	if (object > place->from)
		text_append(words, EXPLORE_WORDS_SIZE, "byte %llu of ",
			(unsigned long long)(object - place->from));
	text_append(words, EXPLORE_WORDS_SIZE,
		"the %llu byte%s allocated at %.80s", size, text_plural(size),
		explore_place_name(view, place->pc, where));
	if (number)
		text_append(words, EXPLORE_WORDS_SIZE, " (block %u)", number);
}

const char *explore_block_from(struct explore_view *view,
	const struct memory_place *place, char *words)
{
	unsigned number = number_of(view->wire, place);
	char where[EXPLORE_WORDS_SIZE];
	struct place line;

	words[0] = '\0';
	if (number)
		text_append(words, EXPLORE_WORDS_SIZE, "block %u ", number);
	else
		text_append(words, EXPLORE_WORDS_SIZE, "the block ");
	if (symbols_place(view->symbols, place->pc, &line) &&
		explore_is_only_file(view, &line))
		text_append(
			words, EXPLORE_WORDS_SIZE, "from line %d", line.line);
	else
		text_append(words, EXPLORE_WORDS_SIZE, "from %.80s",
			explore_place_name(view, place->pc, where));
	return words;
}

/* Where there is little room: "byte 8 of block 2 from line 12" */
static void short_block_name(struct explore_view *view,
	const struct memory_place *place, uint64_t object, char *words)
{
	char block[EXPLORE_WORDS_SIZE];

	words[0] = '\0';
	if (object > place->from)
		text_append(words, EXPLORE_WORDS_SIZE, "byte %llu of ",
			(unsigned long long)(object - place->from));
	text_append(words, EXPLORE_WORDS_SIZE, "%s",
		explore_block_from(view, place, block));
}

bool explore_spot(
	struct explore_view *view, uint64_t object, struct symbols_spot *spot)
{
	const struct memory_place *place;

	if (symbols_variable_at(view->symbols, object, spot))
		return true;
	place = place_of(view->wire, object);
	if (!place)
		return false;
	return place->top ? symbols_local_at(view->symbols, place->pc,
				    place->top, object, spot)
			  : explore_spot_in_block(view, place, object, spot);
}

uint64_t explore_spot_name(struct explore_view *view,
	const struct symbols_spot *spot, uint64_t up_to, uint64_t most,
	char *words)
{
	uint64_t size = symbols_name(
		view->symbols, spot, up_to, most, words, EXPLORE_WORDS_SIZE);

	explore_name_of_library(words);
	return size;
}

enum {
	NEAR = 64, /* bytes: who misses a variable misses it by less */
};

/* The variable that is missed by least; NULL: none is near. */
static const struct wire_margin *missed_by(
	const struct wire *wire, uint64_t address)
{
	const struct wire_margin *least = NULL;
	uint64_t by = NEAR;

	for (uint32_t i = 0; i < wire->nmargins; i++) {
		const struct wire_margin *margin = &wire->margins[i];
		uint64_t past = address >= margin->end ? address - margin->end
						       : margin->from - address;

		if ((address >= margin->end || address < margin->from) &&
			past < by) {
			by = past;
			least = margin;
		}
	}
	return least;
}

/* "seen[0]": of an array, with the size of its elements; else 0. */
static uint64_t first_element(
	struct explore_view *view, uint64_t from, char *name)
{
	struct symbols_spot spot;
	uint64_t size = 0;
	size_t n;

	if (!symbols_variable_at(view->symbols, from, &spot))
		return 0;
	for (uint64_t most = 1; !size && most <= sizeof(uint64_t); most *= 2)
		size = explore_spot_name(view, &spot, 0, most, name);
	n = strlen(name);
	return n > 3 && !strcmp(name + n - 3, "[0]") ? size : 0;
}

/* "seen[3]", which there is not. */
static bool name_missed(
	struct explore_view *view, uint64_t from, uint64_t object, char *words)
{
	uint64_t size = first_element(view, from, words);
	int64_t at = (int64_t)(object - from);

	if (!size || at % (int64_t)size)
		return false;
	words[strlen(words) - 3] = '\0';
	text_append(words, EXPLORE_WORDS_SIZE, "[%lld]",
		(long long)(at / (int64_t)size));
	return true;
}

static bool name_missing(
	struct explore_view *view, uint64_t object, char *words)
{
	uint64_t base = view->wire->base;
	const struct wire_margin *margin = missed_by(view->wire, object - base);

	return margin && name_missed(view, margin->from + base, object, words);
}

/* "uses seen[3], past the end of seen, which has 3 elements" */
static bool missed_words(struct explore_view *view, uint64_t from,
	uint64_t variable_size, uint64_t object, char *words, size_t size)
{
	char missed[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	unsigned long long n;

	if (!name_missed(view, from, object, missed))
		return false;
	n = variable_size / first_element(view, from, name);
	text_append(words, size, "uses %s, %s %.*s, which has %llu element%s",
		missed, object < from ? "in front of" : "past the end of",
		(int)strlen(name) - 3, name, n, text_plural(n));
	return true;
}

bool explore_missed_words(struct explore_view *view,
	const struct finding *failure, char *words, size_t size)
{
	return failure->kind == FOUND_USE_AFTER_FREE && failure->third.object &&
	       failure->third.thread == WIRE_NOBODY &&
	       missed_words(view, failure->third.object,
		       (uint64_t)failure->code, failure->first.object, words,
		       size);
}

/* It is called what it missed, for it is nothing that has a name. */
bool explore_missing_words(
	struct explore_view *view, uint64_t object, char *words, size_t size)
{
	uint64_t base = view->wire->base;
	const struct wire_margin *margin = missed_by(view->wire, object - base);
	char missed[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	return margin &&
	       name_missed(view, margin->from + base, object, missed) &&
	       !strcmp(explore_object_name(view, object, name), missed) &&
	       missed_words(view, margin->from + base,
		       margin->end - margin->from, object, words, size);
}

bool explore_text_name(struct explore_view *view, uint64_t address, char *words)
{
	const char *text = symbols_text(view->symbols, address);
	size_t n = text ? strlen(text) : 0;
	char escaped[MOST_SHOWN + 4];

	if (!text)
		return false;
	text_escape(escaped, sizeof(escaped), text,
		n < MOST_SHOWN ? n : MOST_SHOWN);
	snprintf(words, EXPLORE_WORDS_SIZE, "\"%s%s\"", escaped,
		n > MOST_SHOWN ? "..." : "");
	return true;
}

static const char *object_name(struct explore_view *view,
	const struct memory_place *place, uint64_t object, bool is_short,
	char *words)
{
	if (symbols_variable(
		    view->symbols, object, words, EXPLORE_WORDS_SIZE)) {
		explore_name_of_library(words);
		return words;
	}
	if (place && place->top)
		local_name(view, place, object, words);
	else if (place &&
		 explore_name_in_block(view, place, object, false, words))
		return words;
	else if (place && is_short)
		short_block_name(view, place, object, words);
	else if (place)
		block_name(view, place, object, words);
	else if (!explore_text_name(view, object, words) &&
		 !name_missing(view, object, words) &&
		 !symbols_leftover(
			 view->symbols, object, words, EXPLORE_WORDS_SIZE))
		snprintf(words, EXPLORE_WORDS_SIZE, "0x%llx",
			(unsigned long long)object);
	return words;
}

const char *explore_object_name_in(struct explore_view *view,
	const struct memory_place *place, uint64_t object, char *words)
{
	return object_name(view, place, object, true, words);
}

const char *explore_object_name(
	struct explore_view *view, uint64_t object, char *words)
{
	return object_name(
		view, place_of(view->wire, object), object, false, words);
}

static bool is_freed(const struct finding *race)
{
	return race->first.op == OP_FREE || race->second.op == OP_FREE;
}

/* Then it is about no part of it. */
static bool is_freed_twice(const struct finding *race)
{
	return race->first.op == OP_FREE && race->second.op == OP_FREE;
}

/* A member has a name of its own; else it is not the pointer that is meant. */
const char *explore_raced_name(
	struct explore_view *view, const struct finding *race, char *words)
{
	uint64_t object = race->first.object;
	const struct memory_place *place = place_of(view->wire, object);
	char all[EXPLORE_WORDS_SIZE];

	explore_object_name(view, object, words);
	if (is_freed(race) && place &&
		(is_freed_twice(race) || !strstr(words, "->")) &&
		explore_block_name(view, place->from, all))
		snprintf(words, EXPLORE_WORDS_SIZE,
			explore_has_pointer(view, place)
				? "what %.150s points to"
				: "%.150s",
			all);
	return words;
}

const char *explore_object_in_step(
	struct explore_view *view, uint64_t object, char *words)
{
	return object_name(
		view, place_of(view->wire, object), object, true, words);
}

const char *explore_block_name(
	struct explore_view *view, uint64_t block, char *words)
{
	const struct memory_place *place = place_of(view->wire, block);

	if (place && !place->top && place->from == block &&
		explore_name_in_block(view, place, block, true, words))
		return words;
	return NULL;
}

static bool name_function(
	struct explore_view *view, uint64_t address, char *words)
{
	const char *name = symbols_function(view->symbols, address);

	if (!name)
		return false;
	snprintf(words, EXPLORE_WORDS_SIZE, "%.100s",
		explore_function_name(name));
	return true;
}

/* It points to all of it, and not to the first member. */
static bool leads_to_all(struct explore_view *view,
	const struct memory_place *place, uint64_t address, uint64_t target)
{
	char inside[EXPLORE_WORDS_SIZE];
	struct symbols_spot spot;

	if (address != place->from)
		return false;
	if (!explore_spot_in_block(view, place, address, &spot))
		return true;
	spot.name = "";
	return !explore_spot_name(view, &spot, target, UINT64_MAX, inside) ||
	       !inside[0];
}

/* What a block is called may be the name of the pointer itself. */
static bool name_in_block(struct explore_view *view,
	const struct memory_place *place, uint64_t address,
	const struct explore_pointer *pointer, char *words)
{
	bool all = leads_to_all(view, place, address, pointer->target);
	char name[EXPLORE_WORDS_SIZE];

	if (explore_name_in_block(view, place, address, all, name) &&
		strcmp(name, pointer->name) != 0) {
		snprintf(words, EXPLORE_WORDS_SIZE, "%s%.150s", all ? "" : "&",
			name);
		return true;
	}
	if (address == place->from)
		explore_block_from(view, place, words);
	return address == place->from;
}

/* Each thread has a stack of its own. */
static bool name_variable(struct explore_view *view,
	const struct memory_place *place, uint64_t address, uint64_t target,
	char *words)
{
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	struct symbols_spot spot;

	if (!explore_spot(view, address, &spot))
		return false;
	explore_spot_name(view, &spot, target, UINT64_MAX, name);
	snprintf(words, EXPLORE_WORDS_SIZE, "&%.100s", name);
	if (place)
		text_append(words, EXPLORE_WORDS_SIZE, " of %s",
			explore_thread_name((unsigned)place->thread, who));
	return true;
}

const char *explore_pointer_name(struct explore_view *view, uint64_t address,
	const struct explore_pointer *pointer, char *words)
{
	const struct memory_place *place = place_of(view->wire, address);
	bool is_named;

	if (place && !place->top)
		is_named = name_in_block(view, place, address, pointer, words);
	else
		is_named = name_variable(view, place, address, pointer->target,
				   words) ||
			   name_function(view, address, words);
	return is_named ? words : NULL;
}

const char *explore_held_name(
	struct explore_view *view, const struct held_lock *held, char *words)
{
	const struct wire *wire = view->wire;

	explore_object_name(view, held->object, words);
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (op->kind == OP_RDLOCK && op->object == held->object &&
			op->pc == held->pc) {
			text_append(words, EXPLORE_WORDS_SIZE, " (to read)");
			break;
		}
	}
	return words;
}
