/*
 * parallel - a loop whose turns are run by the threads of a pool
 *
 * All n bodies are run, also when some fail; afterwards one of the failures,
 * the last to be noted, is the caller's. In which order and on which threads
 * they run is open: threads take the next few numbers as they are free, fewer
 * than a thirtieth of their share at a time, so that all end together.
 *
 * Where nothing can be had of the pool (no thread can be made, it has been
 * shut down, no memory), the caller runs the loop itself. Otherwise it only
 * waits, unless it is a thread of that pool: then it takes part, so that
 * loops may be nested. A body that waits in a circle with its own loop aborts
 * the program.
 *
 * Threads:  any; fn is called from several at once.
 * Blocking: until all n bodies have ended.
 * Memory:   a pointer for each thread of the pool while it runs.
 */
#ifndef LIB_PARALLEL_H
#define LIB_PARALLEL_H

#include <stdint.h>

#include "lib/failure.h"

struct pool;

/* i is 0 … n - 1. Returns 0, or fails as a future_fn does. */
typedef int (*parallel_fn)(void *arg, uint64_t i, struct failure *failure);

/*
 * Returns how many bodies failed (INT_MAX: that many or more), and if any,
 * *failure, unless NULL.
 */
int parallel_for(struct pool *pool, uint64_t n, parallel_fn fn, void *arg,
	struct failure *failure);

#endif
