#include "lib/must.h"
#include "lib/segment_impl.h"

/*
 * Within a byte, entry i is followed by entries that are 4, 2, 4, 2, 4, 6
 * and 2 larger. So every closest tuplet is a run of neighbouring bits, and
 * it is enough to know at which bits a run of each length may begin.
 */
static const unsigned char run_starts[SEGMENT_NTUPLETS] = {
	0x4a, /* 11 13, 17 19, 29 31 */
	0x0f, /* 7 11 13, 11 13 17, 13 17 19, 17 19 23 */
	0x02, /* 11 13 17 19 */
	0x03, /* 7 11 13 17 19, 11 13 17 19 23 */
	0x01, /* 7 11 13 17 19 23 */
};

/* The tuplets of eight bytes. A shift moves bits over from the next byte,
 * but no run that may begin at a bit reaches that far. */
static ALWAYS_INLINE void count_runs(
	uint64_t word, uint64_t counts[SEGMENT_NTUPLETS])
{
	uint64_t runs = word;

	for (unsigned k = 0; k < SEGMENT_NTUPLETS; k++) {
		uint64_t starts = run_starts[k] * UINT64_C(0x0101010101010101);

		runs &= word >> (k + 1);
		counts[k] += __builtin_popcountll(runs & starts);
	}
}

static ALWAYS_INLINE void count_tuplets(const unsigned char *data, size_t size,
	uint64_t counts[SEGMENT_NTUPLETS])
{
	size_t i = 0;

	for (; i + 8 <= size; i += 8)
		count_runs(segment_word(data + i), counts);
	count_runs(segment_tail(data + i, size - i), counts);
}

static void tuplets(const unsigned char *data, size_t size,
	uint64_t counts[SEGMENT_NTUPLETS])
{
	count_tuplets(data, size, counts);
}

POPCNT static void tuplets_fast(const unsigned char *data, size_t size,
	uint64_t counts[SEGMENT_NTUPLETS])
{
	count_tuplets(data, size, counts);
}

void segment_tuplets(
	const struct segment *seg, uint64_t counts[SEGMENT_NTUPLETS])
{
	must(seg->layout == SEGMENT_WHEEL30);
	if (has_popcnt())
		tuplets_fast(seg->data, seg->size, counts);
	else
		tuplets(seg->data, seg->size, counts);
}

void segment_small_tuplets(
	uint64_t lo, uint64_t hi, uint64_t counts[SEGMENT_NTUPLETS])
{
	static const struct {
		unsigned kind, first, last;
	} small[] = {
		{0, 3, 5},
		{0, 5, 7},
		{1, 5, 11},
		{2, 5, 13},
		{3, 5, 17},
	};

	for (size_t i = 0; i < sizeof small / sizeof *small; i++)
		if (lo <= small[i].first && small[i].last <= hi)
			counts[small[i].kind]++;
}

unsigned segment_small_primes(uint64_t lo, uint64_t hi, uint64_t out[3])
{
	static const unsigned char small[3] = {2, 3, 5};
	unsigned n = 0;

	for (int i = 0; i < 3; i++)
		if (lo <= small[i] && small[i] <= hi)
			out[n++] = small[i];
	return n;
}
