#include "lib/isqrt.h"
#include "lib/sieve_impl.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The smallest primes have the most multiples, and they repeat: what 3, 5, 7,
 * 11 and 13 cross off is the same every 15015 odd numbers. Crossed off once,
 * it can be copied. Eight times as many bits make whole bytes.
 */
enum {
	PERIOD = 3 * 5 * 7 * 11 * 13
};

/* 8 * EIGHTH = 1 modulo PERIOD */
enum {
	EIGHTH = (PERIOD + 1) / 8
};

static void make_pattern(unsigned char pattern[PERIOD])
{
	static const unsigned char primes[] = {3, 5, 7, 11, 13};

	memset(pattern, 0xff, PERIOD);
	for (size_t k = 0; k < sizeof primes; k++)
		for (size_t i = primes[k] / 2; i < 8 * PERIOD; i += primes[k])
			pattern[i / 8] &= ~(1u << i % 8);
}

static int presieved_plan(struct sieve_plan *plan, unsigned nthreads)
{
	(void)nthreads;
	plan->tables = malloc(PERIOD);
	if (!plan->tables)
		return -ENOMEM;
	make_pattern(plan->tables);
	return 0;
}

static void presieved_unplan(struct sieve_plan *plan)
{
	free(plan->tables);
}

static void copy_pattern(struct sieve *sieve, const unsigned char *pattern)
{
	size_t size = segment_size(SEGMENT_ODD_BITS, sieve->turns);
	/* The byte of the pattern whose first bit is where ours is. */
	size_t from = sieve->low / 2 % PERIOD * EIGHTH % PERIOD;

	for (size_t at = 0; at < size;) {
		size_t n = PERIOD - from < size - at ? PERIOD - from
						     : size - at;

		memcpy(sieve->data + at, pattern + from, n);
		at += n;
		from = 0;
	}
	/* The pattern counts 7, 11 and 13 among their multiples. */
	if (sieve->low == 0)
		sieve->data[0] |= 1u << 7 / 2 | 1u << 11 / 2 | 1u << 13 / 2;
}

static void cross_off(struct sieve *sieve, uint32_t prime)
{
	uint64_t last = 15 * sieve->turns;
	uint64_t i = sieve_first_multiple(sieve->low, prime) / 2;

	for (; i <= last; i += prime)
		sieve->data[i / 8] &= ~(1u << i % 8);
}

static int presieved_step(struct sieve *sieve, struct segment *out)
{
	struct primewalk walk = primewalk_from(
		&sieve->plan->primes, 17, isqrt(sieve_stretch_last(sieve)));
	uint32_t prime;

	copy_pattern(sieve, sieve->plan->tables);
	while ((prime = primewalk_next(&walk)))
		cross_off(sieve, prime);
	sieve_emit(sieve, out);
	return 0;
}

const struct sieve_kind sieve_presieved = {
	.name = "presieved",
	.summary = "the same, begun with a copy of what 3 to 13 cross off",
	.source = "Paul Pritchard, Explaining the wheel sieve, 1982",
	.layout = SEGMENT_ODD_BITS,
	.stretch = 32768 * 8 / 15,
	.plan = presieved_plan,
	.unplan = presieved_unplan,
	.step = presieved_step,
};
