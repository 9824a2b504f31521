/*
 * measure - run a work in a model in a fresh process, and see what it took
 *
 * A process that another one starts is said to have used at least as much
 * memory as that one has: fork copies its pages, and the kernel counts the
 * peak from there. So a tiny helper is forked first, while the command is
 * small; it forks one process for each measurement, waits for it and passes
 * on what the kernel says it used.
 *
 *	command  --- request --->  helper  --- fork --->  measured process
 *	         <-- usage ------          <-- exit ----
 *	         <-- progress, outcome -----------------
 *
 * The measured process may die of anything: that is an outcome, and the next
 * request is served as if nothing had been. When the command dies, the kernel
 * kills the helper, the measured process and its workers.
 *
 * Threads:  the main one, and before any other thread exists.
 * Blocking: measure_run for as long as it takes.
 * Memory:   the caller's struct; from measure_open to measure_close it holds
 *           one process and one descriptor.
 */
#ifndef CMD_MEASURE_H
#define CMD_MEASURE_H

#include "lib/model.h"
#include "lib/proc.h"

struct measure {
	struct proc helper;
	int socket; /* our end */
};

struct measure_request {
	const struct work *work;
	const struct model *model;
	uint64_t size;
	uint64_t width; /* workers; so wide because padding is not sent */
};

/* What it took, the workers that were waited for included. */
struct measurement {
	uint64_t wall_ns; /* of job_open and model_run, and of nothing else */
	uint64_t user_ns, system_ns;

	/*
	 * Peak memory; of a process model the sum of the peaks of all its
	 * processes, in each of which the shared pages count.
	 */
	uint64_t memory_kib;
	uint64_t voluntary, involuntary; /* context switches */
	uint64_t minor_faults, major_faults; /* page faults */
	struct model_result result;
	bool right; /* the work has nothing to say against the answer */

	/* Why there is no result, or both are 0. */
	int error; /* negative, from job_open, model_run or fork */
	int signal; /* that ended the measured process */
};

/*
 * Called about every 100 ms; a return other than 0 gives up the measurement,
 * and the helper with it.
 */
typedef int (*measure_tick_fn)(
	void *context, uint64_t items_done, uint64_t nitems);

/* Returns 0, or a negative errno when there can be no helper. */
int measure_open(struct measure *measure);

/* Also ends a measurement that is under way; no process is left. */
void measure_close(struct measure *measure);

/*
 * Returns 0 with the measurement filled in, also when that is a failure;
 * -ECANCELED when tick said so, after which only measure_close may follow;
 * -EPIPE when the helper has died.
 */
int measure_run(struct measure *measure, const struct measure_request *request,
	measure_tick_fn tick, void *context, struct measurement *out);

#endif
