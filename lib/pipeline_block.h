/*
 * pipeline_block - search one block of a pipeline for primes, by division
 *
 * Each number is divided by the primes whose square does not exceed it, until
 * one divides it. These primes come from the blocks that this one needs;
 * block 1 divides by those that it has found itself so far.
 *
 * Threads:  any, each with a struct pipeline_found of its own.
 * Blocking: while it computes; it calls back now and then.
 * Memory:   found->primes grows as needed and is the caller's to free, with
 *           pipeline_found_fini. Zeroed memory is a valid pipeline_found.
 */
#ifndef LIB_PIPELINE_BLOCK_H
#define LIB_PIPELINE_BLOCK_H

#include "lib/pipeline.h"
#include "lib/segment.h"

#include <stddef.h>

/* What a block turned out to hold. */
struct pipeline_found {
	uint64_t count;
	uint64_t last; /* 0: none */
	struct segment_sum sum;

	/* The first nprimes of them, which blocks to come divide by. */
	uint32_t *primes;
	size_t nprimes, capacity;
};

/* The primes to divide by. */
struct pipeline_divisors {
	const uint32_t *primes;
	size_t n;
	uint32_t keep; /* primes up to this one are kept in found->primes */
};

/* Called after so many numbers, or divisions that take about as long. */
struct pipeline_pause {
	bool (*fn)(void *context); /* a return of true: give up */
	void *context;
	uint64_t every; /* numbers, at least 1 */
};

/*
 * Returns 0 with *found filled in; -ECANCELED when the pause said so;
 * -ENOMEM. keep is at least the square root of block 1's top.
 */
int pipeline_block_search(const struct pipeline_block *block,
	const struct pipeline_divisors *divisors,
	const struct pipeline_pause *pause, struct pipeline_found *found);

/* Make room for n primes in all. Returns 0 or -ENOMEM. */
int pipeline_found_reserve(struct pipeline_found *found, size_t n);
void pipeline_found_fini(struct pipeline_found *found);

#endif
