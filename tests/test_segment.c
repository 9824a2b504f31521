#include "lib/rng.h"
#include "lib/segment.h"
#include "tests/suite.h"
#include <stdio.h>
#include <string.h>

enum {
	TURNS = 100,
	NUMBERS = 30 * TURNS + 2,
	ROOM = 15 * TURNS + 1
};

static const enum segment_layout layouts[] = {
	SEGMENT_ODD_BYTES, SEGMENT_ODD_BITS, SEGMENT_WHEEL30};

/* Which of low .. low + NUMBERS - 1 are in the set under test. */
struct set {
	uint64_t low;
	unsigned char in[NUMBERS];
};

static int on_wheel(unsigned distance)
{
	return distance >= 2 && distance % 2 && distance % 3 && distance % 5;
}

static void put(const struct set *set, enum segment_layout layout,
	unsigned char *data, struct segment *seg)
{
	static const unsigned char bit[32] = {[7] = 0,
		[11] = 1,
		[13] = 2,
		[17] = 3,
		[19] = 4,
		[23] = 5,
		[29] = 6,
		[31] = 7};

	*seg = (struct segment){
		layout, set->low, data, segment_size(layout, TURNS)};
	memset(data, 0, seg->size);
	for (unsigned d = 0; d < NUMBERS; d++) {
		if (!set->in[d])
			continue;
		if (layout == SEGMENT_ODD_BYTES)
			data[d / 2] = 1;
		else if (layout == SEGMENT_ODD_BITS)
			data[d / 16] |= 1u << d / 2 % 8;
		else
			data[(d - 2) / 30] |= 1u << bit[(d - 2) % 30 + 2];
	}
}

static void fill(struct set *set, uint64_t low, unsigned one_in, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, seed);
	set->low = low;
	for (unsigned d = 0; d < NUMBERS; d++)
		set->in[d] = on_wheel(d) && rng_below(&rng, one_in) == 0;
}

/* Try what the caller does with sets thin and dense, low and high. */
static void each_set(void (*check)(const struct set *))
{
	static const uint64_t lows[] = {0, 30, 960, 3000000000, 999999999990,
		UINT64_C(18446744073709548600)};
	struct set set;

	for (unsigned i = 0; i < sizeof lows / sizeof *lows; i++)
		for (unsigned one_in = 1; one_in < 2000; one_in *= 6) {
			fill(&set, lows[i], one_in, i);
			check(&set);
		}
}

static void check_counting(const struct set *set)
{
	for (unsigned l = 0; l < 3; l++) {
		unsigned char data[ROOM];
		struct segment seg;
		uint64_t count = 0, last = 0;

		put(set, layouts[l], data, &seg);
		for (unsigned d = 0; d < NUMBERS; d++) {
			if (!set->in[d])
				continue;
			last = set->low + d;
			ck_assert_uint_eq(segment_nth(&seg, ++count), last);
		}
		ck_assert_uint_eq(segment_count(&seg), count);
		ck_assert_uint_eq(segment_last(&seg), last);
		ck_assert_uint_eq(segment_nth(&seg, 0), 0);
		ck_assert_uint_eq(segment_nth(&seg, count + 1), 0);
	}
}

START_TEST(count_last_and_nth_agree_in_every_layout)
{
	each_set(check_counting);
}
END_TEST

static void check_packing(const struct set *set)
{
	unsigned char want_data[ROOM];
	struct segment want;

	put(set, SEGMENT_WHEEL30, want_data, &want);
	for (unsigned l = 0; l < 3; l++) {
		unsigned char data[ROOM], packed[ROOM];
		struct segment seg, out;

		put(set, layouts[l], data, &seg);
		ck_assert_uint_eq(segment_pack_size(&seg), TURNS);
		segment_pack(&seg, packed, &out);
		ck_assert_uint_eq(out.low, want.low);
		ck_assert_uint_eq(out.size, want.size);
		ck_assert_mem_eq(out.data, want.data, want.size);
	}
}

START_TEST(packing_keeps_the_numbers)
{
	each_set(check_packing);
}
END_TEST

