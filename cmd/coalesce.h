/*
 * coalesce - changes to a store, and how often they are sent on
 *
 * Threads:  the main one; it starts others and joins them.
 * Blocking: until they have ended.
 * Memory:   none is left.
 */
#ifndef CMD_COALESCE_H
#define CMD_COALESCE_H

#include "lib/coalesce.h"

#include <stdint.h>

enum {
	COALESCE_MOST_UPDATERS = 64
};

struct coalesce_plan {
	enum coalesce_policy policy;
	unsigned nupdaters;
	uint64_t nupdates; /* for each */
	uint64_t poll_cost_ns;
};

struct coalesce_result {
	uint64_t nupdates, npolls, napplied;
	uint64_t wall_ns;
	unsigned nrefused; /* updaters that the system would not start */
	int64_t read_before, read_after; /* of what a poll made visible */
};

/* All return 0, -EAGAIN when the system refuses threads, or -ENOMEM. */

/* Threads that change the store as fast as they can. */
int coalesce_crowd(
	const struct coalesce_plan *plan, struct coalesce_result *result);

/* One change while the other is being sent on, which it is made to be. */
int coalesce_stranded(
	const struct coalesce_plan *plan, struct coalesce_result *result);

/* A read before the poll, and one after it; no policy asks for one. */
int coalesce_read(
	const struct coalesce_plan *plan, struct coalesce_result *result);

#endif
