/*
 * remutex - a mutex that its owner may lock again
 *
 * struct mutex calls that an error, and mostly it is one: a function that
 * needs the lock cannot tell whether what it guards is in order, if its caller
 * may be in the middle of changing it. Where callbacks come back into locked
 * code there may be no other way. As many unlocks as locks set it free.
 *
 * Do not wait on a condition with it: that lets go once, not of all.
 *
 * Threads:  any of one process, but for remutex_fini.
 * Blocking: remutex_lock, as mutex_lock_until.
 * Memory:   the caller's; zeroed memory is a lock that is free.
 */
#ifndef LIB_REMUTEX_H
#define LIB_REMUTEX_H

#include "lib/sync.h"

struct remutex {
	struct mutex mutex;
	unsigned depth; /* guarded by mutex */
};

/* Returns 0; -EAGAIN (deadline 0, another has it), -ETIMEDOUT. */
int remutex_lock(struct remutex *remutex, uint64_t deadline_ns);

/* Returns 0; -EPERM: the caller does not hold it. */
int remutex_unlock(struct remutex *remutex);

/* How often the caller has locked it. */
unsigned remutex_depth(const struct remutex *remutex);

void remutex_fini(struct remutex *remutex);

#endif
