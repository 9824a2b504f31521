/*
 * team - start a number of threads on one function, wait for all of them
 *
 * All members pass a gate together once the last has been started, so that
 * they overlap from the first step and each knows the size of the team. The
 * team may be smaller than wanted when the system refuses more threads.
 *
 * Threads:  all calls from the thread that made the team.
 * Blocking: team_wait until the deadline, team_destroy until all have ended.
 * Memory:   team_start allocates, team_destroy joins and frees.
 */
#ifndef LIB_TEAM_H
#define LIB_TEAM_H

#include <stdbool.h>
#include <stdint.h>

struct team;

/* What a member runs; index is 0 … size - 1. */
typedef void (*team_fn)(void *arg, unsigned index, unsigned size);

/*
 * Start up to `wanted` threads, named name-0, name-1, … for debuggers and
 * the roster; of the name, 10 bytes count.
 * Returns 0; -EAGAIN when not one could be started; -ENOMEM.
 */
int team_start(unsigned wanted, const char *name, team_fn fn, void *arg,
	struct team **result);

/* Join all members and free the team. */
void team_destroy(struct team *team);

unsigned team_size(const struct team *team);

/* Returns true when all members have ended, false at the deadline. */
bool team_wait(struct team *team, uint64_t deadline_ns);

#endif
