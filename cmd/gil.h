/*
 * gil - threads that compute or wait, under a global interpreter lock or not
 *
 * Threads:  the main one; it starts others and joins them.
 * Blocking: until they have ended.
 * Memory:   none is left.
 */
#ifndef CMD_GIL_H
#define CMD_GIL_H

#include <stdbool.h>
#include <stdint.h>

enum gil_kind {
	GIL_CPU, /* each thread computes for a time */
	GIL_IO, /* each thread makes one blocking call */
};

struct gil_plan {
	enum gil_kind kind;
	bool locked; /* there is a GIL */
	unsigned nthreads;
	uint64_t work_ns; /* of a processor, or of waiting; for each thread */
};

struct gil_result {
	unsigned nthreads; /* as many as could be started */
	uint64_t wall_ns;
	uint64_t handovers;
	unsigned peak_inside; /* threads in the interpreter at once */
	unsigned peak_waiting; /* threads in a blocking call at once */
};

/* Returns 0, -EAGAIN when no thread could be started, -ENOMEM. */
int gil_measure(const struct gil_plan *plan, struct gil_result *result);

#endif
