#include "lib/presieve.h"
#include "lib/segment_impl.h"
#include <errno.h>
#include <stdlib.h>

enum {
	VECTOR = 64,
	LANES = 8, /* patterns combined in one go: as many pointers as fit the
		      registers of the machine */
	PIECE = 16384, /* bytes of the segment filled before going on */
	LAST = 257,
};

/*
 * The primes of each pattern, so joined that all periods, which are their
 * products, are of like size: the patterns stay in the second level cache.
 */
static const unsigned short groups[PRESIEVE_PATTERNS][4] = {{7, 11, 13, 17},
	{19, 23, 41}, {29, 31, 37}, {43, 251}, {47, 241}, {53, 239}, {59, 233},
	{61, 229}, {67, 227}, {71, 223}, {73, 211}, {79, 199}, {83, 197},
	{89, 193}, {97, 191}, {101, 181}, {103, 179}, {107, 173}, {109, 167},
	{113, 163}, {127, 157}, {131, 151}, {137, 149}, {139, 257}};

static size_t period_of(unsigned pattern)
{
	size_t period = 1;

	for (unsigned i = 0; i < 4 && groups[pattern][i]; i++)
		period *= groups[pattern][i];
	return period;
}

/* Every multiple of prime, with cofactors of one class after the other. */
static void cross_off(unsigned char *pattern, size_t size, unsigned prime)
{
	for (unsigned i = 0; i < 8; i++) {
		unsigned multiple = prime * segment_offsets[i] % (30 * prime);
		unsigned bit;

		if (multiple < 2)
			multiple += 30 * prime;
		bit = segment_below[(multiple - 2) % 30 + 2];
		for (size_t k = (multiple - 2) / 30; k < size; k += prime)
			pattern[k] &= ~(1u << bit);
	}
}

int presieve_init(struct presieve *presieve)
{
	*presieve = (struct presieve){.last = LAST};
	for (unsigned p = 0; p < PRESIEVE_PATTERNS; p++) {
		/* A reader may run over the end by less than a vector. */
		size_t size = period_of(p) + VECTOR;
		unsigned char *pattern = malloc(size);

		if (!pattern) {
			presieve_fini(presieve);
			return -ENOMEM;
		}
		presieve->patterns[p] = pattern;
		memset(pattern, 0xff, size);
		for (unsigned i = 0; i < 4 && groups[p][i]; i++)
			cross_off(pattern, size, groups[p][i]);
	}
	return 0;
}

void presieve_fini(struct presieve *presieve)
{
	for (unsigned p = 0; p < PRESIEVE_PATTERNS; p++)
		free(presieve->patterns[p]);
}

/* Where the reading of a pattern is. */
struct reader {
	const unsigned char *at, *end;
	size_t period;
};

typedef unsigned char vector
	__attribute__((vector_size(VECTOR), aligned(1), may_alias));

/* data = the AND of eight patterns (and of itself, if it has something). */
static ALWAYS_INLINE void combine(unsigned char *data, size_t size,
	const struct reader readers[LANES], int first)
{
	const unsigned char *a = readers[0].at, *b = readers[1].at;
	const unsigned char *c = readers[2].at, *d = readers[3].at;
	const unsigned char *e = readers[4].at, *f = readers[5].at;
	const unsigned char *g = readers[6].at, *h = readers[7].at;

	for (size_t i = 0; i < size; i += VECTOR) {
		vector v = *(const vector *)(a + i) & *(const vector *)(b + i) &
			   *(const vector *)(c + i) & *(const vector *)(d + i) &
			   *(const vector *)(e + i) & *(const vector *)(f + i) &
			   *(const vector *)(g + i) & *(const vector *)(h + i);

		if (!first)
			v &= *(vector *)(data + i);
		*(vector *)(data + i) = v;
	}
}

typedef void combine_fn(unsigned char *data, size_t size,
	const struct reader readers[LANES], int first);

static void combine_plain(unsigned char *data, size_t size,
	const struct reader readers[LANES], int first)
{
	combine(data, size, readers, first);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void combine_avx2(unsigned char *data,
	size_t size, const struct reader readers[LANES], int first)
{
	combine(data, size, readers, first);
}

__attribute__((target("avx512f"))) static void combine_avx512(
	unsigned char *data, size_t size, const struct reader readers[LANES],
	int first)
{
	combine(data, size, readers, first);
}

static combine_fn *combine_best(void)
{
	if (__builtin_cpu_supports("avx512f"))
		return combine_avx512;
	return __builtin_cpu_supports("avx2") ? combine_avx2 : combine_plain;
}
#else
static combine_fn *combine_best(void)
{
	return combine_plain;
}
#endif

/* Combine eight patterns over a piece: as far as none of them ends, again and
 * again. size is a multiple of a vector. */
static void combine_piece(unsigned char *data, size_t size,
	struct reader readers[LANES], combine_fn *fn, int first)
{
	while (size > 0) {
		size_t run = size;

		for (unsigned i = 0; i < LANES; i++) {
			size_t left = readers[i].end - readers[i].at;

			left = (left + VECTOR - 1) / VECTOR * VECTOR;
			run = left < run ? left : run;
		}
		fn(data, run, readers, first);
		for (unsigned i = 0; i < LANES; i++) {
			readers[i].at += run;
			if (readers[i].at >= readers[i].end)
				readers[i].at -= readers[i].period;
		}
		data += run;
		size -= run;
	}
}

/* The patterns know their primes as multiples. */
static void restore_primes(unsigned char *data, uint64_t low, size_t size)
{
	for (unsigned p = 0; p < PRESIEVE_PATTERNS; p++)
		for (unsigned i = 0; i < 4 && groups[p][i]; i++) {
			uint64_t distance = groups[p][i] - low;

			if (groups[p][i] >= low + 2 &&
				(distance - 2) / 30 < size)
				data[(distance - 2) / 30] |=
					1u
					<< segment_below[(distance - 2) % 30 +
							 2];
		}
}

void presieve_fill(const struct presieve *presieve, unsigned char *data,
	uint64_t low, size_t size)
{
	struct reader readers[PRESIEVE_PATTERNS];
	combine_fn *fn = combine_best();

	for (unsigned p = 0; p < PRESIEVE_PATTERNS; p++) {
		size_t period = period_of(p);
		const unsigned char *pattern = presieve->patterns[p];

		readers[p] = (struct reader){
			pattern + low / 30 % period, pattern + period, period};
	}
	for (size_t at = 0; at < size; at += PIECE) {
		size_t piece = size - at < PIECE ? size - at : PIECE;

		piece = (piece + VECTOR - 1) / VECTOR * VECTOR;
		for (unsigned p = 0; p < PRESIEVE_PATTERNS; p += LANES)
			combine_piece(
				data + at, piece, readers + p, fn, p == 0);
	}
	if (low < LAST)
		restore_primes(data, low, size);
}
