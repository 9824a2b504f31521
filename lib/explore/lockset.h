/*
 * lockset - the locks that a thread of a traced execution holds
 *
 * Threads:  any, each with its own.
 * Blocking: never.
 * Memory:   the caller's; all zero is the empty set.
 */
#ifndef LIB_EXPLORE_LOCKSET_H
#define LIB_EXPLORE_LOCKSET_H

#include "lib/explore/wire.h"

struct lockset_lock {
	uint64_t object;
	uint32_t event; /* that took it */
	bool shared; /* for reading */
};

struct lockset {
	uint32_t n;
	struct lockset_lock locks[WIRE_MAX_HELD];
};

/* What event i of its thread changes; other kinds of events change nothing. */
void lockset_follow(
	struct lockset *set, const struct wire *wire, uint32_t event);

/* The locks that the thread holds just before the event. */
void lockset_before(struct lockset *set, const struct wire *wire,
	uint32_t event, unsigned thread);

const struct lockset_lock *lockset_find(
	const struct lockset *set, uint64_t object);

/* Whether one lock is in both. */
bool lockset_meet(const struct lockset *a, const struct lockset *b);

#endif
