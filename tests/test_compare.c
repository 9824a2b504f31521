#include "cmd/compare.h"
#include "cmd/exit.h"
#include "lib/clock.h"
#include "tests/suite.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>

/* A comparison of some models on two CPUs, whose runs the test makes up. */
static struct comparison comparison;

static unsigned index_of(const char *model)
{
	unsigned i = 0;

	while (models[i] != model_find(model))
		i++;
	return i;
}

static void plan(const char *work, const char *reference,
	const char *const *names, struct opt_list widths)
{
	struct compare_options options = {
		.threads = widths,
		.reference = index_of(reference),
		.work = work_find(work),
	};

	for (; names && *names; names++)
		options.models.values[options.models.n++] = index_of(*names);
	ck_assert_int_eq(compare_plan(&comparison, &options), 0);
	comparison.host.cpus.usable = 2;
	comparison.nruns = 3;
}

static const struct opt_list two = {.n = 1, .values = {2}};

static struct compare_row *row_of(const char *model, unsigned width)
{
	for (size_t i = 0; i < comparison.nrows; i++) {
		struct compare_row *row = &comparison.rows[i];

		if (row->model == model_find(model) && row->width == width &&
			row->work == comparison.work)
			return row;
	}
	ck_abort_msg("no row %s %u", model, width);
	return NULL;
}

/* Three runs that all take so long and answer so. */
static void take(struct compare_row *row, unsigned ms, uint64_t answer)
{
	struct measurement run = {
		.wall_ns = (uint64_t)ms * CLOCK_NS_PER_MS,
		.user_ns = (uint64_t)ms * CLOCK_NS_PER_MS,
		.memory_kib = 1000,
		.right = true,
		.result.total.word[0] = answer,
	};

	compare_take(&comparison, row, &run, true);
	for (int i = 0; i < 3; i++) {
		compare_take(&comparison, row, &run, false);
		run.wall_ns += CLOCK_NS_PER_MS / 100;
	}
}

static const char *const three[] = {"seq", "threads", "shm", NULL};

START_TEST(rows_are_ranked_by_time)
{
	plan("primes", "seq", three, two);
	ck_assert_uint_eq(comparison.nrows, 3);
	take(row_of("seq", 1), 100, 25);
	take(row_of("threads", 2), 50, 25);
	take(row_of("shm", 2), 60, 25);
	compare_rank(&comparison);
	ck_assert_ptr_eq(comparison.rows[0].model, model_find("threads"));
	ck_assert_ptr_eq(comparison.rows[2].model, model_find("seq"));
	ck_assert_uint_eq(comparison.rows[0].rank, 1);
	ck_assert_uint_eq(comparison.rows[2].rank, 3);
	ck_assert_ptr_eq(comparison.reference, &comparison.rows[2]);
	ck_assert_int_eq(compare_judge(&comparison), EXIT_GOOD);
	compare_free(&comparison);
}
END_TEST

START_TEST(a_faster_wrong_answer_ranks_last)
{
	struct compare_row *last;

	plan("primes", "seq", three, two);
	take(row_of("seq", 1), 100, 25);
	take(row_of("threads", 2), 1, 24);
	take(row_of("shm", 2), 60, 25);
	compare_rank(&comparison);
	last = &comparison.rows[2];
	ck_assert_ptr_eq(last->model, model_find("threads"));
	ck_assert_int_eq(last->state, ROW_WRONG);
	ck_assert_uint_eq(last->rank, 0);
	ck_assert_str_eq(compare_status(&comparison, last), "wrong");
	ck_assert_int_eq(compare_judge(&comparison), EXIT_NO);
	compare_free(&comparison);
}
END_TEST

