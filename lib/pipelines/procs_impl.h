/*
 * What the two sides of the engine `procs` say to each other over a socket:
 * a frame of fixed length, and then as many primes as it says, 4 bytes each.
 * Both sides are the same program on the same machine.
 */
#ifndef LIB_PIPELINES_PROCS_IMPL_H
#define LIB_PIPELINES_PROCS_IMPL_H

#include "lib/pipeline_run.h"

/* Search this block; before it, add these primes to those you have. */
struct task_frame {
	struct pipeline_block block;
	uint64_t nprimes;
};

/* This is what it held; the primes are those for blocks to come. */
struct answer_frame {
	uint64_t block;
	int64_t status;
	uint64_t count, last;
	struct segment_sum sum;
	uint64_t busy_ns;
	uint64_t nprimes;
};

struct procs_worker {
	const struct pipeline_run *run;
	unsigned index; /* from 1 */
	int socket; /* its end */
};

/* Answer tasks until the socket is closed. Returns an exit status. */
int pipeline_procs_worker_main(const struct procs_worker *worker);

#endif
