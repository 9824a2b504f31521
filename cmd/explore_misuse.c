/* How a thread came to unlock, or wait, with what it should not have. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

#include <string.h>

/* Its last try for that lock failed, and it has not got it since; or 0. */
static uint32_t refused_step(
	const struct wire *wire, unsigned thread, uint64_t lock)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == lock)
			return event->op.kind == OP_TRYLOCK && event->result
				       ? i + 1
				       : 0;
	}
	return 0;
}

bool explore_refused_advice(struct explore_view *view, unsigned thread,
	uint64_t lock, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t step = refused_step(view->wire, thread, lock);

	if (!step)
		return false;
	text_append(words, size,
		"%s did not get %s at step %u, and goes on all the same: use "
		"what it protects, and unlock it, only where "
		"pthread_mutex_trylock has returned 0",
		explore_thread_name(thread, who),
		explore_object_name(view, lock, name), step);
	return true;
}

bool explore_unlock_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size)
{
	return misuse->kind == FOUND_MISUSE &&
	       !strncmp(misuse->text, "unlocks a mutex that", 20) &&
	       explore_refused_advice(view, misuse->first.thread,
		       misuse->first.object, words, size);
}

/* The one of its locks that the thread waits for; or NULL. */
static const struct held_lock *wanted_of(
	const struct standing *holder, const struct standing *waiter)
{
	for (uint32_t i = 0; i < holder->nheld; i++) {
		if (waiter->state == STANDING_BLOCKED &&
			waiter->pending.object == holder->held[i].object)
			return &holder->held[i];
	}
	return NULL;
}

static void join_words(struct explore_view *view, unsigned joiner,
	unsigned thread, const struct held_lock *lock, char *words, size_t size)
{
	const struct standing *standing = view->wire->standing;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE], joined[EXPLORE_WORDS_SIZE];

	explore_object_name(view, lock->object, name);
	explore_thread_name(thread, joined);
	text_append(words, size,
		"%s holds %s while it waits for %s to end "
		"(%s), ",
		explore_thread_name(joiner, who), name, joined,
		explore_place_name(view, standing[joiner].pending.pc, place));
	text_append(words, size,
		"and %s needs %s for that (%s): unlock %s before the join",
		joined, name,
		explore_place_name(view, standing[thread].pending.pc, place),
		name);
}

const char *explore_join_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *joiner = &wire->standing[i];
		uint64_t thread = joiner->pending.object;
		const struct held_lock *lock;

		if (joiner->state != STANDING_BLOCKED ||
			joiner->pending.kind != OP_JOIN ||
			thread >= wire->nthreads)
			continue;
		lock = wanted_of(joiner, &wire->standing[thread]);
		if (!lock)
			continue;
		join_words(view, i, (unsigned)thread, lock, words, size);
		return "08-deadlock";
	}
	return NULL;
}
