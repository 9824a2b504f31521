/* How a thread came to unlock, or wait, with what it should not have. */
#include "cmd/explore_shared.h"
#include "cmd/explore_wait.h"

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
		"pthread_mutex_trylock has returned 0, or wait for it with "
		"pthread_mutex_lock",
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

/* What it tested before it fell asleep; false: nobody sleeps. */
static bool test_of_sleeper(const struct wire *wire, uint64_t *tested)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		uint32_t test;
		struct wait wait;

		if (wire->standing[i].pending.kind != OP_WAKE ||
			!explore_last_wait(wire, i, wire->nevents, &wait))
			continue;
		test = explore_test_before(wire, &wait);
		*tested = test > wait.lock ? wire->events[test].op.object : 0;
		return true;
	}
	return false;
}

static bool has_read(const struct wire *wire, unsigned thread, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.object == object &&
			explore_is_read(&wire->events[i]))
			return true;
	}
	return false;
}

/* Those who wait for the same need one lock. */
bool explore_mutexes_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size)
{
	uint64_t tested;

	if (misuse->kind != FOUND_MISUSE ||
		!strstr(misuse->text, "with another mutex") ||
		!test_of_sleeper(view->wire, &tested) ||
		has_read(view->wire, misuse->first.thread, tested))
		return false;
	text_append(words, size,
		"they wait for different things, each under a mutex of its "
		"own: have a condition variable for each mutex, too, and "
		"signal the one of those who wait for what has changed");
	return true;
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
