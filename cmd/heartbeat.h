/*
 * heartbeat - a timer that shows whether a loop goes on
 *
 * Demonstrations let it tick beside what they show: a loop that is blocked
 * does not tick.
 *
 * Threads:  the loop's.
 * Blocking: never.
 * Memory:   the caller's, while it beats.
 */
#ifndef CMD_HEARTBEAT_H
#define CMD_HEARTBEAT_H

#include "lib/loop.h"

struct heartbeat {
	void (*tell)(void *arg); /* called with each tick; may be NULL */
	void *arg;
	uint64_t nticks;
	uint64_t longest_gap; /* ns between two ticks */

	struct loop *loop;
	struct loop_timer timer;
	uint64_t beat, last;
};

/* A tick every `beat` ns, the first after that time. Returns 0; -ENOMEM. */
int heartbeat_start(struct heartbeat *heart, struct loop *loop, uint64_t beat);
void heartbeat_stop(struct heartbeat *heart);

#endif