/* It need not be the first run, nor need the others agree with it. */
START_TEST(one_wrong_run_is_enough)
{
	struct measurement run = {.wall_ns = 1, .right = false};

	plan("primes", "seq", three, two);
	take(row_of("seq", 1), 100, 25);
	take(row_of("threads", 2), 50, 25);
	take(row_of("shm", 2), 50, 25);
	compare_take(&comparison, row_of("shm", 2), &run, false);
	compare_rank(&comparison);
	ck_assert_ptr_eq(comparison.rows[2].model, model_find("shm"));
	ck_assert_int_eq(compare_judge(&comparison), EXIT_NO);
	compare_free(&comparison);
}
END_TEST

START_TEST(a_failed_row_does_not_stop_the_others)
{
	struct measurement killed = {.signal = SIGKILL, .error = -EIO};
	struct measurement refused = {.error = -EAGAIN};

	plan("primes", "seq", three, two);
	take(row_of("seq", 1), 100, 25);
	compare_take(&comparison, row_of("threads", 2), &killed, false);
	compare_take(&comparison, row_of("shm", 2), &refused, true);
	compare_rank(&comparison);
	ck_assert_ptr_eq(comparison.rows[0].model, model_find("seq"));
	ck_assert_uint_eq(comparison.rows[0].rank, 1);
	for (int i = 1; i < 3; i++) {
		ck_assert_int_eq(comparison.rows[i].state, ROW_FAILED);
		ck_assert_uint_eq(comparison.rows[i].rank, 0);
	}
	ck_assert_int_eq(row_of("threads", 2)->exit_code, 137);
	ck_assert_ptr_nonnull(strstr(row_of("threads", 2)->reason, "signal 9"));
	ck_assert_ptr_nonnull(strstr(row_of("shm", 2)->reason, "refused"));
	ck_assert_int_eq(compare_judge(&comparison), EXIT_REFUSED);
	compare_free(&comparison);
}
END_TEST

START_TEST(a_model_that_cannot_is_no_failure)
{
	static const char *const names[] = {"seq", "procs", NULL};
	struct compare_row *row;

	plan("counter", "seq", names, two);
	row = row_of("procs", 2);
	ck_assert_int_eq(row->state, ROW_IMPOSSIBLE);
	ck_assert_ptr_nonnull(strstr(row->reason, "share no memory"));
	take(row_of("seq", 1), 100, 25);
	compare_rank(&comparison);
	ck_assert_int_eq(compare_judge(&comparison), EXIT_GOOD);
	compare_free(&comparison);
}
END_TEST

/* Rows of the twin come last, count losses, and never are an answer. */
START_TEST(the_twin_without_a_lock_never_competes)
{
	static const char *const names[] = {"seq", "threads", NULL};
	struct compare_row *twin = NULL;

	plan("counter", "seq", names, two);
	ck_assert_uint_eq(comparison.nrows, 4);
	take(row_of("seq", 1), 100, 1000);
	take(row_of("threads", 2), 100, 1000);
	for (size_t i = 0; i < 4; i++) {
		struct compare_row *row = &comparison.rows[i];

		if (row->work == comparison.work)
			continue;
		twin = row->width == 2 ? row : twin;
		take(row, 1, row->width == 2 ? 400 : 1000);
	}
	compare_rank(&comparison);
	for (size_t i = 0; i < 4; i++)
		ck_assert(compare_is_rival(&comparison, &comparison.rows[i]) ==
			  (i < 2));
	twin = &comparison.rows[comparison.rows[2].width == 2 ? 2 : 3];
	ck_assert_uint_eq(twin->lost, 600);
	ck_assert_uint_eq(twin->rank, 0);
	ck_assert_str_eq(compare_status(&comparison, twin), "no lock");
	ck_assert_int_eq(compare_judge(&comparison), EXIT_GOOD);
	compare_free(&comparison);
}
END_TEST

