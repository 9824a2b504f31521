/*
 * explore_lifetime - memory that is used after its end, or beyond it
 *
 * Threads:  the main one.
 * Blocking: reads source files.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_LIFETIME_H
#define CMD_EXPLORE_LIFETIME_H

#include "cmd/explore.h"

/* What mends it; false of all else. */
bool explore_lifetime_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);
const char *explore_lifetime_lesson(
	struct explore_view *view, const struct finding *finding);

/* Where that thread is detached, or started so, in any execution; or NULL. */
const struct wire_release *explore_detached(
	const struct wire *wire, unsigned thread);

/* Of one thread that frees what another still uses, and could have known. */
bool explore_last_use_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* Of one that was given to both, and that each of them frees. */
bool explore_given_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* It was given no pointer to it, but came upon it. */
bool explore_finds_block(
	const struct wire *wire, unsigned thread, uint64_t block);

/* Its advice is about the count, the lock or the giving that went wrong. */
bool explore_lifetime_is_certain(
	struct explore_view *view, const struct finding *finding);

/* "uses pr of start(), which returned at step 9"; false: nothing is known. */
bool explore_gone_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size);

/* Of the event that it did. */
void explore_return_words(
	struct explore_view *view, const struct event *event, char *words);

#endif
