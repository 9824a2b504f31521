/*
 * What the two sides of the model `procs` agree on: the worker's main
 * function, and the frame in which it answers.
 */
#ifndef LIB_MODELS_PROCS_IMPL_H
#define LIB_MODELS_PROCS_IMPL_H

#include "lib/model.h"

/*
 * A task is an item number. An answer is this frame, shorter than PIPE_BUF
 * and so never torn, and then the text.
 */
struct answer {
	uint64_t item;
	int64_t error;
	struct tally tally;
	uint64_t text_size;
};

struct procs_worker {
	const struct job *job;
	int tasks, answers; /* the worker's ends of the two pipes */
};

/* Answer tasks until their pipe is closed. Returns an exit status. */
int procs_worker_main(const struct procs_worker *worker);

#endif
