/*
 * processes - explore a program of several processes, call by call
 *
 * Each process stops before every call that another could notice (files,
 * pipes, signals, waiting, its end), and only one of them goes on: which one
 * is a choice. With a budget of kills, so is that one of them is killed there
 * and then. Every schedule runs the program anew, in an empty folder.
 *
 * Whoever sleeps lets the others go first, and whoever could have gone on for
 * long comes before all: another order costs as much as a preemption.
 *
 * The search goes depth first, with no preemption at first, then with one, and
 * so on; a kill counts as one. What is found is therefore found with the
 * fewest there can be.
 *
 * Threads:  one, and no other children of this process meanwhile.
 * Blocking: up to limit_ns.
 * Memory:   processes_open allocates, processes_close frees.
 */
#ifndef LIB_EXPLORE_PROCESSES_H
#define LIB_EXPLORE_PROCESSES_H

#include "lib/explore/session.h"
#include "lib/explore/wire.h"

struct processes;

struct processes_options {
	const char *program;
	const char *shim; /* the library to load before its own */
	const char *folder; /* for our files; the program's are in one below */
	const struct box_options *box; /* its limits and layers; or NULL */
	const char *const *arguments;
	const char *invariant; /* command that must end with 0, or NULL */
	uint64_t deadline_ns;
	uint32_t max_steps;
	unsigned max_bound; /* preemptions and kills, together */
	unsigned kills;
	bool has_frames; /* it was compiled so that calls can be told */
	bool spare_first; /* the first process judges: it is not killed */
	session_tick_fn tick;
	void *context;
};

struct processes_result {
	bool found, stopped;
	bool over; /* the time, before the search was */
	bool exhausted; /* everything within `bound` was tried */
	bool complete; /* and there is nothing beyond it */
	bool cut; /* an execution, at the limit of steps: that is no failure */
	bool shares; /* memory, which is not looked at */
	bool unstable; /* the same choices did not lead to the same calls */
	unsigned bound;
	uint64_t nexhausted; /* schedules within `bound` */
	uint64_t nschedules; /* of the last bound, which may be higher */
	uint64_t nexecutions, nsteps;
};

int processes_open(const struct processes_options *options, struct wire *wire,
	struct processes **result);
void processes_close(struct processes *processes);

/* Returns 0 or -errno. The wire has the execution that was the last. */
int processes_explore(
	struct processes *processes, struct processes_result *result);

/* Carry out the choices in wire->choices, then whatever comes first. */
int processes_replay(struct processes *processes, uint32_t nchoices,
	struct processes_result *result);

#endif
