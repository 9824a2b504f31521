/* Who waits for what when nobody can go on. */
#include "cmd/explore_descriptors.h"
#include "cmd/explore_wait.h"
#include "cmd/explore_way.h"

#include "cmd/explore_trace.h"
#include "cmd/text.h"
#include "lib/explore/lockset.h"

#include <stdio.h>

/* The first who holds it, from that thread on. */
static unsigned holder_of(
	const struct wire *wire, uint64_t lock, unsigned from, uint64_t *pc)
{
	for (unsigned i = from; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];

		for (uint32_t k = 0; k < standing->nheld; k++) {
			if (standing->held[k].object != lock)
				continue;
			*pc = standing->held[k].pc;
			return i;
		}
	}
	return WIRE_NOBODY;
}

/* Several hold what is locked for reading. */
static void lock_wait(struct explore_view *view, const struct op *op,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char name[EXPLORE_WORDS_SIZE], since[EXPLORE_WORDS_SIZE];
	const char *link = ", which";
	uint64_t pc = 0;
	unsigned who;

	text_append(words, size, "for %s",
		explore_object_name(view, op->object, name));
	for (who = holder_of(wire, op->object, 0, &pc); who != WIRE_NOBODY;
		who = holder_of(wire, op->object, who + 1, &pc)) {
		text_append(words, size, "%s %s has held since %s", link,
			explore_thread_name(who, name),
			explore_place_name(view, pc, since));
		link = " and";
	}
}

/* Where a thread had taken a lock that it held before an event; 0: nowhere. */
static uint64_t taken_at(
	const struct wire *wire, uint32_t event, unsigned thread, uint64_t lock)
{
	const struct lockset_lock *taken;
	struct lockset held;

	lockset_before(&held, wire, event, thread);
	taken = lockset_find(&held, lock);
	return taken ? wire->events[taken->event].op.pc : 0;
}

/* Who held it when it was asked for; whether anybody did. */
static bool add_holders(
	struct explore_view *view, const struct event *event, char *words)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], since[EXPLORE_WORDS_SIZE];
	const char *link = ", which";

	for (unsigned i = 0; i < wire->nthreads; i++) {
		uint64_t pc = taken_at(wire, (uint32_t)(event - wire->events),
			i, event->op.object);

		if (!pc)
			continue;
		text_append(words, EXPLORE_WORDS_SIZE,
			"%s %s has held since %s", link,
			explore_thread_name(i, who),
			explore_line_name(view, pc, since));
		link = " and";
	}
	return link[0] == ' ';
}

bool explore_waiting_words(struct explore_view *view, const struct event *event,
	const char *name, char *words)
{
	static const char *const verbs[OP_NKINDS] = {
		[OP_LOCK] = "waits for ",
		[OP_RDLOCK] = "waits to read under ",
		[OP_WRLOCK] = "waits to write under ",
	};
	const char *verb = verbs[event->op.kind];

	if (!explore_is_stuck(event))
		return false;
	if (event->op.kind == OP_PROCESS_END) {
		snprintf(words, EXPLORE_WORDS_SIZE,
			"waits for the others to end");
		return true;
	}
	if (!verb)
		return false;
	snprintf(words, EXPLORE_WORDS_SIZE, "%s%s%.80s",
		event->flags & EVENT_AGAIN ? "is back from the wait, " : "",
		verb, name);
	return add_holders(view, event, words);
}

/* Of one that is used as a lock; others have no owner. */
static void post_wait(struct explore_view *view, const struct op *op,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	const char *link = ";";
	struct claim claim;

	text_append(words, size, "for a post of %s",
		explore_object_name(view, op->object, name));
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (!explore_claim(wire, i, op->object, &claim))
			continue;
		text_append(words, size, "%s %s took one at step %u (%s)%s",
			link, explore_thread_name(i, name), claim.step,
			explore_place_name(view, claim.pc, place),
			wire->standing[i].state == STANDING_ENDED
				? " and has ended"
				: "");
		link = ",";
	}
}

static void wake_wait(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct op *op = &view->wire->standing[thread].pending;
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	char where[EXPLORE_WORDS_SIZE];
	const struct event *signal;
	enum explore_miss miss;
	uint32_t at, wait;

	text_append(words, size, "for a signal on %s",
		explore_object_name(view, op->object, name));
	miss = explore_missed_signal(view, thread, &at, &wait);
	if (miss == EXPLORE_NOT_MISSED)
		return;
	signal = &view->wire->events[at];
	text_append(words, size, "; %s %s at step %u (%s)",
		explore_thread_name(signal->thread, who),
		miss == EXPLORE_WOKE_IT        ? "woke it"
		: signal->op.kind == OP_SIGNAL ? "signalled"
					       : "broadcast",
		at + 1, explore_place_name(view, signal->op.pc, where));
	explore_thread_name(signal->other, who);
	if (miss == EXPLORE_UNHEARD)
		text_append(words, size, " when nobody was waiting");
	else if (miss == EXPLORE_WOKE_OTHER)
		text_append(words, size, " and woke %s", who);
	else
		text_append(words, size,
			miss == EXPLORE_MISSED
				? " before it waited (step %u)"
				: ", and it has waited again since step %u",
			wait + 1);
}

static bool wait_words(struct explore_view *view, unsigned thread,
	bool with_way, char *words, size_t size)
{
	const struct standing *standing = &view->wire->standing[thread];
	const struct op *op = &standing->pending;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (standing->state != STANDING_BLOCKED &&
		standing->state != STANDING_DRAINS)
		return false;
	words[0] = '\0';
	text_append(words, size, "%s waits at %s",
		explore_thread_name(thread, name),
		explore_place_name(view, op->pc, place));
	if (with_way)
		explore_add_way(view, op->pc, standing->way, words, size);
	text_append(words, size, " ");
	if (standing->state == STANDING_DRAINS) {
		text_append(words, size,
			"until its own stores have reached memory");
		return true;
	}
	switch (op->kind) {
	case OP_CALL:
		text_append(words, size, "in ");
		explore_shown_call(view, op, name, sizeof(name));
		text_append(words, size, "%s", name);
		if (explore_descriptor_words(view, op, name))
			text_append(words, size, ", %s", name);
		break;
	case OP_JOIN:
		text_append(words, size, "for %s to end",
			explore_thread_name((unsigned)op->object, name));
		break;
	case OP_PROCESS_END:
		text_append(words, size, "for the others to end");
		break;
	case OP_WAKE:
		wake_wait(view, thread, words, size);
		break;
	case OP_SEM_WAIT:
		post_wait(view, op, words, size);
		break;
	case OP_AWAIT:
		text_append(words, size, "for a change of %s",
			explore_object_name(view, op->object, name));
		if (op->second)
			text_append(words, size, " or of %s",
				explore_object_name(view, op->second, name));
		break;
	case OP_BARRIER_LEAVE:
		text_append(words, size, "for others to arrive at %s",
			explore_object_name(view, op->object, name));
		explore_arrived_words(view->wire, op->object, words, size);
		break;
	default:
		lock_wait(view, op, words, size);
	}
	return true;
}

bool explore_wait_words(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	return wait_words(view, thread, false, words, size);
}

bool explore_full_wait_words(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	return wait_words(view, thread, true, words, size);
}
