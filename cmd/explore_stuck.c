/* Why nobody gets on: everybody waits, or goes round. */
#include "cmd/explore_wait.h"

#include "cmd/explore_shared.h"
#include "cmd/text.h"

#include <string.h>

static bool is_asked_for(const struct wire *wire, uint64_t lock)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wire->standing[i].state == STANDING_BLOCKED &&
			wire->standing[i].pending.object == lock)
			return true;
	}
	return false;
}

/* Where it was, of one that was cancelled; 0: it was not. */
static uint64_t cancelled_at(const struct wire *wire, unsigned thread)
{
	bool cancelled = false;

	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread)
			continue;
		if (cancelled && event->op.pc)
			return event->op.pc;
		cancelled |= event->op.kind == OP_END && event->result;
	}
	return 0;
}

static void left_words(struct explore_view *view, unsigned thread,
	const struct held_lock *held, char *words, size_t size)
{
	uint64_t at = cancelled_at(view->wire, thread);
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	explore_thread_name(thread, who);
	explore_object_name(view, held->object, name);
	if (at)
		text_append(words, size,
			"%s is cancelled at %s while it holds %s: let it not "
			"be cancelled while it does (pthread_setcancelstate), "
			"or unlock it in what pthread_cleanup_push is given",
			who, explore_place_name(view, at, place), name);
	else
		text_append(words, size,
			"%s has ended, and never unlocked %s: unlock on every "
			"way out after %s",
			who, name, explore_place_name(view, held->pc, place));
}

/* Who has ended will not give it back. */
static const char *left_locked_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];
		const struct held_lock *held = standing->held;

		if (standing->state != STANDING_ENDED || !standing->nheld ||
			!is_asked_for(wire, held->object))
			continue;
		left_words(view, i, held, words, size);
		return "08-deadlock";
	}
	return NULL;
}

static bool holds(const struct standing *standing, uint64_t lock, uint64_t *pc)
{
	for (uint32_t i = 0; i < standing->nheld; i++) {
		*pc = standing->held[i].pc;
		if (standing->held[i].object == lock)
			return true;
	}
	return false;
}

/* Who reads under a lock that it asks for to write waits for itself. */
static const char *upgrade_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char since[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];
		const struct op *op = &standing->pending;
		uint64_t pc;

		if (standing->state != STANDING_BLOCKED ||
			op->kind != OP_WRLOCK ||
			!holds(standing, op->object, &pc))
			continue;
		text_append(words, size, "%s holds %s to read since %s, ",
			explore_thread_name(i, who),
			explore_object_name(view, op->object, name),
			explore_place_name(view, pc, since));
		text_append(words, size,
			"and asks for it to write at %s: unlock it first, then "
			"lock it to write, and test again what was read",
			explore_place_name(view, op->pc, place));
		return "13-readers-writer";
	}
	return NULL;
}

/* Where a trylock of that thread found the lock taken; 0: nowhere. */
static uint64_t refused_at(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.kind == OP_TRYLOCK &&
			event->result)
			return event->op.pc;
	}
	return 0;
}

bool explore_again_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size)
{
	unsigned thread = misuse->first.thread;
	const struct standing *standing = &view->wire->standing[thread];
	uint64_t refused = refused_at(view->wire, thread);
	char here[EXPLORE_WORDS_SIZE], since[EXPLORE_WORDS_SIZE];
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];

	explore_place_name(view, misuse->first.pc, here);
	for (uint32_t i = 0; i < standing->nheld; i++) {
		if (strcmp(here, explore_place_name(
					 view, standing->held[i].pc, since)))
			continue;
		text_append(words, size,
			"%s has locked %s at %s, and comes there again: unlock "
			"it on every way back",
			explore_thread_name(thread, who),
			explore_object_name(
				view, standing->held[i].object, name),
			here);
		if (refused)
			text_append(words, size,
				", also where the trylock at %s fails",
				explore_place_name(view, refused, name));
		return true;
	}
	return false;
}

typedef const char *(*reason_fn)(
	struct explore_view *view, char *words, size_t size);

/* What explains a deadlock by itself, and then what may have a cause. */
static const reason_fn sure[] = {
	left_locked_advice,
	explore_join_advice,
	upgrade_advice,
	explore_kept_advice,
	explore_cycle_advice,
	explore_left_permit_advice,
	explore_may_be_kept_advice,
	explore_wakeup_advice,
	NULL,
};

static const reason_fn unsure[] = {
	explore_over_advice,
	explore_meant_advice,
	explore_nobody_left_advice,
	explore_starved_advice,
	explore_barrier_advice,
	NULL,
};

static const char *first_of(const reason_fn *reasons, struct explore_view *view,
	char *words, size_t size)
{
	const char *lesson = NULL;

	for (; *reasons && !lesson; reasons++)
		lesson = (*reasons)(view, words, size);
	return lesson;
}

static const char *deadlock_advice(
	struct explore_view *view, char *words, size_t size)
{
	const char *lesson = first_of(sure, view, words, size);

	return lesson ? lesson : first_of(unsure, view, words, size);
}

bool explore_explains_itself(
	struct explore_view *view, const struct finding *failure)
{
	char words[EXPLORE_WORDS_SIZE] = "";

	return explore_unlock_advice(view, failure, words, sizeof(words)) ||
	       (failure->kind == FOUND_DEADLOCK &&
		       !view->result->schedule.processes &&
		       !explore_loses_what_is_awaited(view) &&
		       first_of(sure, view, words, sizeof(words)));
}

const char *explore_stuck_lesson(
	struct explore_view *view, const struct finding *finding)
{
	char words[EXPLORE_WORDS_SIZE] = "";
	const char *lesson;

	if (finding->kind == FOUND_LIVELOCK)
		return explore_livelock_lesson(view->wire);
	lesson = deadlock_advice(view, words, sizeof(words));
	return lesson ? lesson : "08-deadlock";
}

bool explore_stuck_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	return finding->kind == FOUND_DEADLOCK
		       ? deadlock_advice(view, words, size) != NULL
		       : explore_livelock_advice(view, words, size);
}
