/* A thread that nobody joins: it is detached, or another has its handle. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

#include <string.h>

static uint32_t event_about(
	const struct wire *wire, enum op_kind kind, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == kind && event->other == thread)
			return i;
	}
	return wire->nevents;
}

static bool is_awaited(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (op->kind == OP_TRYJOIN ||
			(op->kind == OP_JOIN && op->object == thread))
			return true;
	}
	return event_about(wire, OP_JOIN, thread) < wire->nevents;
}

/* One that was started there was left, so it was not detached. */
static bool is_left(const struct wire *wire, uint64_t pc)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_THREAD_LEFT &&
			wire->findings[i].first.pc == pc)
			return true;
	}
	return false;
}

/* Where the handle of another was put over it; nevents: nowhere. */
static uint32_t overwritten_at(const struct wire *wire, unsigned thread)
{
	uint32_t start = event_about(wire, OP_CREATE, thread);

	for (uint32_t i = start + 1; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_CREATE &&
			event->op.second == wire->events[start].op.second)
			return i;
	}
	return wire->nevents;
}

static void overwritten_words(struct explore_view *view, uint32_t create,
	unsigned thread, char *words, size_t size)
{
	const struct event *event = &view->wire->events[create];
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char who[EXPLORE_WORDS_SIZE];

	explore_thread_name(thread, who);
	explore_object_name(view, event->op.second, name);
	text_append(words, size,
		": %s is overwritten at %s, so %s is never joined: ",
		strchr(name, ' ') ? "its pthread_t" : name,
		explore_place_name(view, event->op.pc, place), who);
	text_append(words, size,
		"one pthread_t for each thread, and join %s, too, before that",
		who);
}

static void detached_words(struct explore_view *view, uint32_t detach,
	unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	bool again = overwritten_at(wire, thread) < wire->nevents;

	text_append(words, size,
		": %s is detached at %s: leave that out, and join it before "
		"that%s",
		explore_thread_name(thread, who),
		explore_place_name(view, wire->events[detach].op.pc, place),
		again ? ", by a pthread_t of its own" : "");
}

bool explore_unjoined_words(struct explore_view *view,
	const struct early *early, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	unsigned thread = early->writers[0].thread;
	char who[EXPLORE_WORDS_SIZE];
	uint32_t detach, create;
	uint64_t pc;

	if (early->nwriters != 1 || is_awaited(wire, thread) ||
		explore_creator_of(wire, thread, &pc) != early->reader)
		return false;
	detach = event_about(wire, OP_DETACH, thread);
	create = overwritten_at(wire, thread);
	if (detach < wire->nevents)
		detached_words(view, detach, thread, words, size);
	else if (!is_left(wire, pc))
		return false;
	else if (create < wire->nevents)
		overwritten_words(view, create, thread, words, size);
	else
		text_append(words, size,
			": %s is never joined: join it before that",
			explore_thread_name(thread, who));
	return true;
}
