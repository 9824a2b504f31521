#include "cmd/stats.h"

#include "lib/must.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One standard deviation of a normal distribution is this many MADs. */
static const double mads_per_sigma = 1.4826;

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double stats_median(const double *values, size_t n)
{
	double sorted[STATS_MOST];

	must(n >= 1 && n <= STATS_MOST);
	memcpy(sorted, values, n * sizeof(*values));
	qsort(sorted, n, sizeof(*sorted), compare_doubles);
	return n % 2 ? sorted[n / 2]
		     : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

static double median_distance(const double *values, size_t n, double from)
{
	double distances[STATS_MOST];

	for (size_t i = 0; i < n; i++)
		distances[i] = fabs(values[i] - from);
	return stats_median(distances, n);
}

static double deviation(const double *values, size_t n, double mean)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return n > 1 ? sqrt(sum / (double)(n - 1)) : 0;
}

struct summary stats_summarize(const double *values, size_t n)
{
	struct summary summary = {
		.n = n,
		.median = stats_median(values, n),
		.min = values[0],
		.max = values[0],
	};

	for (size_t i = 0; i < n; i++) {
		summary.mean += values[i] / (double)n;
		summary.min = fmin(summary.min, values[i]);
		summary.max = fmax(summary.max, values[i]);
	}
	summary.mad = median_distance(values, n, summary.median);
	summary.stddev = deviation(values, n, summary.mean);
	return summary;
}

struct estimate stats_speedup(
	const struct summary *reference, const struct summary *measured)
{
	double a = reference->stddev / reference->mean;
	double b = measured->stddev / measured->mean;
	double ratio = reference->median / measured->median;

	return (struct estimate){
		.value = ratio,
		.error = reference->n > 1 && measured->n > 1
				 ? ratio * sqrt(a * a + b * b)
				 : NAN,
	};
}

double stats_serial_fraction(double speedup, unsigned processors)
{
	double p = processors;

	if (processors < 2)
		return NAN;
	return (1 / speedup - 1 / p) / (1 - 1 / p);
}

double stats_amdahl(
	const double *speedups, const unsigned *processors, size_t n)
{
	double xy = 0, xx = 0;

	for (size_t i = 0; i < n; i++) {
		double x = 1 - 1.0 / processors[i];

		xy += x * (1 / speedups[i] - 1.0 / processors[i]);
		xx += x * x;
	}
	return xx > 0 ? xy / xx : NAN;
}

bool stats_is_outlier(const double *values, size_t n, size_t i)
{
	double median = stats_median(values, n);
	double sigma = mads_per_sigma * median_distance(values, n, median);
	double distance = fabs(values[i] - median);

	return distance > 10 * sigma && distance > 0.01 * fabs(median);
}
