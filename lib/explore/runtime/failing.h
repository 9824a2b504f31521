/*
 * failing - what the other threads do after one has failed
 *
 * finding.c says when something fails; here is what comes of it, as
 * config.go_on asks for.
 *
 * Threads:  one real thread.
 * Blocking: thread_fails leaves its thread for good, if the others go on.
 * Memory:   a part of struct rt.
 */
#ifndef LIB_EXPLORE_RUNTIME_FAILING_H
#define LIB_EXPLORE_RUNTIME_FAILING_H

#include "lib/explore/wire.h"

struct thread;

/* How far an execution had come when it failed. */
struct failed_at {
	bool failed; /* what comes now is no part of it */
	bool main_looked; /* what main has done since may depend on others */
	bool main_ended;
	uint32_t nchoices, npreemptions, nearly;
	uint32_t output_size, errors_size;
	uint64_t fingerprint;
	int exit_code;
};

/*
 * The thread that runs has failed, by the finding `failure` - 1. Returns when
 * the execution ends with that.
 */
void thread_fails(uint32_t failure);

/* What was done is no step, though others could notice. */
void note_no_step(void);

/* Its OP_FAIL is taken. */
void thread_failed(struct thread *thread);

/* Each choice is the default now, and no business of the search. */
bool goes_on_once(void);

void note_step_of_main(const struct op *op);

/* At the end: the wire is as it was when it failed. */
void forget_what_followed(void);

#endif
