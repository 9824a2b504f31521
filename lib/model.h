/*
 * model - a way of doing many things at once, applied to any job
 *
 * One file in models/ is one model. It hands out the job's items to its
 * workers, folds their tallies, passes their text on in the order of items,
 * and says what it truly used: threads, processes, coroutines, hand-overs. It
 * keeps its promises (flags) for every work; the tests hold it to them.
 *
 * Losing workers is part of the contract. A worker that the system refuses to
 * start (EAGAIN) is counted and done without. A worker process that is killed
 * has its item done again by another, and the answer is the same. One that
 * was stopped keeps its items and is waited for.
 *
 * Threads:  model->run from one thread; process models before any other
 *           thread exists. tick and write are called from that thread, but
 *           write from whichever worker's turn it is in threaded models,
 *           never from two at once.
 * Blocking: run returns when the job is done, stopped or failed.
 * Memory:   everything that run makes is gone when it returns: no thread,
 *           process, descriptor or page is left.
 */
#ifndef LIB_MODEL_H
#define LIB_MODEL_H

#include "lib/work.h"

enum model_flags {
	MODEL_PARALLEL = 1 << 0, /* `width` items at the very same time */
	MODEL_ISOLATED = 1 << 1, /* workers share no memory */
	MODEL_PREEMPTIVE = 1 << 2, /* a worker may be interrupted anywhere */
	MODEL_DETERMINISTIC = 1 << 3, /* same job, same order of events */
	MODEL_PROCESSES = 1 << 4, /* workers are processes: may be killed */
	MODEL_OVERLAPS_WAITS = 1 << 5, /* waiting items do not hold others up */
	MODEL_TAKES_TURNS = 1 << 6, /* `width` items begun, one running */
	MODEL_LAZY = 1 << 7, /* workers are made as there is work for them */
};

enum model_schedule {
	SCHEDULE_DYNAMIC, /* the next item to whoever is free */
	SCHEDULE_STATIC, /* item i to worker i mod width, decided at once */
	SCHEDULE_QUEUE, /* through a bounded blocking queue */
};

enum {
	MODEL_TICK_NS = 100 * 1000 * 1000, /* about how often tick is called */
	MODEL_MAX_WIDTH = 1024,
};

struct model_params {
	unsigned width; /* workers wanted, 1 … MODEL_MAX_WIDTH */
	enum model_schedule schedule;

	/*
	 * Called now and then with the number of items done; a return other
	 * than 0 stops the run. May be NULL.
	 */
	int (*tick)(void *context, uint64_t items_done);

	/*
	 * Takes an item's text, in the order of items. Returns 0 or a
	 * negative errno, which ends the run. NULL when the job has no text.
	 */
	int (*write)(void *context, const char *data, size_t size);

	void *context;

	void *shared; /* set by model_run: what items find in env->shared */
};

struct model_result {
	struct tally total;
	uint64_t items_done;
	bool stopped; /* tick asked: the total is partial */
	unsigned nthreads,
		nprocesses; /* made by this run, besides the caller */
	uint64_t ncoroutines;
	unsigned refused; /* workers that the system would not start */
	unsigned crashed; /* workers that ended before they were told to */
	uint64_t redone; /* items given out again for that reason, if known */
	uint64_t handovers; /* of a global lock, where the model has one */
	uint64_t
		rss_sum_kib; /* peak memory of all workers, 0: see the caller */
};

struct model {
	const char *name;
	const char *summary;
	const char *when; /* when to use it, one sentence for a learner */
	const char *lesson; /* slug of the lesson that teaches it */
	unsigned flags;
	bool schedules; /* whether params->schedule means anything to it */

	/*
	 * Returns 0 with the result filled in, also when stopped; -EAGAIN
	 * when not one worker could be started; -ENOTSUP when the job needs
	 * shared memory and the model has none; -ECHILD when workers died
	 * faster than they could be replaced; -ENOMEM; or what an item or
	 * write returned.
	 */
	int (*run)(const struct model *model, const struct job *job,
		const struct model_params *params, struct model_result *result);
};

/* Every model there is, in the order of models/list.def; ends with NULL. */
extern const struct model *const models[];

/* The model of that name, or NULL. */
const struct model *model_find(const char *name);

/* Check the arguments, run, and let the work take up what was shared. */
int model_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result);

/*
 * What a worker needs before its first item: the text buffer, and the work's
 * scratch. ops and shared are the caller's to set. Returns 0 or -ENOMEM, or
 * what the work's enter returned.
 */
int env_create(struct env *env, const struct job *job);
void env_destroy(struct env *env, const struct job *job);

#endif
