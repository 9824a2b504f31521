/*
 * portal_provider - one loop in a thread for all who want one just now
 *
 * Libraries that need a loop for a while should not start one each. Whoever
 * enters gets the portal of a loop in a thread of its own (portal_thread.h):
 * the first to enter starts it, the others share it, and the last to leave
 * drains its portal and ends it. Who enters after that, even while it drains,
 * starts another.
 *
 * Threads:  any but those that it starts.
 * Blocking: portal_provider_enter, while a loop is being started;
 *           portal_provider_leave, of the last, until all that the portal had
 *           accepted is over.
 * Memory:   the caller's; zeroed memory is ready for use, and holds nothing
 *           when all have left.
 */
#ifndef LIB_PORTAL_PROVIDER_H
#define LIB_PORTAL_PROVIDER_H

#include "lib/portal_thread.h"
#include "lib/sync.h"

struct portal_provider {
	struct mutex lock;
	/* guarded by lock */
	struct portal_thread *thread; /* NULL: nobody is in */
	unsigned nusers;
};

/*
 * *result is open until the caller leaves; no reference is made. Returns 0,
 * and the errors of portal_thread_start: then the caller has not entered.
 */
int portal_provider_enter(
	struct portal_provider *provider, struct portal **result);

/* Once for each time of having entered. */
void portal_provider_leave(struct portal_provider *provider);

#endif
