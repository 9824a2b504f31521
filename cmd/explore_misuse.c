/* How a thread came to unlock, or wait, with what it should not have. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"
#include "lib/explore/ways.h"

#include <string.h>

enum {
	MOST_FUNCTIONS = 64,
};

/* Its last try for that lock failed, and it has not got it since; or 0. */
static uint32_t refused_step(
	const struct wire *wire, unsigned thread, uint64_t lock)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == lock &&
			event->op.kind != OP_RWUNLOCK)
			return event->op.kind == OP_TRYLOCK && event->result
				       ? i + 1
				       : 0;
	}
	return 0;
}

struct trial {
	const char *name, *waits;
};

/* The call in that line. */
static const struct trial *try_of(struct explore_view *view, uint64_t pc)
{
	static const struct trial tries[] = {
		{"pthread_spin_trylock", "pthread_spin_lock"},
		{"pthread_rwlock_trywrlock", "pthread_rwlock_wrlock"},
		{"pthread_rwlock_tryrdlock", "pthread_rwlock_rdlock"},
		{"pthread_mutex_trylock", "pthread_mutex_lock"},
	};
	const char *line = explore_line_at(view, pc);
	size_t i = 0, last = sizeof(tries) / sizeof(tries[0]) - 1;

	while (i < last && !strstr(line, tries[i].name))
		i++;
	return &tries[i];
}

bool explore_refused_advice(struct explore_view *view, unsigned thread,
	uint64_t lock, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t step = refused_step(view->wire, thread, lock);
	const struct trial *call;

	if (!step)
		return false;
	call = try_of(view, view->wire->events[step - 1].op.pc);
	text_append(words, size,
		"%s did not get %s at step %u, and goes on all the same: use "
		"what it protects, and unlock it, only where %s has returned "
		"0, or wait for it with %s",
		explore_thread_name(thread, who),
		explore_object_name(view, lock, name), step, call->name,
		call->waits);
	return true;
}

/* What it did to that lock last was to unlock it: that step; or 0. */
static uint32_t unlocked_step(
	const struct wire *wire, unsigned thread, uint64_t lock)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == lock)
			return event->op.kind == OP_UNLOCK ||
					       event->op.kind == OP_RWUNLOCK
				       ? i + 1
				       : 0;
	}
	return 0;
}

/* A race, rather than the program, has decided that it comes there again. */
static bool is_led_by_race(
	struct explore_view *view, unsigned thread, uint32_t from)
{
	const struct wire *wire = view->wire;

	for (uint32_t i = from; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && explore_is_read(event) &&
			explore_race_on(wire, event->op.object) &&
			explore_decides(explore_line_at(view, event->op.pc)))
			return true;
	}
	return false;
}

static bool unlocked_advice(struct explore_view *view,
	const struct party *party, char *words, size_t size)
{
	uint32_t step = unlocked_step(view->wire, party->thread, party->object);
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE], here[EXPLORE_WORDS_SIZE];

	if (!step || is_led_by_race(view, party->thread, step))
		return false;
	explore_place_name(view, view->wire->events[step - 1].op.pc, place);
	text_append(words, size, "%s has unlocked %s at %s already (step %u), ",
		explore_thread_name(party->thread, who),
		explore_object_name(view, party->object, name), place, step);
	explore_place_name(view, party->pc, here);
	if (strcmp(here, place))
		text_append(words, size,
			"and has not locked it since: on that way, unlock it "
			"in one of the two places only, or lock it in between");
	else
		text_append(words, size,
			"and comes there again without having locked it: lock "
			"it on every way there");
	return true;
}

bool explore_unlock_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size)
{
	const struct party *party = &misuse->first;

	return misuse->kind == FOUND_MISUSE &&
	       (!strncmp(misuse->text, "unlocks a mutex that", 20) ||
		       !strncmp(misuse->text, "unlocks a rwlock", 16)) &&
	       (explore_refused_advice(
			view, party->thread, party->object, words, size) ||
		       unlocked_advice(view, party, words, size));
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

/* What it has locked already; NULL: that is not known. */
static const struct held_lock *locked_before(const struct standing *standing)
{
	for (uint32_t i = 0; i < standing->nheld; i++) {
		if (standing->nheld == 1 ||
			standing->held[i].object == standing->pending.object)
			return &standing->held[i];
	}
	return NULL;
}

/* The functions that it was in when it took that lock, from there out. */
static size_t way_to_lock(struct explore_view *view, unsigned thread,
	const struct held_lock *held, struct place *functions)
{
	const struct wire *wire = view->wire;

	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.pc == held->pc)
			return ways_to(wire, view->symbols, event->op.pc,
				event->way, functions, MOST_FUNCTIONS);
	}
	return 0;
}

static bool is_among(
	const struct place *functions, size_t n, const char *function)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(functions[i].function, function))
			return true;
	}
	return false;
}

/* Of the whole ways to either place: from what the thread began with. */
static bool are_whole(const struct place *inner, size_t ninner,
	const struct place *outer, size_t nouter)
{
	return ninner && nouter && ninner < MOST_FUNCTIONS &&
	       nouter < MOST_FUNCTIONS &&
	       !strcmp(inner[ninner - 1].function, outer[nouter - 1].function);
}

static void again_words(const struct explore_view *view,
	const struct place *inner, size_t ninner, const struct place *outer,
	const char *name, char *words, size_t size)
{
	char here[EXPLORE_WORDS_SIZE], since[EXPLORE_WORDS_SIZE];

	explore_place_words(view, inner, here);
	explore_place_words(view, outer, since);
	if (!strcmp(inner->function, outer->function))
		text_append(words, size,
			"%s is locked since %s: unlock it before it is locked "
			"again at %s, or do not lock it there",
			name, since, here);
	else if (is_among(inner + 1, ninner - 1, outer->function))
		text_append(words, size,
			"%s() is called with %s locked (%s): do not lock it "
			"again at %s, nor unlock it after that; a caller that "
			"has not locked %s has to do so, then",
			explore_function_name(inner->function), name, since,
			here, name);
	else
		text_append(words, size,
			"%s() has returned with %s locked (%s): unlock it on "
			"every way out",
			explore_function_name(outer->function), name, since);
}

bool explore_locked_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size)
{
	const struct party *party = &misuse->first;
	const struct held_lock *held = locked_before(
		&view->wire->standing[party->thread]);
	struct place inner[MOST_FUNCTIONS], outer[MOST_FUNCTIONS];
	char name[EXPLORE_WORDS_SIZE];
	size_t ninner, nouter;

	if (!held)
		return false;
	ninner = ways_to(view->wire, view->symbols, party->pc, party->way,
		inner, MOST_FUNCTIONS);
	nouter = way_to_lock(view, party->thread, held, outer);
	if (!are_whole(inner, ninner, outer, nouter))
		return false;
	again_words(view, inner, ninner, outer,
		explore_object_name(view, held->object, name), words, size);
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
