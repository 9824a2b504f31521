/*
 * The numbers R1 to R10 are those of the requirements on the prime pipeline:
 * same values in every engine, invariants, waves, a delayed block, limits 0
 * and 1, nothing left over, more workers than blocks, bounded memory. Killed
 * workers (R5) are in test_pipeline_procs.c, interruption (R8) in
 * cli/pipeline.sh.
 */
#include "tests/pipeline_watch.h"

#include <errno.h>
#include <sys/wait.h>

/* Coroutines ask again, the others wait. Passing leaves the gate open. */
static bool hold_block_2(void *context, uint64_t block)
{
	struct watch *watch = context;

	if (block != 2)
		return false;
	return semaphore_wait(&watch->common->gate, 0) == -EAGAIN;
}

static const struct answer {
	uint64_t limit, count, last, sum;
} answers[] = {
	{0, 0, 0, 0},
	{1, 0, 0, 0},
	{2, 1, 2, 2},
	{3, 2, 3, 5},
	{10, 4, 7, 17},
	{30, 10, 29, 129},
	{100, 25, 97, 1060},
	{1000, 168, 997, 76127},
	{10000, 1229, 9973, 5736396},
	{100000, 9592, 99991, 454396537},
};

static void expect_answer(const struct pipeline_engine *engine,
	const struct answer *answer, uint64_t size, unsigned nworkers)
{
	struct watch watch = {0};
	struct pipeline_result result;
	int status = run(engine, &watch,
		PARAMS(.limit = answer->limit, .block_size = size,
			.nworkers = nworkers),
		&result);

	ck_assert_msg(status == 0 && result.count == answer->count &&
			      result.last == answer->last &&
			      result.sum.low == answer->sum &&
			      !result.sum.high && result.top == answer->limit,
		"%s, limit %lu, block %lu, %u workers: %d, %lu %lu %lu",
		engine->name, (unsigned long)answer->limit, (unsigned long)size,
		nworkers, status, (unsigned long)result.count,
		(unsigned long)result.last, (unsigned long)result.sum.low);
}

/* R1, R2, R6, and R9 where blocks are few. */
static void same_values(const struct pipeline_engine *engine)
{
	static const uint64_t sizes[] = {1, 2, 3, 10, 1000, 1000000};
	static const unsigned nworkers[] = {1, 2, 5, 16};

	for (size_t s = 0; s < 6; s++) {
		for (size_t a = 0; a < 8; a++)
			expect_answer(engine, &answers[a], sizes[s],
				nworkers[(s + a) % 4]);
	}
	for (unsigned n = 1; n <= 16; n++)
		expect_answer(engine, &answers[7], 10, n);
	for (size_t s = 0; s < 6; s++)
		expect_answer(engine, &answers[8], sizes[s], nworkers[s % 4]);
	expect_answer(engine, &answers[9], 100, 3);
}

START_TEST(r1_same_values_procs)
{
	same_values(pipeline_engine_find("procs"));
}
END_TEST

START_TEST(r1_same_values_threads)
{
	same_values(pipeline_engine_find("threads"));
}
END_TEST

START_TEST(r1_same_values_async)
{
	same_values(pipeline_engine_find("async"));
}
END_TEST

/* R3: with one worker, results come in order, and each wave is the table's:
 * prefix 1 releases up to 12, 2 up to 44, 3 up to 96, 4 up to 168. */
START_TEST(r3_waves)
{
	for (int i = 0; pipeline_engines[i]; i++) {
		struct watch watch = {0};
		struct pipeline_result result;

		run_well(pipeline_engines[i], &watch,
			PARAMS(.limit = 1680, .block_size = 10, .nworkers = 1),
			&result);
		ck_assert_uint_eq(result.nblocks, 168);
		ck_assert_uint_eq(result.nwaves, 4);
	}
}
END_TEST

/*
 * R4: block 2 is held until 3 … 12 are finished. 13 … depend on it, so with
 * all of them finished, and workers free, nothing else may have begun. The
 * one thread of the coroutines has then begun block 2 first and finished it
 * last: they are in progress together.
 */
START_TEST(r4_a_late_block_holds_up_those_that_need_it)
{
	for (int i = 0; pipeline_engines[i]; i++) {
		struct watch watch = {.gate_after = 11};
		struct pipeline_result result;

		common_create(&watch);
		run_well(pipeline_engines[i], &watch,
			PARAMS(.limit = 1000, .block_size = 10, .nworkers = 3,
				.window = 100, .hold = hold_block_2),
			&result);
		ck_assert_uint_eq(watch.most_handed_out, 12);
		ck_assert_uint_ge(result.max_depth, 10);
		ck_assert_uint_ge(result.nwaits, 1);
		ck_assert_uint_eq(result.count, 168);
		munmap(watch.common, sizeof(*watch.common));
	}
}
END_TEST

