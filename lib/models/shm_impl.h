/*
 * What the parent and the workers of the model `shm` share.
 *
 * Any worker may be killed at any instruction, so each step is one that can
 * be seen whole or not at all:
 *
 * - A claim is written into the worker's slot before the counter moves. Who
 *   gets the lock from a dead owner completes a half-made claim for it.
 * - An account (what a worker has added up so far) exists twice. The next
 *   state is written beside the current one and then made current by one
 *   store. A claim that the current account does not contain was lost with
 *   its worker, and is given out again.
 *
 * Lock order: the board's lock is never held together with the work's lock.
 */
#ifndef LIB_MODELS_SHM_IMPL_H
#define LIB_MODELS_SHM_IMPL_H

#include "lib/model.h"
#include "lib/sync.h"

#include <stdatomic.h>

/* Items are numbered from 1 in here, so that zeroed memory means none. */
struct shm_account {
	struct tally total;
	uint64_t last; /* the item folded in last */
};

struct shm_slot {
	_Atomic uint64_t claimed;
	_Atomic unsigned current; /* which account counts */
	_Atomic uint64_t ndone; /* for progress only */
	_Atomic int error;
	struct shm_account account[2];

	_Atomic uint64_t text_item; /* whose text is ready in the mapping */
	size_t text_size;
	struct semaphore text_taken;
};

struct shm_board {
	struct mutex work_lock; /* what env_lock takes */

	struct mutex lock; /* guards what follows, and every claim */
	uint64_t next; /* the next item to be claimed; 1 is the first */
	uint64_t nagain;
	uint64_t again[MODEL_MAX_WIDTH]; /* to be claimed once more */

	struct shm_slot slots[];
};

struct shm_run {
	const struct job *job;
	const struct model_params *params;
	struct model_result *result;
	struct shm_board *board; /* shared */
	char *texts; /* shared: one buffer for each worker */
	struct proc *procs;
	struct pollfd *polls; /* how the workers end, then the doorbell */
	unsigned nworkers;
	int doorbell; /* eventfd: a text is ready */
	uint64_t next_text; /* the item whose text is to be written */
};

struct shm_worker {
	struct env env;
	struct shm_run *run;
	struct shm_slot *slot;
};

/* Where the slot's worker puts a text for the parent. */
char *shm_text(const struct shm_run *run, const struct shm_slot *slot);

/* The account that counts. */
const struct shm_account *shm_account(const struct shm_slot *slot);

/* Lock the board, with every claim whole even if the last owner died. */
void shm_lock(struct shm_run *run);

/* Claim and do items until there are none. Returns an exit status. */
int shm_worker_main(void *worker);

#endif
