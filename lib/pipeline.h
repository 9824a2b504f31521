/*
 * pipeline - which block of numbers may be searched for primes, and when
 *
 * Block n (from 1) of size B covers the numbers (n-1)B+1 … nB; the last one
 * is cut at the limit. Whoever searches a block divides by the primes up to
 * the square root of its top. So block n depends on blocks 1 … needs, those
 * that hold these primes, and may begin once the prefix, the longest row of
 * finished blocks from 1 on, has got that far. Results may come in any
 * order: the prefix moves when the gap before them closes. Block 1 depends
 * on none: it is searched from the bottom up with what it finds itself.
 *
 * At most `window` blocks are out or wait behind a gap at any time, which
 * bounds what has to be kept of them.
 *
 *	while (pipeline_state(&pipeline) != PIPELINE_DONE) {
 *		while (pipeline_next(&pipeline, &block))
 *			give the block to somebody;
 *		wait for a result, of block n;
 *		pipeline_result(&pipeline, n);
 *	}
 *
 * This is bookkeeping only: no thread, no prime, no clock. All engines that
 * run a pipeline share it, and a test drives it through every order.
 *
 * Threads:  one.
 * Blocking: never.
 * Memory:   a byte for each block of the window, pipeline_init to _fini.
 */
#ifndef LIB_PIPELINE_H
#define LIB_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

struct pipeline_block {
	uint64_t number; /* from 1 */
	uint64_t low, high; /* the numbers that it covers, both included */
	uint64_t needs; /* it depends on the blocks 1 … needs */
};

enum pipeline_state {
	PIPELINE_READY, /* pipeline_next has a block */
	PIPELINE_DEPENDS, /* the next block depends on one that is out */
	PIPELINE_FULL, /* the window has no room for the next block */
	PIPELINE_OUT, /* no more blocks, but results are missing */
	PIPELINE_DONE,
};

struct pipeline {
	uint64_t limit, block_size;
	uint64_t nblocks;
	uint64_t prefix; /* blocks 1 … prefix are finished */
	uint64_t released; /* blocks 1 … released depend on the prefix only */
	uint64_t handed_out; /* blocks 1 … handed_out were handed out */
	uint64_t nwaves; /* how often a result has released blocks */
	unsigned nearly; /* blocks that are finished beyond the prefix */
	unsigned window;
	bool *finished; /* of block n at n mod window */
};

/*
 * The numbers from 1 to the limit; block_size and window are at least 1.
 * Returns 0 or -ENOMEM.
 */
int pipeline_init(struct pipeline *pipeline, uint64_t limit,
	uint64_t block_size, unsigned window);
void pipeline_fini(struct pipeline *pipeline);

/* Hand out the next block, in state PIPELINE_READY only; else false. */
bool pipeline_next(struct pipeline *pipeline, struct pipeline_block *block);

/*
 * Block n, which was handed out, is finished. Moves the prefix as far as it
 * goes. Returns how many blocks that has released.
 */
uint64_t pipeline_result(struct pipeline *pipeline, uint64_t n);

enum pipeline_state pipeline_state(const struct pipeline *pipeline);

/* Block n of 1 … nblocks. */
struct pipeline_block pipeline_block(
	const struct pipeline *pipeline, uint64_t n);

/* The last number of block n, and 0 for n = 0. */
uint64_t pipeline_top(const struct pipeline *pipeline, uint64_t n);

/*
 * With the primes up to known, all numbers up to this one can be decided:
 * the last before the square of known + 1. 2^64 - 1 when it would be more.
 */
uint64_t pipeline_reach(uint64_t known);

#endif
