/*
 * poller - wait until one of many descriptors is ready (epoll)
 *
 * A watch names a descriptor and the events that are wanted of it: POLLIN,
 * POLLOUT. A descriptor may have many watches; each is told of what it wants.
 * Errors and hang-ups (POLLERR, POLLHUP) are told to all of them. Readiness
 * is a level: what is still so at the next wait is told again.
 *
 * A watch is taken out before its descriptor is closed.
 *
 * Threads:  one, though a wait in it ends when a descriptor is made ready by
 *           any other.
 * Blocking: poller_wait, for so long.
 * Memory:   the watches are the caller's; the poller keeps a table that grows
 *           with the largest descriptor.
 */
#ifndef LIB_POLLER_H
#define LIB_POLLER_H

#include <poll.h>
#include <stdint.h>

#include "lib/clock.h"

struct poller;
struct poller_watch;

/* Called inside poller_wait; may add watches, and remove this one alone. */
typedef void (*poller_fn)(struct poller_watch *watch, unsigned events);

struct poller_watch {
	int fd;
	unsigned events; /* wanted */
	poller_fn ready;
	struct poller_watch *next; /* of the same descriptor */
};

/* Returns 0; -EMFILE, -ENFILE, -ENOMEM. */
int poller_create(struct poller **result);
void poller_destroy(struct poller *poller);

/*
 * Returns 0; -EPERM: a regular file or directory, which is always ready and
 * cannot be waited for; -EBADF; -ENOMEM; -ENOSPC: more than
 * /proc/sys/fs/epoll/max_user_watches.
 */
int poller_add(struct poller *poller, struct poller_watch *watch);
void poller_remove(struct poller *poller, struct poller_watch *watch);

/*
 * Wait for at most that long, CLOCK_NEVER being for ever, and call `ready` of
 * each watch with something to tell. A wait that a signal handler cut short
 * just ends. Returns how many descriptors were ready.
 */
int poller_wait(struct poller *poller, uint64_t timeout_ns);

#endif
