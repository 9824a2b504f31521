/*
 * queue - items that go from producers to consumers through a bounded queue
 *
 * Threads:  the main one; it starts others and joins them.
 * Blocking: until they have ended.
 * Memory:   none is left.
 */
#ifndef CMD_QUEUE_H
#define CMD_QUEUE_H

#include <stdint.h>

enum {
	QUEUE_MOST_THREADS = 64, /* of each sort */
	QUEUE_MOST_ITEMS = 1000000000
};

struct queue_plan {
	unsigned nproducers, nconsumers;
	uint64_t nitems; /* numbered from 1, in all */
	uint64_t capacity;
};

struct queue_result {
	unsigned nproducers, nconsumers; /* as many as could be started */
	uint64_t wall_ns;
	uint64_t count, sum; /* of what was taken out */
	uint64_t nduplicates; /* taken out more than once */
	uint64_t ndisorder; /* before an earlier one of the same producer */
	uint64_t nwakeups; /* how often a thread had to be woken */
	uint64_t produced[QUEUE_MOST_THREADS], consumed[QUEUE_MOST_THREADS];
};

/* Returns 0, -EAGAIN when the system refused all threads of a sort, -ENOMEM. */
int queue_measure(const struct queue_plan *plan, struct queue_result *result);

#endif
