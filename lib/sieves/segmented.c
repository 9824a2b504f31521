#include "lib/isqrt.h"
#include "lib/sieve_impl.h"
#include <string.h>

static void cross_off(struct sieve *sieve, uint32_t prime)
{
	uint64_t last = 15 * sieve->turns;
	uint64_t i = sieve_first_multiple(sieve->low, prime) / 2;

	for (; i <= last; i += prime)
		sieve->data[i / 8] &= ~(1u << i % 8);
}

static int segmented_step(struct sieve *sieve, struct segment *out)
{
	struct primewalk walk = primewalk_from(
		&sieve->plan->primes, 3, isqrt(sieve_stretch_last(sieve)));
	uint32_t prime;

	memset(sieve->data, 0xff, segment_size(SEGMENT_ODD_BITS, sieve->turns));
	while ((prime = primewalk_next(&walk)))
		cross_off(sieve, prime);
	sieve_emit(sieve, out);
	return 0;
}

/* 32 KiB of bits: as much as the first level cache of most processors. What
 * is crossed off there never waits for memory. */
const struct sieve_kind sieve_segmented = {
	.name = "segmented",
	.summary = "the same, a cacheful of numbers at a time",
	.source = "Carter Bays and Richard Hudson, 1977",
	.layout = SEGMENT_ODD_BITS,
	.stretch = 32768 * 8 / 15,
	.step = segmented_step,
};
