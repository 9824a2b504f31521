/*
 * rng - a small seeded random number generator, the same on every machine
 *
 * xoshiro256** by David Blackman and Sebastiano Vigna (public domain), its
 * state filled from the seed by splitmix64. Not for secrets.
 *
 * Threads:  one generator belongs to one thread at a time.
 * Blocking: never.
 * Memory:   the caller's; no clean-up.
 */
#ifndef LIB_RNG_H
#define LIB_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state[4];
};

void rng_init(struct rng *rng, uint64_t seed);

/* Uniform over all 64-bit values. */
uint64_t rng_next(struct rng *rng);

/* Uniform over 0 … bound - 1, without bias; bound > 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

#endif
