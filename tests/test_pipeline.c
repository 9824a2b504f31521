#include "lib/pipeline.h"

#include "lib/pipeline_block.h"
#include "lib/pipeline_check.h"
#include "lib/pipeline_primes.h"
#include "lib/rng.h"
#include "tests/suite.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Hand out all that can be, as one worker with an endless window would. */
static uint64_t hand_out_all(struct pipeline *pipeline)
{
	struct pipeline_block block;

	while (pipeline_next(pipeline, &block))
		;
	return pipeline->handed_out;
}

/* R3: the table of waves for blocks of ten, one result after the other. */
START_TEST(r3_waves_of_small_blocks)
{
	static const uint64_t wave[] = {1, 12, 44, 96, 168, 260, 372};
	struct pipeline pipeline;

	ck_assert_int_eq(pipeline_init(&pipeline, 10000, 10, 1000), 0);
	for (uint64_t n = 0; n < 7; n++) {
		if (n > 0)
			ck_assert_uint_eq(pipeline_result(&pipeline, n),
				wave[n] - wave[n - 1]);
		ck_assert_uint_eq(hand_out_all(&pipeline), wave[n]);
		ck_assert_uint_eq(pipeline.nwaves, n);
	}
	pipeline_fini(&pipeline);
}
END_TEST

/* With the blocks of a thousand that the workshop shipped, one wave does. */
START_TEST(r3_one_wave_of_large_blocks)
{
	struct pipeline pipeline;

	ck_assert_int_eq(pipeline_init(&pipeline, 100000, 1000, 200), 0);
	ck_assert_uint_eq(hand_out_all(&pipeline), 1);
	ck_assert_uint_eq(pipeline_result(&pipeline, 1), 99);
	ck_assert_uint_eq(hand_out_all(&pipeline), 100);
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_OUT);
	for (uint64_t n = 100; n > 1; n--)
		ck_assert_uint_eq(pipeline_result(&pipeline, n), 0);
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_DONE);
	ck_assert_uint_eq(pipeline.nwaves, 1);
	pipeline_fini(&pipeline);
}
END_TEST

START_TEST(reach_ends_before_the_next_square)
{
	static const struct {
		uint64_t known, reach;
	} rows[] = {{0, 0}, {1, 3}, {2, 8}, {10, 120},
		{3037000499, UINT64_C(9223372037000249999)},
		{UINT32_MAX - 1, UINT64_C(18446744065119617024)},
		{UINT32_MAX, UINT64_MAX}, {UINT64_MAX, UINT64_MAX}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_uint_eq(pipeline_reach(rows[i].known), rows[i].reach);
}
END_TEST

/* hazards: a root of doubles is one too large from 94906265^2 - 1 on. */
START_TEST(needs_are_exact_where_doubles_are_not)
{
	struct pipeline pipeline;
	const uint64_t root = 94906265;

	ck_assert_int_eq(
		pipeline_init(&pipeline, root * root - 1, root - 1, 8), 0);
	ck_assert_uint_eq(pipeline_block(&pipeline, pipeline.nblocks).needs, 1);
	pipeline_fini(&pipeline);
	ck_assert_int_eq(pipeline_init(&pipeline, root * root, root - 1, 8), 0);
	ck_assert_uint_eq(pipeline_block(&pipeline, pipeline.nblocks).needs, 2);
	pipeline_fini(&pipeline);
}
END_TEST

START_TEST(blocks_end_at_the_largest_number)
{
	static const uint64_t sizes[] = {
		1, 10, 1 << 20, UINT64_MAX / 2, UINT64_MAX - 1, UINT64_MAX};
	struct pipeline pipeline;
	struct pipeline_block last;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		ck_assert_int_eq(
			pipeline_init(&pipeline, UINT64_MAX, sizes[i], 4), 0);
		last = pipeline_block(&pipeline, pipeline.nblocks);
		ck_assert_uint_eq(last.high, UINT64_MAX);
		ck_assert_uint_ge(last.high, last.low);
		ck_assert_uint_lt(last.high - last.low, sizes[i]);
		pipeline_fini(&pipeline);
	}
}
END_TEST

