/*
 * once - do something the first time, however many threads come at once
 *
 * Who comes while it is being done waits until it has been done. A function
 * that fails has done nothing: the caller is told, and the next one to come
 * tries again. Zeroed memory is a once that has not been done.
 *
 * Threads:  any of one process, but for once_fini.
 * Blocking: until the function has returned, if another thread runs it.
 * Memory:   the caller's.
 */
#ifndef LIB_ONCE_H
#define LIB_ONCE_H

#include "lib/sync.h"

struct once {
	atomic_bool done;
	struct mutex running;
};

/*
 * Returns 0 when it has been done, by whomever; what fn returned, if this
 * caller ran it and that was not 0; -EDEADLK: fn calls itself through here.
 */
int once_run(struct once *once, int (*fn)(void *arg), void *arg);

void once_fini(struct once *once);

#endif
