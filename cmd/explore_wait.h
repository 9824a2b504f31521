/*
 * explore_wait - waits on a condition, in a traced execution
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_WAIT_H
#define CMD_EXPLORE_WAIT_H

#include "cmd/explore.h"

/* One, with the test before it. */
struct wait {
	unsigned thread;
	uint32_t lock; /* the event that took the mutex */
	uint32_t wait; /* the event that gave it back */
};

bool explore_is_read(const struct event *event);
bool explore_is_write(const struct event *event);

/* The thread's last wait, before event `end`; false when it has none. */
bool explore_last_wait(const struct wire *wire, unsigned thread, uint32_t end,
	struct wait *wait);

/* The last read before the wait; wait->lock when there is none. */
uint32_t explore_test_before(const struct wire *wire, const struct wait *wait);

#endif