/* R6 */
START_TEST(r6_limits_of_0_and_1)
{
	struct pipeline pipeline;
	struct pipeline_block block;

	ck_assert_int_eq(pipeline_init(&pipeline, 0, 10, 4), 0);
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_DONE);
	ck_assert(!pipeline_next(&pipeline, &block));
	pipeline_fini(&pipeline);

	ck_assert_int_eq(pipeline_init(&pipeline, 1, 10, 4), 0);
	ck_assert(pipeline_next(&pipeline, &block));
	ck_assert_uint_eq(block.low, 1);
	ck_assert_uint_eq(block.high, 1);
	ck_assert_uint_eq(block.needs, 0);
	pipeline_result(&pipeline, 1);
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_DONE);
	pipeline_fini(&pipeline);
}
END_TEST

/* What may be handed out, worked out number by number. */
static uint64_t brute_released(uint64_t limit, uint64_t size, uint64_t prefix)
{
	uint64_t known = prefix * size < limit ? prefix * size : limit;
	uint64_t n = 0;

	for (uint64_t number = 1; number <= limit; number++) {
		uint64_t root = 0;

		while ((root + 1) * (root + 1) <= number)
			root++;
		if (number > size && root > known)
			break;
		n = number % size == 0 || number == limit
			    ? (number + size - 1) / size
			    : n;
	}
	return n;
}

START_TEST(release_is_what_brute_force_says)
{
	for (uint64_t limit = 1; limit <= 120; limit++) {
		for (uint64_t size = 1; size <= 13; size++) {
			struct pipeline pipeline;

			ck_assert_int_eq(
				pipeline_init(&pipeline, limit, size, 128), 0);
			for (uint64_t n = 0; n <= pipeline.nblocks; n++) {
				if (n > 0)
					pipeline_result(&pipeline, n);
				ck_assert_uint_eq(hand_out_all(&pipeline),
					brute_released(limit, size, n));
			}
			pipeline_fini(&pipeline);
		}
	}
}
END_TEST

/* One pipeline in an order of results that chance dictates. */
static void run_in_any_order(struct rng *rng, struct pipeline *pipeline,
	struct pipeline_check *check)
{
	uint64_t out[64];
	unsigned nout = 0;

	while (pipeline_state(pipeline) != PIPELINE_DONE) {
		struct pipeline_block block;
		unsigned pick;

		while (rng_below(rng, 4) && pipeline_next(pipeline, &block)) {
			pipeline_check_handed_out(check, block.number);
			out[nout++] = block.number;
		}
		if (nout == 0)
			continue;
		pick = (unsigned)rng_below(rng, nout);
		pipeline_result(pipeline, out[pick]);
		pipeline_check_finished(check, out[pick], pipeline->prefix);
		out[pick] = out[--nout];
	}
}

/* R2, R10: in whatever order results come. */
START_TEST(r2_r10_any_order_keeps_the_rules)
{
	struct rng rng;

	rng_init(&rng, 1);
	for (int round = 0; round < 3000; round++) {
		uint64_t limit = rng_below(&rng, 700);
		uint64_t size = 1 + rng_below(&rng, 30);
		unsigned window = 1 + (unsigned)rng_below(&rng, 40);
		struct pipeline pipeline;
		struct pipeline_check check;

		ck_assert_int_eq(
			pipeline_init(&pipeline, limit, size, window), 0);
		ck_assert_int_eq(
			pipeline_check_init(&check, limit, size, window), 0);
		run_in_any_order(&rng, &pipeline, &check);
		ck_assert_msg(!check.fault,
			"limit %" PRIu64 " size %" PRIu64 ": block %" PRIu64
			" %s",
			limit, size, check.fault_block, check.fault);
		ck_assert_uint_eq(check.nfinished, pipeline.nblocks);
		pipeline_check_fini(&check);
		pipeline_fini(&pipeline);
	}
}
END_TEST

