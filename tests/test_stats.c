#include "cmd/stats.h"
#include "tests/suite.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

START_TEST(one_disturbed_run_moves_no_median)
{
	const double calm[] = {10, 12, 11, 9, 13};
	const double disturbed[] = {10, 12, 11, 9, 500};

	ck_assert_double_eq(stats_median(calm, 5), 11);
	ck_assert_double_eq(stats_median(disturbed, 5), 11);
	ck_assert_double_eq(stats_summarize(calm, 5).mad, 1);
	ck_assert_double_eq(stats_summarize(disturbed, 5).mad, 1);
}
END_TEST

START_TEST(an_even_number_has_its_median_between)
{
	const double values[] = {4, 1, 3, 2};

	ck_assert_double_eq(stats_median(values, 4), 2.5);
	ck_assert_double_eq(stats_summarize(values, 4).mad, 1);
}
END_TEST

START_TEST(summary_of_known_values)
{
	const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
	struct summary s = stats_summarize(values, COUNT(values));

	ck_assert_uint_eq(s.n, 8);
	ck_assert_double_eq_tol(s.mean, 5, 1e-12);
	ck_assert_double_eq_tol(s.stddev, sqrt(32.0 / 7), 1e-12);
	ck_assert_double_eq(s.min, 2);
	ck_assert_double_eq(s.max, 9);
	ck_assert_double_eq(s.median, 4.5);
}
END_TEST

START_TEST(a_single_run_has_no_spread)
{
	const double value = 3;
	struct summary s = stats_summarize(&value, 1);

	ck_assert_double_eq(s.median, 3);
	ck_assert_double_eq(s.mad, 0);
	ck_assert_double_eq(s.stddev, 0);
	ck_assert_double_nan(stats_speedup(&s, &s).error);
	ck_assert_double_eq(stats_speedup(&s, &s).value, 1);
}
END_TEST

START_TEST(as_many_values_as_there_may_be)
{
	static double values[STATS_MOST];

	for (int i = 0; i < STATS_MOST; i++)
		values[i] = i * 7 % STATS_MOST;
	ck_assert_double_eq_tol(
		stats_median(values, STATS_MOST), STATS_MOST / 2.0 - .5, 1e-9);
}
END_TEST

/* hyperfine 1.20: 2.00 s ± 0.10 s against 1.00 s ± 0.10 s. */
START_TEST(speedup_has_hyperfines_error)
{
	struct summary slow = {.n = 5, .median = 2, .mean = 2, .stddev = .1};
	struct summary fast = {.n = 5, .median = 1, .mean = 1, .stddev = .1};
	struct estimate s = stats_speedup(&slow, &fast);

	ck_assert_double_eq(s.value, 2);
	ck_assert_double_eq_tol(s.error, 2 * sqrt(.05 * .05 + .1 * .1), 1e-12);
	ck_assert_double_eq(stats_speedup(&fast, &slow).value, .5);
}
END_TEST

START_TEST(karp_flatt_at_its_corners)
{
	ck_assert_double_eq_tol(stats_serial_fraction(4, 4), 0, 1e-12);
	ck_assert_double_eq_tol(stats_serial_fraction(1, 4), 1, 1e-12);
	ck_assert_double_eq_tol(
		stats_serial_fraction(1.9, 2), 2 / 1.9 - 1, 1e-12);
	ck_assert_double_lt(stats_serial_fraction(2.1, 2), 0);
	ck_assert_double_nan(stats_serial_fraction(1, 1));
}
END_TEST

START_TEST(amdahls_fraction_is_found_again)
{
	const unsigned processors[] = {1, 2, 4, 8};
	double speedups[4];

	for (int i = 0; i < 4; i++)
		speedups[i] = 1 / (.1 + .9 / processors[i]);
	ck_assert_double_eq_tol(
		stats_amdahl(speedups, processors, 4), .1, 1e-12);
	ck_assert_double_eq_tol(stats_amdahl(speedups + 1, processors + 1, 1),
		stats_serial_fraction(speedups[1], 2), 1e-12);
	ck_assert_double_nan(stats_amdahl(speedups, processors, 1));
}
END_TEST

START_TEST(outliers_are_far_out)
{
	const double values[] = {100, 101, 99, 100.5, 150};
	const double equal[] = {5, 5, 5, 5.01, 6};

	ck_assert(stats_is_outlier(values, 5, 4));
	for (size_t i = 0; i < 4; i++) {
		ck_assert(!stats_is_outlier(values, 5, i));
		ck_assert(!stats_is_outlier(equal, 5, i));
	}
	ck_assert(stats_is_outlier(equal, 5, 4));
}
END_TEST

int main(void)
{
	return suite_run("stats", 20,
		(const TTest *const[]){
			one_disturbed_run_moves_no_median,
			an_even_number_has_its_median_between,
			summary_of_known_values,
			a_single_run_has_no_spread,
			as_many_values_as_there_may_be,
			speedup_has_hyperfines_error,
			karp_flatt_at_its_corners,
			amdahls_fraction_is_found_again,
			outliers_are_far_out,
			NULL,
		});
}
