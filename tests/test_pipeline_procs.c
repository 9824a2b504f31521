/*
 * What can happen to the pipeline's worker processes: killed (R5, R7 of the
 * requirements), refused, talkative.
 */
#include "tests/pipeline_watch.h"

#include "lib/clock.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool die_at_block(void *context, uint64_t block)
{
	struct watch *watch = context;

	if (block == watch->kill_block &&
		atomic_fetch_add(&watch->common->nkilled, 1) < watch->max_kills)
		kill(getpid(), SIGKILL);
	return false;
}

static const struct pipeline_engine *procs(void)
{
	return pipeline_engine_find("procs");
}

/* R5: kill -9 one worker, or several, in the middle of the run. */
START_TEST(r5_a_killed_workers_block_goes_to_another)
{
	for (unsigned nkills = 1; nkills <= 3; nkills++) {
		struct watch watch = {.kill_block = 30, .max_kills = nkills};
		struct pipeline_result result;

		common_create(&watch);
		run_well(procs(), &watch,
			PARAMS(.limit = 10000, .block_size = 10, .nworkers = 4,
				.hold = die_at_block),
			&result);
		ck_assert_uint_eq(result.count, 1229);
		ck_assert_uint_eq(result.crashed, nkills);
		ck_assert_uint_eq(result.redone, nkills);
		ck_assert_uint_eq(watch.nlost, nkills);
		munmap(watch.common, sizeof(*watch.common));
	}
}
END_TEST

START_TEST(r5_all_workers_killed_is_an_error_at_once)
{
	struct watch watch = {.kill_block = 30, .max_kills = 4};
	struct pipeline_result result;
	uint64_t start = clock_now();
	int status;

	common_create(&watch);
	status = run(procs(), &watch,
		PARAMS(.limit = 10000, .block_size = 10, .nworkers = 4,
			.hold = die_at_block),
		&result);
	ck_assert_int_eq(status, -ECHILD);
	ck_assert_uint_eq(result.crashed, 4);
	ck_assert_uint_lt(result.blocks_done, 30);
	ck_assert_uint_lt(clock_now() - start, 10 * CLOCK_NS_PER_S);
	munmap(watch.common, sizeof(*watch.common));
}
END_TEST

/* The one that is told to crash, alone: it has a second block for certain. */
START_TEST(r5_the_crash_comes_in_the_second_block)
{
	static const uint64_t sizes[] = {1, 2, 10, 1000};

	for (size_t i = 0; i < 4; i++) {
		struct watch watch = {0};
		struct pipeline_result result;
		int status = run(procs(), &watch,
			PARAMS(.limit = 10000, .block_size = sizes[i],
				.nworkers = 1, .crash_worker = 1),
			&result);

		ck_assert_int_eq(status, -ECHILD);
		ck_assert_uint_eq(result.blocks_by[1], 1);
		ck_assert_uint_eq(result.blocks_done, 2);
		ck_assert_uint_eq(watch.nlost, 1);
	}
}
END_TEST

/* R7, when it ends badly. */
START_TEST(r7_nothing_is_left_over_by_crashes)
{
	struct watch watch = {.kill_block = 30, .max_kills = 3};
	struct pipeline_result result;
	unsigned before = count_descriptors();

	common_create(&watch);
	for (unsigned nworkers = 3; nworkers <= 4; nworkers++) {
		watch.common->nkilled = 0;
		ck_assert_int_eq(run(procs(), &watch,
					 PARAMS(.limit = 1000, .block_size = 10,
						 .nworkers = nworkers,
						 .hold = die_at_block),
					 &result),
			nworkers == 3 ? -ECHILD : 0);
		ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
		ck_assert_int_eq(errno, ECHILD);
		ck_assert_uint_eq(count_descriptors(), before);
	}
	munmap(watch.common, sizeof(*watch.common));
}
END_TEST

/* So many more than those that are open. */
static void allow_descriptors(unsigned n)
{
	struct rlimit limit;
	int lowest = dup(STDERR_FILENO);

	ck_assert_int_ge(lowest, 0);
	close(lowest);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)lowest + n;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Descriptors for two or three workers only: fewer do it. */
START_TEST(refused_workers_are_done_without)
{
	struct watch watch = {0};
	struct pipeline_result result;

	allow_descriptors(7);
	run_well(procs(), &watch,
		PARAMS(.limit = 10000, .block_size = 10, .nworkers = 8),
		&result);
	ck_assert_uint_ge(result.nworkers, 1);
	ck_assert_uint_lt(result.nworkers, 8);
	ck_assert_uint_eq(result.nworkers + result.refused, 8);
	ck_assert_uint_eq(result.count, 1229);
}
END_TEST

START_TEST(no_worker_at_all_is_an_error)
{
	struct watch watch = {0};
	struct pipeline_result result;
	struct rlimit usual;
	int status;

	getrlimit(RLIMIT_NOFILE, &usual);
	allow_descriptors(0);
	status = run(procs(), &watch,
		PARAMS(.limit = 10000, .block_size = 10, .nworkers = 8),
		&result);
	setrlimit(RLIMIT_NOFILE, &usual); /* the leak checker opens files */
	ck_assert_int_eq(status, -EMFILE);
}
END_TEST

/* Answers of 280 kB, more than a socket holds, with two workers at once. */
START_TEST(long_answers_pass_through_short_sockets)
{
	struct watch watch = {.stop_blocks = 3};
	struct pipeline_result part, whole;

	run_well(procs(), &watch,
		PARAMS(.limit = UINT64_C(100000000000000),
			.block_size = 1000000, .nworkers = 2, .tick = on_tick),
		&part);
	ck_assert(part.stopped);
	watch = (struct watch){0};
	run_well(pipeline_engine_find("threads"), &watch,
		PARAMS(.limit = part.top, .block_size = 10000, .nworkers = 2),
		&whole);
	ck_assert_uint_eq(part.count, whole.count);
	ck_assert_uint_eq(part.sum.low, whole.sum.low);
}
END_TEST

int main(void)
{
	return suite_run("pipeline_procs", 60,
		(const TTest *const[]){
			r5_a_killed_workers_block_goes_to_another,
			r5_all_workers_killed_is_an_error_at_once,
			r5_the_crash_comes_in_the_second_block,
			r7_nothing_is_left_over_by_crashes,
			refused_workers_are_done_without,
			no_worker_at_all_is_an_error,
			long_answers_pass_through_short_sockets,
			NULL,
		});
}