/* R10: the same, with nothing but the window to hold the others back. */
START_TEST(r10_the_window_bounds_what_is_kept)
{
	for (int i = 0; pipeline_engines[i]; i++) {
		struct watch watch = {.gate_after = 6};
		struct pipeline_result result;

		common_create(&watch);
		run_well(pipeline_engines[i], &watch,
			PARAMS(.limit = 100000, .block_size = 1000,
				.nworkers = 3, .window = 6,
				.hold = hold_block_2),
			&result);
		ck_assert_uint_eq(watch.most_handed_out, 7);
		ck_assert_uint_eq(result.max_kept, 6);
		ck_assert_uint_eq(result.max_depth, 5);
		ck_assert_uint_eq(result.count, 9592);
		munmap(watch.common, sizeof(*watch.common));
	}
}
END_TEST

/* R7: no zombie and no descriptor, whether it ends well or early. */
START_TEST(r7_nothing_is_left_over)
{
	unsigned before = count_descriptors();

	for (int i = 0; pipeline_engines[i]; i++) {
		for (unsigned stop_at = 0; stop_at < 2; stop_at++) {
			struct watch watch = {.stop_at = stop_at};
			struct pipeline_result result;

			run_well(pipeline_engines[i], &watch,
				PARAMS(.limit = stop_at ? UINT32_MAX : 10000,
					.block_size = 500, .nworkers = 4,
					.tick = on_tick),
				&result);
			ck_assert_int_eq(result.stopped, stop_at > 0);
			ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
			ck_assert_int_eq(errno, ECHILD);
			ck_assert_uint_eq(count_descriptors(), before);
		}
	}
}
END_TEST

/* A stopped run has the answer for its prefix. */
START_TEST(a_stopped_run_is_right_up_to_its_prefix)
{
	for (int i = 0; pipeline_engines[i]; i++) {
		struct watch watch = {.stop_at = 1};
		struct pipeline_result part, whole;

		run_well(pipeline_engines[i], &watch,
			PARAMS(.limit = UINT32_MAX, .block_size = 1000,
				.nworkers = 2, .tick = on_tick),
			&part);
		ck_assert(part.stopped);
		ck_assert_uint_eq(part.top, part.blocks_done * 1000);
		watch = (struct watch){0};
		run_well(pipeline_engine_find("async"), &watch,
			PARAMS(.limit = part.top, .block_size = 777,
				.nworkers = 2),
			&whole);
		ck_assert_uint_eq(part.count, whole.count);
		ck_assert_uint_eq(part.last, whole.last);
		ck_assert_uint_eq(part.sum.low, whole.sum.low);
	}
}
END_TEST

/* A single block that takes for ever can be stopped, too. */
START_TEST(a_stop_reaches_into_a_block)
{
	static const uint64_t sizes[] = {UINT64_MAX, 100000};

	for (int i = 0; pipeline_engines[i]; i++) {
		for (size_t s = 0; s < 2; s++) {
			struct watch watch = {.stop_at = 2};
			struct pipeline_result result;

			run_well(pipeline_engines[i], &watch,
				PARAMS(.limit = UINT64_C(1) << 40,
					.block_size = sizes[s], .nworkers = 2,
					.tick = on_tick),
				&result);
			ck_assert(result.stopped);
		}
	}
}
END_TEST

/* R9: nobody is started for whom there is no block. */
START_TEST(r9_more_workers_than_blocks)
{
	for (int i = 0; pipeline_engines[i]; i++) {
		for (uint64_t nblocks = 0; nblocks < 5; nblocks++) {
			struct watch watch = {0};
			struct pipeline_result result;

			run_well(pipeline_engines[i], &watch,
				PARAMS(.limit = nblocks * 10, .block_size = 10,
					.nworkers = 16),
				&result);
			ck_assert_uint_lt(
				result.nworkers, nblocks ? nblocks : 1);
			ck_assert_uint_eq(result.blocks_done, nblocks);
			ck_assert_uint_eq(result.refused, 0);
		}
	}
}
END_TEST

/* One thread cannot have used more processor time than has passed. */
START_TEST(coroutines_are_busy_for_no_longer_than_the_run)
{
	struct watch watch = {0};
	struct pipeline_result result;

	run_well(pipeline_engine_find("async"), &watch,
		PARAMS(.limit = 100000, .block_size = 10, .nworkers = 1,
			.window = 1),
		&result);
	ck_assert_uint_le(result.busy_ns, result.wall_ns);
}
END_TEST

int main(void)
{
	return suite_run("pipeline_run", 60,
		(const TTest *const[]){
			r1_same_values_procs,
			r1_same_values_threads,
			r1_same_values_async,
			r3_waves,
			r4_a_late_block_holds_up_those_that_need_it,
			r7_nothing_is_left_over,
			a_stopped_run_is_right_up_to_its_prefix,
			a_stop_reaches_into_a_block,
			r9_more_workers_than_blocks,
			r10_the_window_bounds_what_is_kept,
			coroutines_are_busy_for_no_longer_than_the_run,
			NULL,
		});
}
