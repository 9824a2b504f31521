/*
 * deadlock - locks that may be taken into a deadlock, which is then dissolved
 *
 * A deadlock of real locks lasts as long as the program. Here one is wanted:
 * it is made, found in the wait-for graph of lib/roster.h, told of, and then
 * ended, so that the threads in it can be joined. These locks note their
 * owners and those that wait as the locks of lib/sync.h do.
 *
 * Threads:  deadlock_take and _give: any that is in the roster; the rest by
 *           who made the ground.
 * Blocking: deadlock_take until the lock is free or the ground dissolved,
 *           deadlock_await until so many wait.
 * Memory:   the caller's; a lock is unnamed before it goes.
 */
#ifndef CMD_DEADLOCK_H
#define CMD_DEADLOCK_H

#include "cmd/report.h"
#include "lib/roster.h"
#include "lib/sync.h"

#include <stdbool.h>

/* What all locks of a demonstration share. */
struct deadlock_ground {
	struct mutex lock;
	/* guarded by lock, with the owners of all locks */
	struct cond changed;
	unsigned nwaiting;
	bool dissolved;
};

struct deadlock_lock {
	const char *kind; /* "fork", "lock" */
	_Atomic pid_t owner; /* 0: nobody */
	struct roster_thing thing;
};

void deadlock_ground_init(struct deadlock_ground *ground);
void deadlock_ground_fini(struct deadlock_ground *ground);

/* kind is a constant. */
void deadlock_lock_init(
	struct deadlock_lock *lock, const char *kind, const char *name);
void deadlock_lock_fini(struct deadlock_lock *lock);

/* Returns 0; 1: it had to wait; -EDEADLK: dissolved, and not taken. */
int deadlock_take(struct deadlock_ground *ground, struct deadlock_lock *lock);
void deadlock_give(struct deadlock_ground *ground, struct deadlock_lock *lock);

/* Wait until so many threads wait for locks. */
void deadlock_await(struct deadlock_ground *ground, unsigned nwaiting);

/* All who wait, and all who would, return -EDEADLK. */
void deadlock_dissolve(struct deadlock_ground *ground);

/*
 * Look for a cycle in the wait-for graph and tell who holds and wants what.
 * Returns how many threads are in it, 0 for none, or -ENOMEM.
 */
int deadlock_report(struct report *report);

#endif
