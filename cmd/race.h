/*
 * race - many threads add 1 to one number, in three ways
 *
 * Threads:  the main one calls these; they start others and join them.
 * Blocking: until the threads have ended.
 * Memory:   none is left.
 */
#ifndef CMD_RACE_H
#define CMD_RACE_H

#include "cmd/opt.h"
#include "lib/sync.h"

#include <stdint.h>

enum race_mode {
	RACE_NONE,
	RACE_ATOMIC,
	RACE_MUTEX,
	RACE_NMODES,
};

enum {
	RACE_STEPS_EACH = 2, /* read, write */
	RACE_MOST_PLAYERS = OPT_LIST_MOST / RACE_STEPS_EACH,
	RACE_STEP_SIZE = 80,
};

/* The number, once for each way of keeping it. */
struct race_counter {
	uint64_t plain;
	_Atomic uint64_t atomic;
	struct mutex lock;
	uint64_t guarded; /* by lock */
};

/* In a file of its own, which is named for its defect. */
void race_add_unsynchronised(struct race_counter *counter, uint64_t n);

struct race_result {
	unsigned nthreads; /* as many as could be started */
	uint64_t expected, got;
	uint64_t wall_ns;
};

/* Returns 0, -EAGAIN when no thread could be started, -ENOMEM. */
int race_run(enum race_mode mode, unsigned nthreads, uint64_t n,
	struct race_result *result);

/* What a thread did when its turn came. */
struct race_step {
	unsigned thread; /* from 1 */
	bool beyond; /* after the end of the schedule */
	char did[RACE_STEP_SIZE];
	uint64_t counter; /* afterwards */
};

struct race_play {
	uint64_t expected, got;
	unsigned nsteps;
	struct race_step steps[2 * OPT_LIST_MOST];
};

/*
 * Let nplayers threads take their steps in the order of the schedule, in
 * which each of 1 … nplayers stands RACE_STEPS_EACH times. Returns 0,
 * -EAGAIN, -ENOMEM.
 */
int race_play(enum race_mode mode, unsigned nplayers,
	const struct opt_list *schedule, struct race_play *play);

#endif
