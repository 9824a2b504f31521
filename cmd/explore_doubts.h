/*
 * explore_doubts - why what was not found may be there all the same
 *
 * Threads:  the main one.
 * Blocking: as what is called.
 * Memory:   the caller's; words live until the function returns.
 */
#ifndef CMD_EXPLORE_DOUBTS_H
#define CMD_EXPLORE_DOUBTS_H

#include "cmd/explore.h"

typedef void (*explore_doubt_fn)(void *context, const char *words);

/* Each reason in words; none is left where the answer is a proof. */
void explore_each_doubt(
	struct explore_view *view, explore_doubt_fn tell, void *context);

/* What the search counts that has a bound: preemptions, or delays. */
const char *explore_bounded(const struct portfolio_options *todo);

#endif
