#include "lib/pipeline_block.h"

#include <errno.h>
#include <stdlib.h>

enum {
	LONG_DIVISIONS = 8192, /* without a pause in between, some 50 us */
	FIRST_CAPACITY = 16,
};

struct search {
	const struct pipeline_divisors *divisors;
	const struct pipeline_pause *pause;
	struct pipeline_found *found;
	unsigned ndivisions; /* since the last pause */
};

int pipeline_found_reserve(struct pipeline_found *found, size_t n)
{
	size_t capacity = found->capacity ? found->capacity : FIRST_CAPACITY;
	uint32_t *primes;

	if (n <= found->capacity)
		return 0;
	while (capacity < n)
		capacity *= 2;
	primes = realloc(found->primes, capacity * sizeof(*primes));
	if (!primes)
		return -ENOMEM;
	found->primes = primes;
	found->capacity = capacity;
	return 0;
}

void pipeline_found_fini(struct pipeline_found *found)
{
	free(found->primes);
	*found = (struct pipeline_found){0};
}

static bool gives_up(struct search *search)
{
	search->ndivisions = 0;
	return search->pause->fn && search->pause->fn(search->pause->context);
}

/* Many processors divide 32 bits several times as fast as 64. */
static bool divides(uint32_t prime, uint64_t number)
{
	return number <= UINT32_MAX ? (uint32_t)number % prime == 0
				    : number % prime == 0;
}

/* Returns 1, 0 or -ECANCELED. */
static int is_prime(struct search *search, uint64_t number,
	const uint32_t *primes, size_t nprimes)
{
	for (size_t i = 0; i < nprimes; i++) {
		uint32_t prime = primes[i];

		if ((uint64_t)prime * prime > number)
			return 1;
		if (divides(prime, number))
			return 0;
		if (++search->ndivisions >= LONG_DIVISIONS && gives_up(search))
			return -ECANCELED;
	}
	return number > 1;
}

static int keep(struct search *search, uint64_t prime)
{
	struct pipeline_found *found = search->found;
	int status;

	found->count++;
	found->last = prime;
	segment_sum_add(&found->sum, (struct segment_sum){.low = prime});
	if (prime > search->divisors->keep)
		return 0;
	status = pipeline_found_reserve(found, found->nprimes + 1);
	if (status == 0)
		found->primes[found->nprimes++] = (uint32_t)prime;
	return status;
}

/* Block 1, alone, needs no other: it divides by what it finds. */
static int decide(struct search *search, bool first, uint64_t number)
{
	const struct pipeline_divisors *others = search->divisors;
	const struct pipeline_found *own = search->found;
	int status = first ? is_prime(search, number, own->primes, own->nprimes)
			   : is_prime(
				     search, number, others->primes, others->n);

	return status > 0 ? keep(search, number) : status;
}

int pipeline_block_search(const struct pipeline_block *block,
	const struct pipeline_divisors *divisors,
	const struct pipeline_pause *pause, struct pipeline_found *found)
{
	struct search search = {
		.divisors = divisors, .pause = pause, .found = found};
	uint64_t until_pause = pause->every;

	*found = (struct pipeline_found){
		.primes = found->primes, .capacity = found->capacity};
	/* high may be the largest number: do not count beyond it. */
	for (uint64_t i = 0; i <= block->high - block->low; i++) {
		int status = decide(&search, block->needs == 0, block->low + i);

		if (status < 0)
			return status;
		if (--until_pause == 0) {
			until_pause = pause->every;
			if (gives_up(&search))
				return -ECANCELED;
		}
	}
	return 0;
}