START_TEST(r10_a_full_window_waits)
{
	struct pipeline pipeline;
	struct pipeline_block block;

	ck_assert_int_eq(pipeline_init(&pipeline, 10000, 1000, 3), 0);
	ck_assert(pipeline_next(&pipeline, &block));
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_DEPENDS);
	pipeline_result(&pipeline, 1);
	ck_assert_uint_eq(hand_out_all(&pipeline), 4);
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_FULL);
	pipeline_result(&pipeline, 4);
	pipeline_result(&pipeline, 3);
	ck_assert_uint_eq(pipeline.nearly, 2);
	ck_assert_int_eq(pipeline_state(&pipeline), PIPELINE_FULL);
	pipeline_result(&pipeline, 2);
	ck_assert_uint_eq(pipeline.nearly, 0);
	ck_assert_uint_eq(pipeline.prefix, 4);
	ck_assert_uint_eq(hand_out_all(&pipeline), 7);
	pipeline_fini(&pipeline);
}
END_TEST

/*
 * Steps of three characters: h hands out, l loses, f finishes; the block; the
 * prefix that is claimed when it is finished.
 */
static void follow(struct pipeline_check *check, const char *steps)
{
	for (const char *s = steps; *s; s += s[3] ? 4 : 3) {
		uint64_t n = (uint64_t)(s[1] - '0');

		if (s[0] == 'h')
			pipeline_check_handed_out(check, n);
		else if (s[0] == 'l')
			pipeline_check_lost(check, n);
		else
			pipeline_check_finished(
				check, n, (uint64_t)(s[2] - '0'));
	}
}

