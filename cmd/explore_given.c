/* One block that several threads are given, each of which frees it. */
#include "cmd/explore_lifetime.h"
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"

#include "cmd/text.h"

#include <string.h>

static const struct memory_place *block_at(
	const struct wire *wire, uint64_t from)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (wire->places[i].from == from && !wire->places[i].top)
			return &wire->places[i];
	}
	return NULL;
}

static bool has_read(
	const struct wire *wire, uint32_t end, const struct event *write)
{
	while (end-- > 0) {
		const struct event *event = &wire->events[end];

		if (event->thread == write->thread &&
			event->op.kind == OP_READ &&
			event->op.object == write->op.object)
			return true;
	}
	return false;
}

/* Who changes something in it may find out who is the last. */
static bool counts_in_it(const struct wire *wire, unsigned thread,
	const struct memory_place *block)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		const struct op *op = &event->op;

		if (event->thread != thread || op->object < block->from ||
			op->object >= block->to)
			continue;
		if (op->kind == OP_ATOMIC_UPDATE ||
			(op->kind == OP_WRITE && has_read(wire, i, event)))
			return true;
	}
	return false;
}

static bool is_own_local(
	const struct wire *wire, unsigned thread, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *place = &wire->places[i];

		if (place->top && object >= place->from && object < place->to)
			return place->thread == thread;
	}
	return false;
}

bool explore_finds_block(
	const struct wire *wire, unsigned thread, uint64_t block)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		const struct op *op = &event->op;

		if (event->thread == thread &&
			(op->kind == OP_READ || op->kind == OP_ATOMIC_READ ||
				op->kind == OP_ATOMIC_UPDATE) &&
			op->size == sizeof(void *) && event->before == block &&
			!is_own_local(wire, thread, op->object))
			return true;
	}
	return false;
}

/* The line, or the one before it, says when it is to be freed. */
static bool is_decided(struct explore_view *view, uint64_t pc)
{
	struct place line;

	if (!symbols_place(view->symbols, pc, &line))
		return true;
	if (explore_decides(explore_line(view, &line)))
		return true;
	line.line--;
	return explore_decides(explore_line(view, &line));
}

/* They run the same function, and so both come to the free. */
static bool is_given_to_both(
	struct explore_view *view, const struct finding *finding)
{
	const struct wire *wire = view->wire;
	const struct party *user = &finding->first, *freed = &finding->second;
	const struct memory_place *block = block_at(wire, freed->object);
	unsigned creator = explore_creator_of(
		wire, user->thread, &(uint64_t){0});

	return block && creator != WIRE_NOBODY &&
	       user->thread != freed->thread &&
	       explore_creator_of(wire, freed->thread, &(uint64_t){0}) ==
		       creator &&
	       wire->standing[user->thread].function ==
		       wire->standing[freed->thread].function &&
	       !explore_finds_block(wire, user->thread, block->from) &&
	       !explore_finds_block(wire, freed->thread, block->from) &&
	       !freed->nheld && !counts_in_it(wire, freed->thread, block) &&
	       !is_decided(view, freed->pc);
}

/* "T1 and T2 (x.c:23)" */
static void both_words(struct explore_view *view, unsigned one, unsigned other,
	char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char last[EXPLORE_WORDS_SIZE];
	uint64_t first, second;

	explore_creator_of(view->wire, one, &first);
	explore_creator_of(view->wire, other, &second);
	text_append(words, size, "%s and ", explore_thread_name(one, who));
	text_append(words, size, "%s (%s", explore_thread_name(other, who),
		explore_place_name(view, first, place));
	if (strcmp(explore_place_name(view, second, last), place))
		text_append(words, size, " and %s", last);
	text_append(words, size, ")");
}

bool explore_given_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	unsigned user = finding->first.thread, freed = finding->second.thread;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint64_t block = finding->second.object;

	if (finding->second.op != OP_FREE || freed == WIRE_NOBODY ||
		!is_given_to_both(view, finding))
		return false;
	if (!explore_block_name(view, block, name))
		explore_object_name(view, block, name);
	text_append(words, size, "%s gives %s to ",
		explore_thread_name(
			explore_creator_of(view->wire, user, &(uint64_t){0}),
			who),
		name);
	both_words(view, user < freed ? user : freed,
		user < freed ? freed : user, words, size);
	text_append(words, size,
		", and each frees it: give each thread one of its own");
	return true;
}
