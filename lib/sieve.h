/*
 * sieve - the primes of a range, block by block, by one of several sieves
 *
 * A plan holds what all workers share and nobody changes any more: the
 * range, the sieving primes up to the square root of its end, tables. A
 * sieve is one worker's buffers. It is given one block of the plan's range
 * after the other, and hands each out as a series of segments:
 *
 *	sieve_plan_create(&plan, sieve_find("best"), lo, hi, nthreads);
 *	span = sieve_plan_span(plan, nworkers);
 *	each worker:
 *		sieve_create(&sieve, plan);
 *		for each block i below sieve_plan_nblocks(plan, span):
 *			sieve_plan_block(plan, span, i, &first, &last);
 *			sieve_start(sieve, first, last);
 *			while (sieve_next(sieve, &segment) > 0)
 *				count += segment_count(&segment);
 *		sieve_destroy(sieve);
 *
 * sieve_next() works for some 20 to 200 microseconds, so that its caller
 * can look up in between; what it hands out may be empty.
 *
 * Blocks of sieve_plan_block() begin right behind an entry for 30k + 1, so
 * that no tuplet of primes above 5 lies across two of them. Blocks with
 * other bounds are right too, but may part a tuplet.
 *
 * Threads:  a plan may be read by any thread, and after fork; a sieve is
 *           used by one thread at a time.
 * Blocking: sieve_plan_create() waits for the threads that it starts; the
 *           others only compute.
 * Memory:   a segment borrows its data from the sieve until the next
 *           sieve_next(), sieve_start() or sieve_destroy(). A plan outlives
 *           its sieves.
 */
#ifndef LIB_SIEVE_H
#define LIB_SIEVE_H

#include "lib/segment.h"

struct sieve;
struct sieve_plan;

/* One rung of the ladder of algorithms; see lib/sieves/. */
struct sieve_kind {
	const char *name;
	const char *summary; /* one line: how it works */
	const char *source; /* who found it */

	enum segment_layout layout;
	/* Turns of the wheel (30 numbers) in a stretch, the numbers that are
	 * sieved at a time; 0 is all of a block. */
	uint64_t stretch;
	/* Can do without the larger sieving primes, see plan->tested. */
	int tests;

	/* What the rung adds to plan->tables and sieve->state. All optional;
	 * 0 or a negative errno. */
	int (*plan)(struct sieve_plan *plan, unsigned nthreads);
	void (*unplan)(struct sieve_plan *plan);
	int (*open)(struct sieve *sieve);
	void (*close)(struct sieve *sieve);
	/* A block was chosen; its first stretch is not. */
	int (*start)(struct sieve *sieve);

	/*
	 * Do the next step of work on the stretch in sieve->data. Returns 1
	 * when the stretch needs more steps, 0, or a negative errno. *out
	 * comes empty; numbers that are done are put there, each exactly
	 * once, and need not be clipped: entries outside of the block or the
	 * stretch, and those of 1, 3 and 5, are cleared later.
	 */
	int (*step)(struct sieve *sieve, struct segment *out);
};

/* All rungs from the slowest to the fastest, NULL at the end. */
extern const struct sieve_kind *const sieve_kinds[];

/* The rung of that name, or NULL. */
const struct sieve_kind *sieve_find(const char *name);

/*
 * Prepare to sieve lo..hi (both included, any 64-bit numbers), with the
 * help of up to nthreads threads, which are gone when this returns.
 * -EINVAL: hi < lo. -EFBIG: the rung keeps a block in memory as a whole, and
 * the range would take more than half of this machine's. -ENOMEM.
 */
int sieve_plan_create(struct sieve_plan **out, const struct sieve_kind *kind,
	uint64_t lo, uint64_t hi, unsigned nthreads);
void sieve_plan_destroy(struct sieve_plan *plan);

/* A good number of numbers, a multiple of 30, to give to a worker at once. */
uint64_t sieve_plan_span(const struct sieve_plan *plan, unsigned nworkers);

/* How many blocks of that span the range has, and the bounds of block i. */
uint64_t sieve_plan_nblocks(const struct sieve_plan *plan, uint64_t span);
void sieve_plan_block(const struct sieve_plan *plan, uint64_t span, uint64_t i,
	uint64_t *first, uint64_t *last);

/* Make one worker's buffers. -ENOMEM. */
int sieve_create(struct sieve **out, const struct sieve_plan *plan);
void sieve_destroy(struct sieve *sieve);

/*
 * Begin with the block lo..hi, dropping what is left of the one before.
 * -EINVAL: hi < lo, or not within the plan's range. -ENOMEM.
 */
int sieve_start(struct sieve *sieve, uint64_t lo, uint64_t hi);

/*
 * Work on, and hand out a segment clipped to the block, perhaps an empty
 * one. Returns 1, or 0 at the end of the block. -ENOMEM ends the block.
 */
int sieve_next(struct sieve *sieve, struct segment *out);

#endif
