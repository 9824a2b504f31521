#include "lib/sieve_impl.h"
#include <string.h>

/* No sieve at all, the measure of all others: each number is divided by
 * every prime up to its square root. */
static int is_prime(const struct primetable *primes, uint64_t number)
{
	struct primewalk walk = primewalk_from(primes, 3, UINT32_MAX);
	uint64_t prime;

	while ((prime = primewalk_next(&walk)) && prime * prime <= number)
		if (number % prime == 0)
			return 0;
	return 1;
}

static int trial_step(struct sieve *sieve, struct segment *out)
{
	uint64_t n = (sieve_stretch_last(sieve) - sieve->low + 1) / 2;

	memset(sieve->data, 0, segment_size(SEGMENT_ODD_BYTES, sieve->turns));
	for (uint64_t i = 0; i < n; i++)
		sieve->data[i] = is_prime(
			&sieve->plan->primes, sieve->low + 2 * i + 1);
	sieve_emit(sieve, out);
	return 0;
}

const struct sieve_kind sieve_trial = {
	.name = "trial",
	.summary = "divide each odd number by the primes up to its square root",
	.source = "Leonardo Fibonacci, Liber Abaci, 1202",
	.layout = SEGMENT_ODD_BYTES,
	.stretch = 8,
	.step = trial_step,
};
