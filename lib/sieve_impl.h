/*
 * sieve_impl - what the rungs in lib/sieves/ see of plans and sieves
 *
 * Threads:  as in sieve.h.
 * Blocking: never.
 * Memory:   as in sieve.h.
 */
#ifndef LIB_SIEVE_IMPL_H
#define LIB_SIEVE_IMPL_H

#include "lib/primetable.h"
#include "lib/sieve.h"

struct sieve_plan {
	const struct sieve_kind *kind;
	uint64_t lo, hi;
	struct primetable
		primes; /* up to the square root of hi, if not tested */
	/* Not all sieving primes are there: the range is so short that it is
	 * better to test each number that is left than to find them. */
	int tested;
	void *tables; /* the rung's own */
	uint64_t starters; /* sieving primes that each block begins with */
	uint64_t stretch; /* that of the kind, unless its plan() has another */
	size_t slack; /* bytes behind a stretch that the rung writes to */
};

struct sieve {
	const struct sieve_plan *plan;
	uint64_t lo, hi; /* the block */

	/* The stretch being sieved: turns * 30 numbers from low + 2. */
	uint64_t low, turns;
	uint64_t turns_left; /* of the block, behind this stretch */
	uint64_t steps; /* done on this stretch */
	int busy; /* the stretch needs more of them */
	unsigned char *data; /* segment_size(layout, turns), and slack */
	size_t room; /* bytes allocated for data */

	uint32_t prime; /* a rung's mark of how far it came */
	void *state; /* the rung's own */
};

/* Put the whole stretch in *out. */
void sieve_emit(const struct sieve *sieve, struct segment *out);

/* The last number of the stretch; beyond the range it is cut off there. */
uint64_t sieve_stretch_last(const struct sieve *sieve);

/*
 * How far behind low the first odd multiple of an odd prime lies that has to
 * be crossed off: at least the square of prime, and behind low + 1. May be
 * far beyond the stretch.
 */
uint64_t sieve_first_multiple(uint64_t low, uint32_t prime);

#endif
