/* A look without the lock, and another one under it. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

#include <string.h>

static bool is_if(struct explore_view *view, uint64_t pc)
{
	const char *line = explore_line_at(view, pc);

	return strstr(line, "if (") || strstr(line, "if(");
}

/* Somebody looks without the lock, takes it, and looks again. */
static bool is_looked_at_twice(struct explore_view *view,
	const struct party *bare, const struct party *locked)
{
	const struct wire *wire = view->wire;
	bool is_locked[WIRE_MAX_THREADS] = {false};
	bool looked[WIRE_MAX_THREADS] = {false};

	if (!locked->nheld || !is_if(view, bare->pc))
		return false;
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		const struct op *op = &event->op;

		if (op->kind == OP_READ && op->object == bare->object) {
			if (looked[event->thread] && is_locked[event->thread])
				return is_if(view, op->pc);
			looked[event->thread] |= op->pc == bare->pc;
		} else if (op->kind == OP_LOCK &&
			   op->object == locked->held[0].object)
			is_locked[event->thread] = looked[event->thread];
	}
	return false;
}

bool explore_twice_words(struct explore_view *view, const struct party *bare,
	const struct party *locked, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (!is_looked_at_twice(view, bare, locked))
		return false;
	explore_object_name(view, locked->held[0].object, name);
	text_append(words, size,
		"the look at %s is without %s: leave that one out, and look "
		"under %s only, or ",
		explore_place_name(view, bare->pc, place), name, name);
	text_append(words, size,
		"make %s atomic (_Atomic), and set it last, when all that it "
		"stands for is done",
		explore_object_name(view, bare->object, name));
	return true;
}

bool explore_looks_twice(struct explore_view *view, const struct finding *race)
{
	const struct party *first = &race->first, *second = &race->second;

	return (!first->nheld && is_looked_at_twice(view, first, second)) ||
	       (!second->nheld && is_looked_at_twice(view, second, first));
}

/* What is done to that lock so many lines after, in one function; or NULL. */
static const struct event *locking_in(struct explore_view *view,
	const struct party *bare, uint64_t lock, enum op_kind kind, int line)
{
	const struct wire *wire = view->wire;
	struct place place, here;

	if (!symbols_place(view->symbols, bare->pc, &here) || !here.function)
		return NULL;
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == kind && event->op.object == lock &&
			symbols_place(view->symbols, event->op.pc, &place) &&
			place.function && place.line == here.line + line &&
			!strcmp(place.function, here.function))
			return event;
	}
	return NULL;
}

void explore_add_nearer(struct explore_view *view, const struct party *bare,
	uint64_t lock, char *words, size_t size)
{
	const struct event *next = locking_in(view, bare, lock, OP_LOCK, 1);
	const struct event *before = locking_in(
		view, bare, lock, OP_UNLOCK, -1);
	char place[EXPLORE_WORDS_SIZE];

	if (next)
		text_append(words, size,
			", locked before that instead of at %s, and unlocked "
			"on every way",
			explore_place_name(view, next->op.pc, place));
	else if (before)
		text_append(words, size,
			", unlocked after that instead of at %s",
			explore_place_name(view, before->op.pc, place));
}
