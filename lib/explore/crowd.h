/*
 * crowd - more threads than may be, let in together by a semaphore
 *
 * Between its wait and its post each thread is within, and a program may count
 * those who are: each adds one after its wait and takes it away before its
 * post. An execution that ended well shows that a variable is such a count.
 * Where a thread fails when it has seen it, though it counts right, those who
 * are within are too many; and that so many are is because the semaphore began
 * with so much.
 *
 * Threads:  any, each with its own.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef LIB_EXPLORE_CROWD_H
#define LIB_EXPLORE_CROWD_H

#include "lib/explore/early.h"

struct crowd {
	uint64_t semaphore; /* 0: there is no crowd */
	uint64_t object; /* that counts them */
	uint64_t first; /* what the semaphore began with */
	uint64_t threads; /* those within, a bit for each of the first 64 */
	unsigned nthreads;
	bool fewer_pass; /* one less was seen there, and did not fail */
};

/* Those within when the thread failed; false: they do not make it fail. */
bool crowd_find(const struct wire *wire, const struct finding *failure,
	struct crowd *crowd);

/* What counts them is a count in that execution: all who came have left. */
bool crowd_is_counted(const struct early_twin *twin, const struct crowd *crowd);

#endif
