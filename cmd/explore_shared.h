/*
 * explore_shared - the words for what threads share, and use in a wrong order
 *
 * Threads:  the main one.
 * Blocking: never; explore_line, which some call, reads source files.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_SHARED_H
#define CMD_EXPLORE_SHARED_H

#include "cmd/explore.h"

/* A race with a look without the lock, and then another under it. */
bool explore_twice_words(struct explore_view *view, const struct party *bare,
	const struct party *locked, char *words, size_t size);
bool explore_looks_twice(struct explore_view *view, const struct finding *race);

/* ", locked before that instead of at x.c:5", where that is the next line. */
void explore_add_nearer(struct explore_view *view, const struct party *bare,
	uint64_t lock, char *words, size_t size);

/* Of what is shared, and not under one lock all the time. */
bool explore_race_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/* Both hold one lock, which one of them, who writes, took as a reader. */
bool explore_writes_as_reader(const struct finding *race);
bool explore_atomicity_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* A race, or such a pair: what else went wrong may be the consequence. */
bool explore_has_cause(const struct wire *wire);

/*
 * Of a pair that somebody came between: its words, whether the two are in one
 * line, whether that has an operator such as ++, which an atomic has, too,
 * whether what is written comes of what was read, and of no test, and whether
 * it is only read, twice.
 */
const char *explore_pair_words(struct explore_view *view,
	const struct finding *pair, char *words, size_t size);
bool explore_is_one_line(struct explore_view *view, const struct finding *pair);
bool explore_is_operator(struct explore_view *view, const struct finding *pair);
bool explore_is_update(struct explore_view *view, const struct finding *pair);
bool explore_is_read_again(
	struct explore_view *view, const struct finding *pair);

/* The failure itself, or what it comes from: what is to be mended. */
const struct finding *explore_cause(
	struct explore_view *view, const struct finding *failure);

/* It has a wrong value, whatever the order of steps. */
bool explore_fails_always(
	const struct explore_view *view, const struct finding *finding);

/*
 * It was read before another had written it, which no execution that ends well
 * does: of the failure, and of races on the same. The lesson, where it is so.
 */
bool explore_early_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);
const char *explore_early_lesson(struct explore_view *view);

/* Who reads so early has started the writers, and never joins them. */
bool explore_unjoined_words(struct explore_view *view,
	const struct early *early, char *words, size_t size);

/*
 * Of a failure: somebody left before it had done its work. The lesson, where
 * that is so, and threads wake each other; else NULL.
 */
bool explore_left_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);
const char *explore_left_lesson(
	struct explore_view *view, const struct finding *finding);

/* Of two that test what the other sets before they set their own. */
bool explore_entry_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* Of an assertion about atomics, read one by one while they changed. */
bool explore_mixed_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/*
 * A race of one that reads what another is to make, and does not wait for it:
 * neither holds a lock, and a lock would not help.
 */
bool explore_unordered_advice(struct explore_view *view,
	const struct finding *race, char *words, size_t size);

/* It ran out of time in its last wait before event `end`, and goes on. */
bool explore_late_words(struct explore_view *view, unsigned thread,
	uint32_t end, char *words, size_t size);

/* A race of one that has not called pthread_once, which makes it. */
bool explore_once_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/* Of a failure with that, which another is about to make there. */
bool explore_unmade_advice(struct explore_view *view,
	const struct finding *failure, uint64_t object, char *words,
	size_t size);

/* The same, of a pointer that is NULL yet. */
bool explore_is_unmade(
	struct explore_view *view, const struct finding *failure);

/*
 * Of a deadlock: an update of it is lost, and one that has tested it sleeps;
 * of what that thread has tested; whether it is something that is raced on.
 */
bool explore_lost_advice(
	struct explore_view *view, uint64_t object, char *words, size_t size);
bool explore_lost_to_sleeper(
	struct explore_view *view, unsigned thread, char *words, size_t size);
bool explore_loses_what_is_awaited(struct explore_view *view);

/* An update of it is lost, and would be, too, if it were atomic. */
bool explore_takes_two_steps(struct explore_view *view, uint64_t object);

/* Both came through a barrier that is for fewer than come to it. */
bool explore_barrier_words(struct explore_view *view, unsigned reader,
	uint32_t step, unsigned writer, char *words, size_t size);

/*
 * A race on what each thread needs for itself: what the C library keeps, or
 * all write before they read it.
 */
bool explore_own_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/*
 * Its address was given to others: a local variable, or what is filled in anew
 * for each thread that is started.
 */
bool explore_local_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/*
 * Of two that come to one barrier: one reads what the other writes in the same
 * round, when it has done its own part of it.
 */
bool explore_round_advice(struct explore_view *view, const struct party *a,
	const struct party *b, char *words, size_t size);

/* The same of a failure that came of that, under locks. */
bool explore_next_round_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* Where the thread waits between the two, and can hold no lock; or 0. */
uint64_t explore_wait_between(const struct wire *wire,
	const struct party *first, const struct party *last);
void explore_waits_between_words(struct explore_view *view,
	const struct finding *pair, uint64_t wait, char *words, size_t size);

/*
 * "at x.c:5, at x.c:9 and from x.c:12 to x.c:13": where it races. True where
 * there is such a stretch: what is in it may belong together.
 */
bool explore_add_sites(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/* Of a race where neither side holds a lock, and one would do. */
void explore_lock_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size);

/* Of who tried to lock that mutex, did not get it, and goes on; or unlocks. */
bool explore_refused_advice(struct explore_view *view, unsigned thread,
	uint64_t lock, char *words, size_t size);
bool explore_unlock_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size);

/* Of who locks what it has locked before, elsewhere. */
bool explore_locked_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size);

/* Of who waits on a condition that others wait on with another mutex. */
bool explore_mutexes_advice(struct explore_view *view,
	const struct finding *misuse, char *words, size_t size);

/* The lesson of a deadlock: a thread is joined that needs the joiner's lock. */
const char *explore_join_advice(
	struct explore_view *view, char *words, size_t size);

/* One has joined the other when event `end` comes. */
bool explore_has_joined(const struct wire *wire, uint32_t end, unsigned joiner,
	unsigned thread);

/* Who has started the thread, at *pc; or WIRE_NOBODY. */
unsigned explore_creator_of(
	const struct wire *wire, unsigned thread, uint64_t *pc);

#endif
