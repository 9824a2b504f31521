/*
 * gather - where threads bring the tallies and texts of finished items
 *
 * Tallies are folded as they come. Texts are written in the order of items:
 * who comes early waits for the turn of its item. That cannot deadlock as
 * long as each worker takes its items in ascending order, since the owner of
 * the next item to be written never waits.
 *
 * Threads:  any; gather_tick and gather_team from the one that started the
 *           others.
 * Blocking: gather_put when the job has text.
 * Memory:   the caller's struct, from gather_init to gather_fini.
 */
#ifndef LIB_GATHER_H
#define LIB_GATHER_H

#include "lib/model.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <stdatomic.h>

struct gather {
	const struct job *job;
	const struct model_params *params;
	atomic_bool stop; /* read at every pause, without the lock */
	_Atomic uint64_t items_done;

	struct mutex lock; /* guards what follows */
	struct cond turn; /* next_text has moved, or stop was set */
	uint64_t next_text;
	struct tally total;
	int error; /* of the first that failed */
};

void gather_init(struct gather *gather, const struct job *job,
	const struct model_params *params);
void gather_fini(struct gather *gather);

/*
 * Bring one finished item. Returns 0, or -ECANCELED when the run is being
 * stopped and the item does not count.
 */
int gather_put(struct gather *gather, uint64_t item, const struct tally *tally,
	const struct text *text);

/* End the run: error is 0 for a stop that was asked for. Wakes everyone. */
void gather_stop(struct gather *gather, int error);

bool gather_stopping(struct gather *gather);

/*
 * To be called about every MODEL_TICK_NS: lets params->tick see how far the
 * run is, and stops it if that asks to.
 */
void gather_tick(struct gather *gather);

/* Sleep for that long. Returns 0, or -ECANCELED as soon as a stop is seen. */
int gather_wait(struct gather *gather, uint64_t ns);

/*
 * When all workers have ended: fill in what was gathered. Returns the first
 * error that an item, a worker or write met, or 0.
 */
int gather_result(struct gather *gather, struct model_result *result);

/*
 * Wait for the whole team, ticking; then destroy it and fill in the result.
 * Returns the first error that an item, a worker or write met, or 0.
 */
int gather_team(
	struct gather *gather, struct team *team, struct model_result *result);

#endif
