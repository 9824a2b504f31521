/*
 * gil - a global interpreter lock, simulated
 *
 * The lock that lets one thread of a Python process run at a time, with the
 * hand-over rule of CPython since 3.2 (Antoine Pitrou's "new GIL"): who has
 * waited for one interval asks the holder to let go; the holder sees that at
 * its next check, lets go, and does not take the lock again before another
 * thread has had it. Blocking calls are made without it.
 *
 * Threads:  any number of takers; a thread that holds it must not take it.
 * Blocking: gil_take, gil_check, and gil_release when asked to hand over.
 * Memory:   the caller's struct, from gil_init to gil_fini.
 */
#ifndef LIB_GIL_H
#define LIB_GIL_H

#include "lib/sync.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	GIL_INTERVAL_NS = 5 * 1000 * 1000 /* sys.getswitchinterval() */
};

struct gil {
	atomic_bool drop_request; /* read at every check, without the lock */
	_Atomic pid_t owner; /* for the table of tasks; 0: nobody */

	struct mutex lock; /* guards what follows */
	struct cond released;
	struct cond switched;
	bool held;
	unsigned last_holder;
	uint64_t nswitches; /* times that another thread than before took it */
};

void gil_init(struct gil *gil);
void gil_fini(struct gil *gil);

/* `me` tells the threads apart: a number greater than 0. */
void gil_take(struct gil *gil, unsigned me);
void gil_release(struct gil *gil, unsigned me);

/* Between two steps of the interpreter: hand over if somebody has asked. */
void gil_check(struct gil *gil, unsigned me);

/* How often the lock passed from one thread to another. */
uint64_t gil_handovers(struct gil *gil);

#endif
