/*
 * explore_trace - the steps of a traced execution: their marks, who held what
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_TRACE_H
#define CMD_EXPLORE_TRACE_H

#include "cmd/explore.h"

/* Locks that a thread held just before an event of the traced execution. */
uint32_t explore_held(const struct wire *wire, uint32_t event, unsigned thread,
	uint64_t *locks, uint32_t most);

/*
 * The steps so far, from one on, a column for each thread. False: so many
 * columns do not fit, and nothing is printed.
 */
bool explore_print_columns(
	struct explore_view *view, uint32_t first, unsigned width);

/* Events that open a stretch without which the failure does not come. */
bool explore_is_switch(const struct wire *wire, uint32_t event);
bool explore_fails_by_switch(const struct wire *wire); /* with no step more */

/* The first event of the step after which every way fails. */
bool explore_is_lost(const struct explore_view *view, uint32_t event);

/* That step is among those of the execution. */
bool explore_has_lost(const struct explore_view *view);

/* A finding before that one says the same of another thread. */
bool explore_is_told(const struct wire *wire, uint32_t finding);

/* The last event of a thread that waits for ever; is there any? */
bool explore_is_stuck(const struct event *event);
bool explore_has_stuck(const struct wire *wire);

/*
 * No thread can go on, but who waits on a condition could wake up though nobody
 * signals.
 */
bool explore_only_early(const struct explore_view *view);

/* It is the last of those that the barrier is for. */
bool explore_opens_barrier(const struct event *arrival);

/* ">" for the first of these, "!", "x"; all that it is, or "". */
const char *explore_marks(const struct explore_view *view, uint32_t event);

/* Both are at one line, as far as that is known. */
bool explore_is_same_line(struct explore_view *view, uint64_t a, uint64_t b);

#endif
