#include "lib/primetable.h"
#include "lib/isqrt.h"
#include "lib/segment_impl.h"
#include <errno.h>
#include <stdlib.h>

int primetable_init(struct primetable *table, uint32_t limit)
{
	size_t size = segment_low(limit) / 30 + 1;
	unsigned char *bits = calloc(size + sizeof(uint64_t), 1);

	if (!bits)
		return -ENOMEM;
	*table = (struct primetable){bits, size, limit};
	return 0;
}

void primetable_fini(struct primetable *table)
{
	free(table->bits);
	*table = (struct primetable){0};
}

static struct segment whole(const struct primetable *table)
{
	return (struct segment){SEGMENT_WHEEL30, 0, table->bits, table->size};
}

/* Clear the multiples of prime from its square on. Those with a cofactor in
 * the same class mod 30 are prime bytes apart, and all in the same bit. */
static void cross_off(struct primetable *table, uint32_t prime)
{
	for (unsigned i = 0; i < 8; i++) {
		uint64_t cofactor = prime / 30 * 30 + segment_offsets[i];
		uint64_t multiple;
		unsigned bit;

		if (cofactor < prime)
			cofactor += 30;
		multiple = cofactor * prime;
		bit = segment_below[(multiple - 2) % 30 + 2];
		for (size_t k = (multiple - 2) / 30; k < table->size;
			k += prime)
			table->bits[k] &= ~(1u << bit);
	}
}

void primetable_fill(struct primetable *table)
{
	struct segment seg = whole(table);
	struct primewalk walk;
	uint32_t prime;

	memset(table->bits, 0xff, table->size);
	segment_clip(&seg, table->bits, 7, table->limit);
	/* What the walk finds is prime: all smaller primes were here. */
	walk = primewalk_from(table, 7, isqrt(table->limit));
	while ((prime = primewalk_next(&walk)))
		cross_off(table, prime);
}

uint64_t primetable_count(const struct primetable *table)
{
	struct segment seg = whole(table);

	return segment_count(&seg);
}

struct primewalk primewalk_from(
	const struct primetable *table, uint32_t from, uint32_t last)
{
	struct primewalk walk = {.table = table, .last = last};
	uint32_t low = segment_low(from);
	struct segment first = {SEGMENT_WHEEL30, low, NULL, 8};
	unsigned char word[8];

	walk.small = from <= 3 ? 3 : from <= 5 ? 5 : 0;
	walk.at = low / 30;
	if (walk.at >= table->size)
		return walk;
	memcpy(word, table->bits + walk.at, sizeof word);
	segment_clip(&first, word, from, UINT32_MAX);
	walk.word = segment_word(word);
	walk.at += 8;
	return walk;
}

uint32_t primewalk_next(struct primewalk *walk)
{
	uint32_t prime = walk->small;
	unsigned bit;

	if (prime) {
		walk->small = prime == 3 ? 5 : 0;
		return prime <= walk->last ? prime : 0;
	}
	for (; !walk->word; walk->at += 8) {
		if (walk->at >= walk->table->size)
			return 0;
		walk->word = segment_word(walk->table->bits + walk->at);
	}
	bit = __builtin_ctzll(walk->word);
	walk->word &= walk->word - 1;
	prime = (walk->at - 8 + bit / 8) * 30 + segment_offsets[bit % 8];
	return prime <= walk->last ? prime : 0;
}
