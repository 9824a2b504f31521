/* What memory from malloc is called, by the lines that get and use it. */
#include "cmd/explore_pointers.h"
#include "cmd/explore_trace.h"

#include "cmd/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_PLACES = 3, /* where namesakes are from, in one line */
};

struct known_block {
	struct memory_place place;
	struct block_type type;
	const char *called; /* as in the type; "" where it has no name */
	uint32_t nevents; /* that it was looked for in */
	/* Of these steps: */
	bool is_based;
	uint32_t based;
	uint64_t fingerprint;
	unsigned number; /* of those called so; 0: it is the only one */
	char base[80]; /* "node#2", "cache": what leads to it; "": nothing */
};

/* Looked for once, in as many steps as there were. */
struct explore_blocks {
	uint32_t n;
	struct known_block all[2 * WIRE_MAX_PLACES];
};

static uint64_t size_of(const struct memory_place *place)
{
	return place->to - place->from;
}

/* The first step that tells. */
static void find_in_steps(struct explore_view *view, struct known_block *known)
{
	const struct memory_place *place = &known->place;

	for (uint32_t i = 0; i < view->wire->nevents; i++) {
		const struct op *op = &view->wire->events[i].op;

		if (op->object >= place->from && op->object < place->to &&
			op->kind != OP_FREE &&
			blocks_used(view->symbols, op->pc,
				explore_line_at(view, op->pc), size_of(place),
				op->object - place->from, op->size,
				&known->type))
			return;
	}
}

static void find_type(struct explore_view *view, struct known_block *known)
{
	const struct memory_place *place = &known->place;

	known->nevents = view->wire->nevents;
	if (!blocks_allocated(view->symbols, place->pc,
		    explore_line_at(view, place->pc), size_of(place),
		    &known->type))
		find_in_steps(view, known);
	if (known->type.die)
		known->called = blocks_called(
			view->symbols, &known->type, size_of(place));
}

static bool is_same(const struct memory_place *a, const struct memory_place *b)
{
	return a->from == b->from && a->to == b->to && a->pc == b->pc;
}

/* NULL: there is no room for it. */
static struct known_block *entry_of(
	struct explore_blocks *blocks, const struct memory_place *place)
{
	struct known_block *known = blocks->all;

	while (known < blocks->all + blocks->n &&
		!is_same(&known->place, place))
		known++;
	if (known == blocks->all + 2 * WIRE_MAX_PLACES)
		return NULL;
	if (known == blocks->all + blocks->n) {
		*known = (struct known_block){.place = *place};
		blocks->n++;
	}
	return known;
}

/* NULL: not known. */
static struct known_block *known_at(
	struct explore_view *view, const struct memory_place *place)
{
	struct known_block *known;

	if (!view->blocks)
		view->blocks = calloc(1, sizeof(*view->blocks));
	if (!view->blocks)
		return NULL;
	known = entry_of(view->blocks, place);
	if (!known)
		return NULL;
	if (!known->type.die && known->nevents != view->wire->nevents)
		find_type(view, known);
	return known->type.die ? known : NULL;
}

static bool is_called(struct explore_view *view,
	const struct memory_place *place, const char *name)
{
	const struct known_block *known = place->top ? NULL
						     : known_at(view, place);

	return known && !strcmp(known->called, name);
}

static unsigned count_off(
	struct explore_view *view, const struct known_block *known)
{
	const struct wire *wire = view->wire;
	unsigned number = 1, others = 0;

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *other = &wire->places[i];

		if (is_same(other, &known->place) ||
			!is_called(view, other, known->called))
			continue;
		others++;
		number += other->from < known->place.from;
	}
	return others ? number : 0;
}

/* What leads to it in some steps does so no more a step later. */
static bool is_current(
	const struct explore_view *view, const struct known_block *known)
{
	return known->is_based && known->based == view->wire->nevents &&
	       known->fingerprint == view->wire->fingerprint;
}

static void find_base(struct explore_view *view, struct known_block *known)
{
	known->is_based = true;
	known->based = view->wire->nevents;
	known->fingerprint = view->wire->fingerprint;
	known->base[0] = '\0';
	known->number = known->called[0] ? count_off(view, known) : 0;
	if (known->number)
		snprintf(known->base, sizeof(known->base), "%.60s#%u",
			known->called, known->number);
	else
		explore_pointer_to_block(view, &known->place, &known->type,
			known->base, sizeof(known->base));
}

static const struct known_block *based_at(
	struct explore_view *view, const struct memory_place *place)
{
	struct known_block *known = known_at(view, place);

	if (known && !is_current(view, known))
		find_base(view, known);
	return known;
}

