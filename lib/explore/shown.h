/*
 * shown - which accesses are shown of an execution
 *
 * An access that concerns one thread alone is not shown, unless it is at a
 * line whose accesses concern others in some execution that was looked at
 * before: who comes too early reads what nobody else has touched as yet.
 *
 * In an execution that goes on, that may change with each step that is added:
 * then an access would get a number among those that somebody has seen. Where
 * shown_hold was called, what was decided of a step stays as long as the
 * execution begins the same.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   shown_open allocates, shown_close frees.
 */
#ifndef LIB_EXPLORE_SHOWN_H
#define LIB_EXPLORE_SHOWN_H

#include "lib/explore/wire.h"

struct shown;

/* Returns 0 or -ENOMEM. */
int shown_open(struct shown **result);
void shown_close(struct shown *shown);

/* From now on, what is decided of a step stays. */
void shown_hold(struct shown *shown);

/* The accesses of a trace, as inspect_trace leaves it, are at such lines. */
void shown_learn(struct shown *shown, const struct wire *wire);

/*
 * Whether to keep each event of a trace as it was recorded: keep says so of
 * the trace by itself.
 */
void shown_decide(struct shown *shown, const struct wire *wire, bool *keep);

#endif
