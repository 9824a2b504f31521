#include "lib/isqrt.h"
#include "lib/sieve_impl.h"
#include <string.h>

/* How many entries to clear before the caller may look up. */
enum {
	STEP = 100000
};

static void begin(struct sieve *sieve)
{
	sieve->prime = 1;
	memset(sieve->data, 1, 15 * sieve->turns + 1);
}

/* Returns how many multiples there were. */
static uint64_t cross_off(struct sieve *sieve, uint32_t prime)
{
	uint64_t last = 15 * sieve->turns;
	uint64_t i = sieve_first_multiple(sieve->low, prime) / 2;
	uint64_t n = 0;

	for (; i <= last; i += prime, n++)
		sieve->data[i] = 0;
	return n;
}

static int bytes_step(struct sieve *sieve, struct segment *out)
{
	struct primewalk walk;

	if (sieve->steps == 0)
		begin(sieve);
	walk = primewalk_from(&sieve->plan->primes, sieve->prime + 1,
		isqrt(sieve_stretch_last(sieve)));
	for (uint64_t done = 0; done < STEP; done += 1) {
		sieve->prime = primewalk_next(&walk);
		if (!sieve->prime) {
			sieve_emit(sieve, out);
			return 0;
		}
		done += cross_off(sieve, sieve->prime);
	}
	return 1;
}

const struct sieve_kind sieve_bytes = {
	.name = "bytes",
	.summary = "cross off in one array, a byte for each odd number",
	.source = "Eratosthenes, about 240 BC, without the even numbers",
	.layout = SEGMENT_ODD_BYTES,
	.stretch = 0,
	.step = bytes_step,
};