static void check_clipping(const struct set *set)
{
	struct rng rng;

	rng_init(&rng, set->low);
	for (int n = 0; n < 100; n++) {
		unsigned a = rng_below(&rng, NUMBERS);
		unsigned b = rng_below(&rng, NUMBERS);
		struct set clipped = *set;

		for (unsigned d = 0; d < NUMBERS; d++)
			clipped.in[d] = set->in[d] && a <= d && d <= b;
		for (unsigned l = 0; l < 3; l++) {
			unsigned char data[ROOM], want_data[ROOM];
			struct segment seg, want;

			put(set, layouts[l], data, &seg);
			put(&clipped, layouts[l], want_data, &want);
			segment_clip(&seg, data, set->low + a, set->low + b);
			ck_assert_mem_eq(data, want_data, want.size);
		}
	}
}

START_TEST(clipping_leaves_what_is_inside)
{
	each_set(check_clipping);
}
END_TEST

START_TEST(clipping_to_everything_changes_nothing)
{
	for (unsigned l = 0; l < 3; l++) {
		unsigned char data[4] = {1, 1, 1, 1};
		struct segment seg = {layouts[l], 0, data, 4};

		segment_clip(&seg, data, 0, UINT64_MAX);
		ck_assert_mem_eq(data, "\1\1\1\1", 4);
		segment_clip(&seg, data, 100000, UINT64_MAX);
		ck_assert_mem_eq(data, "\0\0\0\0", 4);
	}
}
END_TEST

static void check_sum(const struct set *set)
{
	unsigned char data[ROOM];
	struct segment seg;
	struct segment_sum want = {0, 0}, got;

	put(set, SEGMENT_WHEEL30, data, &seg);
	for (unsigned d = 0; d < NUMBERS; d++)
		if (set->in[d])
			segment_sum_add(&want,
				(struct segment_sum){.low = set->low + d});
	got = segment_sum(&seg);
	ck_assert_uint_eq(got.low, want.low);
	ck_assert_uint_eq(got.high, want.high);
}

START_TEST(sums_carry_into_the_high_half)
{
	struct segment_sum sum = {UINT64_MAX, 1};

	segment_sum_add(&sum, (struct segment_sum){2, 3});
	ck_assert_uint_eq(sum.low, 1);
	ck_assert_uint_eq(sum.high, 5);
	each_set(check_sum);
}
END_TEST

static void check_tuplets(const struct set *set)
{
	static const unsigned char shapes[][7] = {
		{0, 2},
		{1, 2, 6},
		{1, 4, 6},
		{2, 2, 6, 8},
		{3, 2, 6, 8, 12},
		{3, 4, 6, 10, 12},
		{4, 4, 6, 10, 12, 16},
	};
	uint64_t want[SEGMENT_NTUPLETS] = {1, 1, 1, 1, 1};
	uint64_t got[SEGMENT_NTUPLETS] = {1, 1, 1, 1, 1};
	unsigned char data[ROOM];
	struct segment seg;

	for (unsigned d = 0; d < NUMBERS - 16; d++)
		for (unsigned s = 0; s < sizeof shapes / 7; s++) {
			unsigned all = set->in[d];

			for (int i = 1; i < 7 && shapes[s][i]; i++)
				all &= set->in[d + shapes[s][i]];
			want[shapes[s][0]] += all;
		}
	/* The last turn is left to itself: its neighbours are not here. */
	put(set, SEGMENT_WHEEL30, data, &seg);
	segment_tuplets(&seg, got);
	seg.data += TURNS - 1;
	seg.size = 0;
	segment_tuplets(&seg, got);
	if (!set->in[NUMBERS - 1] && !set->in[NUMBERS - 3])
		ck_assert_mem_eq(got, want, sizeof want);
}

START_TEST(tuplets_are_runs_within_a_byte)
{
	each_set(check_tuplets);
}
END_TEST

