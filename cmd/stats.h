/*
 * stats - what a few measurements of the same thing say
 *
 * The middle is the median and the spread the median absolute deviation,
 * which one disturbed run cannot move. Mean and standard deviation are there
 * too, for whoever compares with other tools.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef CMD_STATS_H
#define CMD_STATS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	STATS_MOST = 1000, /* values that can be summed up */
};

struct summary {
	size_t n;
	double median;
	double mad; /* median of the distances to the median, not scaled */
	double mean;
	double stddev; /* of the sample (n - 1); 0 when n is 1 */
	double min, max;
};

/* A value and the standard error that goes with it. */
struct estimate {
	double value, error;
};

/* 1 to STATS_MOST values. */
struct summary stats_summarize(const double *values, size_t n);

double stats_median(const double *values, size_t n);

/*
 * How many times as fast: reference over measured, by their medians. The
 * error is hyperfine's: the ratio times the root of the sum of the squared
 * relative standard deviations. It is NaN when either was run only once.
 */
struct estimate stats_speedup(
	const struct summary *reference, const struct summary *measured);

/*
 * The experimentally determined serial fraction of A. H. Karp and H. P. Flatt
 * ("Measuring parallel processor performance", CACM 33 (1990) 5):
 * e = (1/S - 1/p) / (1 - 1/p). NaN for fewer than two processors.
 */
double stats_serial_fraction(double speedup, unsigned processors);

/*
 * The serial fraction s of Amdahl's law, 1/S = s + (1 - s)/p, that fits n
 * measured speed-ups best, by least squares on 1/S. NaN when no point has
 * two processors or more.
 */
double stats_amdahl(
	const double *speedups, const unsigned *processors, size_t n);

/*
 * Whether values[i] lies more than ten standard deviations from the median,
 * as estimated from the MAD (modified Z-score, Iglewicz and Hoaglin); and,
 * since equal values have none, more than 1 % away.
 */
bool stats_is_outlier(const double *values, size_t n, size_t i);

#endif