/* "size of the block from line 14" */
static bool name_part(struct explore_view *view,
	const struct known_block *known, uint64_t object, char *words)
{
	const struct memory_place *place = &known->place;
	char part[EXPLORE_WORDS_SIZE / 2];
	char block[EXPLORE_WORDS_SIZE];

	if (!blocks_part(view->symbols, &known->type, size_of(place),
		    object - place->from, part, sizeof(part)))
		return false;
	snprintf(words, EXPLORE_WORDS_SIZE, "%s%s%.90s", part,
		part[0] ? " of " : "", explore_block_from(view, place, block));
	return true;
}

bool explore_name_in_block(struct explore_view *view,
	const struct memory_place *place, uint64_t object, bool whole,
	char *words)
{
	const struct known_block *known = based_at(view, place);

	if (!known)
		return false;
	if (whole)
		snprintf(words, EXPLORE_WORDS_SIZE, "%s", known->base);
	if (whole && !known->base[0])
		explore_block_from(view, place, words);
	if (whole)
		return true;
	return known->base[0] ? blocks_name(view->symbols, &known->type,
					size_of(place), object - place->from,
					known->base, words, EXPLORE_WORDS_SIZE)
			      : name_part(view, known, object, words);
}

bool explore_has_pointer(
	struct explore_view *view, const struct memory_place *place)
{
	const struct known_block *known = based_at(view, place);

	return known && known->base[0] && !known->number;
}

bool explore_spot_in_block(struct explore_view *view,
	const struct memory_place *place, uint64_t object,
	struct symbols_spot *spot)
{
	const struct known_block *known = known_at(view, place);

	return known && blocks_spot(view->symbols, &known->type, size_of(place),
				object - place->from, spot);
}

/* Those that have one name, and so are numbered. */
struct namesakes {
	const char *name;
	unsigned n;
	const struct memory_place *first;
	bool elsewhere; /* not all are from one line */
};

static void count_namesake(struct explore_view *view, struct namesakes *all,
	const struct memory_place *place)
{
	all->elsewhere |= all->first && !explore_is_same_line(view, place->pc,
						all->first->pc);
	if (all->n++ == 0 || place->from < all->first->from)
		all->first = place;
}

static struct namesakes namesakes_of(
	struct explore_view *view, const struct memory_place *place)
{
	const struct known_block *known = known_at(view, place);
	struct namesakes all = {0};

	if (!known)
		return all;
	all.name = known->called;
	for (uint32_t i = 0; all.name[0] && i < view->wire->nplaces; i++) {
		if (is_called(view, &view->wire->places[i], all.name))
			count_namesake(view, &all, &view->wire->places[i]);
	}
	return all;
}

/* The next one that is allocated after it; NULL: it is the last. */
static const struct memory_place *next_namesake(struct explore_view *view,
	const struct memory_place *place, const char *name)
{
	const struct memory_place *next = NULL;

	for (uint32_t i = 0; i < view->wire->nplaces; i++) {
		const struct memory_place *other = &view->wire->places[i];

		if (other->from > place->from &&
			(!next || other->from < next->from) &&
			is_called(view, other, name))
			next = other;
	}
	return next;
}

/* " at x.c:31 and x.c:10": of more than a few it is too much. */
static void add_places(struct explore_view *view, const struct namesakes *all,
	char *words, size_t size)
{
	const struct memory_place *place = all->first;
	unsigned n = all->elsewhere ? all->n : 1;
	char where[EXPLORE_WORDS_SIZE];

	for (unsigned i = 0; n <= MOST_PLACES && i < n && place; i++) {
		text_append(words, size, "%s%s",
			i == 0            ? " at "
			: i + 1 == all->n ? " and "
					  : ", ",
			explore_place_name(view, place->pc, where));
		place = next_namesake(view, place, all->name);
	}
}

void explore_tell_blocks(
	struct explore_view *view, explore_put_fn put_line, void *context)
{
	for (uint32_t i = 0; i < view->wire->nplaces; i++) {
		const struct memory_place *place = &view->wire->places[i];
		char words[4 * EXPLORE_WORDS_SIZE];
		struct namesakes all = {0};

		if (!place->top)
			all = namesakes_of(view, place);
		if (all.n < 2 || all.first != place)
			continue;
		snprintf(words, sizeof(words), "%.60s#1 %s %.60s#%u: allocated",
			all.name, all.n == 2 ? "and" : "to", all.name, all.n);
		add_places(view, &all, words, sizeof(words));
		text_append(words, sizeof(words), " in this order");
		put_line(context, EXPLORE_DETAIL, words);
	}
}