static void check_printing(const struct set *set)
{
	static char want[NUMBERS * 21], got[NUMBERS * 21 + 4096];
	unsigned char data[ROOM];
	struct segment seg;
	size_t length = 0;

	put(set, SEGMENT_WHEEL30, data, &seg);
	for (unsigned d = 0; d < NUMBERS; d++)
		if (set->in[d])
			length += sprintf(want + length, "%llu\n",
				(unsigned long long)set->low + d);
	ck_assert_uint_le(length, segment_print_max(&seg));
	ck_assert_uint_le(segment_print_max(&seg), sizeof got);
	ck_assert_uint_eq(segment_print(&seg, got), length);
	ck_assert_mem_eq(got, want, length);
}

START_TEST(printing_is_decimal_lines)
{
	each_set(check_printing);
}
END_TEST

START_TEST(printing_passes_every_power_of_ten)
{
	uint64_t power = 10;

	for (int digits = 2; digits < 20; digits++, power *= 10) {
		struct set set;

		fill(&set, segment_low(power > 1500 ? power - 1500 : 2), 3, 1);
		check_printing(&set);
	}
}
END_TEST

START_TEST(an_empty_segment_has_nothing)
{
	for (unsigned l = 0; l < 3; l++) {
		struct segment seg = {layouts[l], 990, NULL, 0}, out;
		unsigned char byte = 0;
		uint64_t counts[SEGMENT_NTUPLETS] = {0};
		char text[4096];

		seg.data = &byte;
		ck_assert_uint_eq(segment_count(&seg), 0);
		ck_assert_uint_eq(segment_last(&seg), 0);
		ck_assert_uint_eq(segment_nth(&seg, 1), 0);
		ck_assert_uint_eq(segment_pack_size(&seg), 0);
		segment_pack(&seg, &byte, &out);
		ck_assert_uint_eq(out.size, 0);
		ck_assert_uint_eq(segment_sum(&out).low, 0);
		segment_tuplets(&out, counts);
		ck_assert_uint_eq(counts[0], 0);
		ck_assert_uint_le(segment_print_max(&out), sizeof text);
		ck_assert_uint_eq(segment_print(&out, text), 0);
	}
}
END_TEST

START_TEST(small_primes_are_2_3_and_5)
{
	static const uint64_t primes[] = {2, 3, 5};

	for (uint64_t lo = 0; lo < 10; lo++)
		for (uint64_t hi = lo; hi < 10; hi++) {
			uint64_t got[3];
			unsigned n = 0;
			unsigned count = segment_small_primes(lo, hi, got);

			for (int i = 0; i < 3; i++)
				if (lo <= primes[i] && primes[i] <= hi)
					ck_assert_uint_eq(got[n++], primes[i]);
			ck_assert_uint_eq(count, n);
		}
}
END_TEST

START_TEST(small_tuplets_lie_within_the_range)
{
	uint64_t all[SEGMENT_NTUPLETS] = {0}, none[SEGMENT_NTUPLETS] = {0};
	uint64_t some[SEGMENT_NTUPLETS] = {0};

	segment_small_tuplets(0, UINT64_MAX, all);
	ck_assert_mem_eq(all, ((uint64_t[]){2, 1, 1, 1, 0}), sizeof all);
	segment_small_tuplets(6, UINT64_MAX, none);
	ck_assert_mem_eq(none, ((uint64_t[]){0, 0, 0, 0, 0}), sizeof none);
	segment_small_tuplets(5, 11, some);
	ck_assert_mem_eq(some, ((uint64_t[]){1, 1, 0, 0, 0}), sizeof some);
}
END_TEST

int main(void)
{
	return suite_run("segment", 60,
		(const TTest *const[]){
			count_last_and_nth_agree_in_every_layout,
			packing_keeps_the_numbers,
			clipping_leaves_what_is_inside,
			clipping_to_everything_changes_nothing,
			sums_carry_into_the_high_half,
			tuplets_are_runs_within_a_byte,
			printing_is_decimal_lines,
			printing_passes_every_power_of_ten,
			an_empty_segment_has_nothing,
			small_primes_are_2_3_and_5,
			small_tuplets_lie_within_the_range,
			NULL,
		});
}