START_TEST(figures_are_relative_to_the_reference)
{
	static const struct opt_list widths = {.n = 3, .values = {1, 2, 8}};
	const struct compare_figures *figures;

	plan("queens", "seq", three, widths);
	ck_assert_uint_eq(comparison.nrows, 7);
	take(row_of("seq", 1), 120, 4);
	take(row_of("threads", 1), 150, 4);
	take(row_of("threads", 2), 80, 4);
	take(row_of("threads", 8), 60, 4);
	compare_rank(&comparison);
	figures = &row_of("threads", 2)->figures;
	ck_assert_double_eq_tol(figures->speedup.value, 1.5, 1e-3);
	ck_assert_double_eq_tol(figures->efficiency, .75, 1e-3);
	ck_assert_double_eq_tol(figures->serial_fraction, 1 / 3.0, 1e-3);
	ck_assert_double_eq_tol(figures->cpu, 1, 1e-3);
	ck_assert_uint_eq(figures->memory_bytes, 1024000);
	/* Eight workers on two CPUs can be twice as fast at most. */
	figures = &row_of("threads", 8)->figures;
	ck_assert_double_eq_tol(figures->efficiency, 1, 1e-3);
	/* One worker has no serial fraction. */
	figures = &row_of("threads", 1)->figures;
	ck_assert_double_eq_tol(figures->speedup.value, .8, 1e-3);
	ck_assert_double_nan(figures->serial_fraction);
	ck_assert_double_nan(row_of("shm", 1)->figures.speedup.value);
	compare_free(&comparison);
}
END_TEST

START_TEST(another_reference_can_be_chosen)
{
	static const char *const names[] = {"shm", NULL};
	static const struct opt_list widths = {.n = 2, .values = {2, 1}};

	plan("primes", "threads", names, widths);
	ck_assert_uint_eq(comparison.nrows, 4);
	take(row_of("threads", 2), 100, 25);
	take(row_of("threads", 1), 50, 25);
	take(row_of("shm", 2), 200, 25);
	compare_rank(&comparison);
	ck_assert_ptr_eq(comparison.reference, row_of("threads", 2));
	ck_assert_double_eq_tol(
		row_of("shm", 2)->figures.speedup.value, .5, 1e-3);
	compare_free(&comparison);
}
END_TEST

START_TEST(a_wrong_reference_is_none)
{
	struct measurement wrong = {.wall_ns = 5, .right = false};

	plan("queens", "seq", three, two);
	compare_take(&comparison, row_of("seq", 1), &wrong, false);
	take(row_of("threads", 2), 50, 25);
	compare_rank(&comparison);
	ck_assert_ptr_null(comparison.reference);
	ck_assert_double_nan(row_of("threads", 2)->figures.speedup.value);
	compare_free(&comparison);
}
END_TEST

START_TEST(waiting_has_no_efficiency)
{
	plan("sleepers", "seq", three, two);
	take(row_of("seq", 1), 100, 6);
	take(row_of("threads", 2), 50, 6);
	compare_rank(&comparison);
	ck_assert_double_eq_tol(
		row_of("threads", 2)->figures.speedup.value, 2, 1e-3);
	ck_assert_double_nan(row_of("threads", 2)->figures.efficiency);
	ck_assert_double_nan(row_of("threads", 2)->figures.serial_fraction);
	compare_free(&comparison);
}
END_TEST

START_TEST(equal_widths_are_measured_once)
{
	static const char *const names[] = {"threads", "threads", NULL};
	static const struct opt_list widths = {.n = 4, .values = {2, 1, 2, 2}};

	plan("primes", "seq", names, widths);
	ck_assert_uint_eq(comparison.nrows, 3);
	compare_free(&comparison);
	plan("primes", "seq", NULL, two);
	ck_assert_uint_ge(comparison.nrows, 6);
	compare_free(&comparison);
}
END_TEST

int main(void)
{
	return suite_run("compare", 20,
		(const TTest *const[]){
			rows_are_ranked_by_time,
			a_faster_wrong_answer_ranks_last,
			one_wrong_run_is_enough,
			a_failed_row_does_not_stop_the_others,
			a_model_that_cannot_is_no_failure,
			the_twin_without_a_lock_never_competes,
			figures_are_relative_to_the_reference,
			another_reference_can_be_chosen,
			a_wrong_reference_is_none,
			waiting_has_no_efficiency,
			equal_widths_are_measured_once,
			NULL,
		});
}
