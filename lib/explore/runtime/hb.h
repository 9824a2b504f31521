/*
 * hb - which steps of an execution happened before which
 *
 * Two steps are ordered when they are of one thread, when they conflict, when
 * one makes the other possible (a release and the next acquire, the end of a
 * thread and its join), and through others that are. Executions with the same
 * steps, ordered alike, differ in nothing that a program can notice: they are
 * one class.
 *
 * The steps of the execution that runs, numbered from 0. Each has a clock: of
 * every thread, how far its steps happened before this one (number + 1).
 * Memory is the caller's, part of what a search keeps.
 */
#ifndef LIB_EXPLORE_RUNTIME_HB_H
#define LIB_EXPLORE_RUNTIME_HB_H

#include "lib/explore/runtime/rt.h"

enum {
	HB_THREADS = 64, /* more are not followed */
};

struct hb_step {
	struct op op;
	uint16_t thread;
	uint16_t value; /* what was chosen in it, plus 1 */
	bool with_all; /* conflicts with every other: it ended everything */
	uint64_t waiting; /* threads whose OP_AWAIT could not go on before it */
	bool early; /* woken without a signal, or timed out */
	bool timed; /* had it come before, it could have run out of time */
	bool shared; /* a reader's unlock, or another's; a permit to spare */
	uint32_t clock[HB_THREADS];
};

struct hb {
	uint32_t nsteps;
	uint32_t last[HB_THREADS]; /* the thread's last step + 1 */
	uint32_t parent[HB_THREADS]; /* the step that started it + 1 */
	unsigned nthreads;
	unsigned nclocks; /* threads, and their flushers beyond */
	struct hb_step steps[];
};

/* Whether the operations of two that can be picked do not commute. */
bool hb_conflict(
	unsigned a, const struct op *a_op, unsigned b, const struct op *b_op);

void hb_begin(struct hb *hb);

/* Threads that have come into being belong to the last step. */
void hb_meet_threads(struct hb *hb);

/*
 * Called with each earlier step that the new one could have come before; false
 * when its thread could not have gone on there, but may have still earlier.
 */
typedef bool (*hb_race_fn)(struct hb *hb, uint32_t earlier, uint32_t later);

/*
 * Add the step that `thread` is about to take. Every race with an earlier one
 * is told to `race`, unless NULL. In a prefix that was run before, `known`
 * says that the clock is there already.
 */
void hb_add(struct hb *hb, unsigned thread, bool known, hb_race_fn race);

/*
 * Tell the races of the operation that a thread has not carried out, as if it
 * had; the step is not kept.
 */
void hb_imagine(struct hb *hb, unsigned thread, hb_race_fn race);

/* Whether step a, the earlier, happened before step b. */
static inline bool hb_before(const struct hb *hb, uint32_t a, uint32_t b)
{
	return a < hb->steps[b].clock[hb->steps[a].thread];
}

/* The same for all executions of a class. */
uint64_t hb_class(const struct hb *hb);

/* Find the races of a step once more, as one that conflicts with all. */
void hb_ends_all(struct hb *hb, uint32_t step, hb_race_fn race);

#endif
