#include "lib/isqrt.h"
#include "lib/segment_impl.h"
#include "lib/sieve_impl.h"

/*
 * With only eight numbers in thirty left, a prime p has to cross off only
 * those of its multiples p * q whose q is itself one of the eight. Take one
 * class of q modulo 30: from one to the next, p * q grows by 30 p, that is by
 * p bytes, and is always in the same bit. So each prime makes eight plain
 * loops.
 */
static void cross_class(struct sieve *sieve, uint64_t distance, uint32_t prime)
{
	unsigned mask = ~(1u << segment_below[(distance - 2) % 30 + 2]);

	for (uint64_t k = (distance - 2) / 30; k < sieve->turns; k += prime)
		sieve->data[k] &= mask;
}

static void cross_off(struct sieve *sieve, uint64_t prime)
{
	/* The first multiple behind low, or the square. */
	uint64_t cofactor = sieve->low / prime + 1;
	uint64_t distance = prime - sieve->low % prime;

	if (cofactor < prime) {
		distance += (prime - cofactor) * prime;
		cofactor = prime;
	}
	for (unsigned i = 0; i < 8; i++) {
		uint64_t more = (30 + segment_offsets[i] - cofactor % 30) % 30;
		uint64_t d = distance + more * prime;

		/* low + 1 is of the segment before. */
		cross_class(sieve, d == 1 ? d + 30 * prime : d, prime);
	}
}

static int wheel_step(struct sieve *sieve, struct segment *out)
{
	struct primewalk walk = primewalk_from(
		&sieve->plan->primes, 7, isqrt(sieve_stretch_last(sieve)));
	uint32_t prime;

	memset(sieve->data, 0xff, sieve->turns);
	while ((prime = primewalk_next(&walk)))
		cross_off(sieve, prime);
	sieve_emit(sieve, out);
	return 0;
}

const struct sieve_kind sieve_wheel = {
	.name = "wheel",
	.summary = "only the eight numbers in thirty without factors 2, 3, 5",
	.source = "Paul Pritchard, Explaining the wheel sieve, 1982",
	.layout = SEGMENT_WHEEL30,
	.stretch = 32768,
	.step = wheel_step,
};