/* R2: a checker that finds nothing is worth nothing. */
START_TEST(r2_the_checker_finds_each_fault)
{
	static const struct {
		const char *steps, *fault;
	} rows[] = {
		{"h1- f11 h2- h3- f31 f23", NULL},
		{"h1- f11 h2- l2- h2- f22", NULL},
		{"h1- f11 h5- f51", NULL},
		{"h1- h2-", "before the blocks it depends on"},
		{"h1- f11 h2- h2-", "handed out twice"},
		{"h1- f11 h3- f31 h3-", "handed out twice"},
		{"h1- f11 h1-", "after it was finished"},
		{"h1- f11 h6-", "beyond the window"},
		{"h1- f11 f22", "finished without being out"},
		{"h1- f11 h2- l2- f22", "finished without being out"},
		{"h1- l2-", "lost without being out"},
		{"h0-", "no such block"},
		{"h1- f10", "not the row"},
		{"h1- f11 h2- f20", "moved back"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pipeline_check check;

		ck_assert_int_eq(pipeline_check_init(&check, 1000, 10, 4), 0);
		follow(&check, rows[i].steps);
		if (rows[i].fault)
			ck_assert_msg(check.fault && strstr(check.fault,
							     rows[i].fault),
				"%s: %s", rows[i].steps, check.fault);
		else
			ck_assert_msg(!check.fault, "%s: %s", rows[i].steps,
				check.fault);
		pipeline_check_fini(&check);
	}
}
END_TEST

START_TEST(primes_are_published_after_they_are_written)
{
	static const uint32_t first[] = {2, 3, 5, 7}, second[] = {11, 13};
	struct pipeline_primes list;

	ck_assert_int_eq(pipeline_primes_init(&list, 16), 0);
	ck_assert_uint_eq(pipeline_primes_known(&list), 0);
	pipeline_primes_append(&list, first, 4);
	pipeline_primes_append(&list, NULL, 0);
	pipeline_primes_append(&list, second, 2);
	ck_assert_uint_eq(pipeline_primes_known(&list), 6);
	ck_assert_uint_eq(list.primes[5], 13);
	pipeline_primes_fini(&list);
}
END_TEST

/* The bound is tightest for small limits. */
START_TEST(there_is_room_for_all_primes)
{
	uint32_t nprimes = 0;

	for (uint32_t limit = 0; limit < 3000; limit++) {
		struct pipeline_primes list;
		bool prime = limit >= 2;

		for (uint32_t d = 2; d * d <= limit; d++)
			prime = prime && limit % d;
		nprimes += prime;
		ck_assert_int_eq(pipeline_primes_init(&list, limit), 0);
		ck_assert_uint_ge(list.capacity, nprimes);
		pipeline_primes_fini(&list);
	}
}
END_TEST

static const struct pipeline_pause no_pause = {.every = 64};

START_TEST(a_block_divides_by_the_primes_before_it)
{
	static const uint32_t before[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29};
	struct pipeline_found found = {0};
	const struct pipeline_divisors divisors = {
		.primes = before, .n = 10, .keep = 443};
	const struct pipeline_block block = {
		.number = 45, .low = 441, .high = 450, .needs = 3};

	ck_assert_int_eq(
		pipeline_block_search(&block, &divisors, &no_pause, &found), 0);
	ck_assert_uint_eq(found.count, 2);
	ck_assert_uint_eq(found.last, 449);
	ck_assert_uint_eq(found.sum.low, 443 + 449);
	ck_assert_uint_eq(found.nprimes, 1);
	ck_assert_uint_eq(found.primes[0], 443);
	pipeline_found_fini(&found);
}
END_TEST

START_TEST(block_1_divides_by_what_it_finds)
{
	struct pipeline_found found = {0};
	const struct pipeline_divisors none = {.keep = 31};
	const struct pipeline_block block = {
		.number = 1, .low = 1, .high = 1000};

	ck_assert_int_eq(
		pipeline_block_search(&block, &none, &no_pause, &found), 0);
	ck_assert_uint_eq(found.count, 168);
	ck_assert_uint_eq(found.last, 997);
	ck_assert_uint_eq(found.sum.low, 76127);
	ck_assert_uint_eq(found.nprimes, 11);
	pipeline_found_fini(&found);
}
END_TEST

/* The last blocks of all, where counting on would begin again at 0. */
START_TEST(a_block_ends_at_the_largest_number)
{
	static const uint32_t small[] = {2, 3, 5, 7, 11, 13};
	struct pipeline_found found = {0};
	const struct pipeline_divisors divisors = {.primes = small, .n = 6};
	const struct pipeline_block block = {.number = 9,
		.low = UINT64_MAX - 1,
		.high = UINT64_MAX,
		.needs = 1};

	ck_assert_int_eq(
		pipeline_block_search(&block, &divisors, &no_pause, &found), 0);
	ck_assert_uint_eq(found.count, 0);
	pipeline_found_fini(&found);
}
END_TEST

static bool at_the_third(void *context)
{
	return ++*(int *)context == 3;
}

START_TEST(a_pause_can_give_up)
{
	struct pipeline_found found = {0};
	const struct pipeline_divisors none = {.keep = 31};
	const struct pipeline_block block = {
		.number = 1, .low = 1, .high = 1000};
	int ncalls = 0;
	const struct pipeline_pause pause = {
		.fn = at_the_third, .context = &ncalls, .every = 10};

	ck_assert_int_eq(pipeline_block_search(&block, &none, &pause, &found),
		-ECANCELED);
	ck_assert_int_eq(ncalls, 3);
	ck_assert_uint_eq(found.last, 29);
	pipeline_found_fini(&found);
}
END_TEST

int main(void)
{
	return suite_run("pipeline", 20,
		(const TTest *const[]){
			r3_waves_of_small_blocks,
			r3_one_wave_of_large_blocks,
			reach_ends_before_the_next_square,
			needs_are_exact_where_doubles_are_not,
			blocks_end_at_the_largest_number,
			r6_limits_of_0_and_1,
			release_is_what_brute_force_says,
			r2_r10_any_order_keeps_the_rules,
			r10_a_full_window_waits,
			r2_the_checker_finds_each_fault,
			primes_are_published_after_they_are_written,
			there_is_room_for_all_primes,
			a_block_divides_by_the_primes_before_it,
			block_1_divides_by_what_it_finds,
			a_block_ends_at_the_largest_number,
			a_pause_can_give_up,
			NULL,
		});
}
