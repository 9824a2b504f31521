/*
 * inspect - make what was traced fit to be looked at
 *
 * A trace has every access to memory that could be shared, most of which
 * concern one thread alone.
 *
 * Threads:  any, each with its own wire.
 * Blocking: never.
 * Memory:   allocates while it works.
 */
#ifndef LIB_EXPLORE_INSPECT_H
#define LIB_EXPLORE_INSPECT_H

#include "lib/explore/shown.h"
#include "lib/explore/wire.h"

/*
 * Drop the quiet accesses to what only one thread touches, or nobody writes;
 * say in `standing` who sleeps on a condition without having read anything.
 * Returns 0, or -ENOMEM with the trace as it was.
 */
int inspect_trace(struct wire *wire);

/* The same of an execution that goes on from time to time. */
int inspect_growing(struct wire *wire, struct shown *shown);

#endif
