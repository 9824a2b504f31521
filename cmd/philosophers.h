/*
 * philosophers - n of them at a round table, with a fork between each two
 *
 * Threads:  the main one; it starts others and joins them.
 * Blocking: until they have eaten, or are in a deadlock.
 * Memory:   philosophers_sit allocates, philosophers_rise frees.
 */
#ifndef CMD_PHILOSOPHERS_H
#define CMD_PHILOSOPHERS_H

#include "cmd/deadlock.h"

#include <stdbool.h>
#include <stdint.h>

enum philosophers_fix {
	PHILOSOPHERS_NONE, /* left fork, then right fork */
	PHILOSOPHERS_ORDER, /* the lower of the two first */
	PHILOSOPHERS_SEATS, /* one fewer at the table than there are forks */
	PHILOSOPHERS_WAITER, /* one asks for both forks at once */
};

enum {
	PHILOSOPHERS_MOST = 64
};

struct philosopher {
	uint64_t nmeals;
	uint64_t nwaits; /* times that a fork, a seat or the waiter kept it */
};

struct philosophers;

/*
 * Start n threads, which eat until nmeals have been eaten in all. Without a
 * fix each takes its left fork, and waits until all have. Returns 0, -EAGAIN
 * when the system refused a thread, -ENOMEM.
 */
int philosophers_sit(unsigned n, enum philosophers_fix fix, uint64_t nmeals,
	struct philosophers **result);

/* Without a fix: wait until all wait for each other. */
void philosophers_await_deadlock(struct philosophers *table);

/* Wait until they have eaten, or make them stop; what each has had. */
void philosophers_end(
	struct philosophers *table, struct philosopher had[PHILOSOPHERS_MOST]);

#endif
