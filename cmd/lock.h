/*
 * lock - the demonstrations of the command `lock`
 *
 * Threads:  the main one; they start others and join them.
 * Blocking: until the threads have ended.
 * Memory:   none is left.
 */
#ifndef CMD_LOCK_H
#define CMD_LOCK_H

#include "cmd/report.h"

#include <stdint.h>

enum lock_kind {
	LOCK_MUTEX, /* who comes first when it is free */
	LOCK_TICKET, /* in the order of asking */
};

enum lock_handoff {
	LOCK_HANDOFF_MUTEX,
	LOCK_HANDOFF_SEM,
};

enum {
	LOCK_MOST_THREADS = 64
};

struct lock_options {
	unsigned threads;
	uint64_t n;
	unsigned kind; /* an enum lock_kind */
	unsigned handoff; /* an enum lock_handoff, or OPT_UNSET */
};

/*
 * What each of these saw, into the report. Returns an exit code, or a negative
 * errno when the system refused threads or memory.
 */
int lock_contention(const struct lock_options *options, struct report *report);
int lock_abba(const struct lock_options *options, struct report *report);
int lock_release(const struct lock_options *options, struct report *report);
int lock_hand_off(const struct lock_options *options, struct report *report);

#endif
