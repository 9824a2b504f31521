/* What memory from malloc is called, by the lines that get and use it. */
#include "cmd/explore.h"

#include "lib/explore/blocks.h"

#include <stdlib.h>
#include <string.h>

struct known_block {
	struct memory_place place;
	struct block_type type;
	uint32_t nevents; /* that it was looked for in */
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

static const char *line_of(struct explore_view *view, uint64_t pc)
{
	struct place line;

	return symbols_place(view->symbols, pc, &line)
		       ? explore_line(view, &line)
		       : "";
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
				line_of(view, op->pc), size_of(place),
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
		    line_of(view, place->pc), size_of(place), &known->type))
		find_in_steps(view, known);
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
static const struct block_type *type_of(
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
	return known->type.die ? &known->type : NULL;
}

static bool is_called(struct explore_view *view,
	const struct memory_place *place, const char *name)
{
	const struct block_type *type = place->top ? NULL
						   : type_of(view, place);

	return type &&
	       !strcmp(blocks_called(view->symbols, type, size_of(place)),
		       name);
}

/* Of those with its name: 1, 2, ...; 0: it is the only one. */
static unsigned number_of(struct explore_view *view,
	const struct memory_place *place, const struct block_type *type)
{
	const char *name = blocks_called(view->symbols, type, size_of(place));
	const struct wire *wire = view->wire;
	unsigned number = 1, others = 0;

	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *other = &wire->places[i];

		if (is_same(other, place) || !is_called(view, other, name))
			continue;
		others++;
		number += other->from < place->from;
	}
	return others ? number : 0;
}

bool explore_name_in_block(struct explore_view *view,
	const struct memory_place *place, uint64_t object, bool whole,
	char *words)
{
	const struct block_type *type = type_of(view, place);

	return type &&
	       blocks_name(view->symbols, type, size_of(place),
		       object - place->from, whole,
		       number_of(view, place, type), words, EXPLORE_WORDS_SIZE);
}
