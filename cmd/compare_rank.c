/* From runs to figures, an order, and an exit code. */
#include "cmd/compare.h"
#include "cmd/exit.h"

#include "lib/clock.h"
#include "lib/must.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool compare_is_rival(
	const struct comparison *comparison, const struct compare_row *row)
{
	return row->work == comparison->work;
}

unsigned compare_processors(
	const struct comparison *comparison, const struct compare_row *row)
{
	unsigned ncpus = (unsigned)comparison->host.cpus.usable;

	return row->width < ncpus ? row->width : ncpus;
}

/* "model failed: ..." in words, for a run that brought no answer. */
static void note_failure(struct compare_row *row, const struct measurement *run)
{
	size_t size = sizeof(row->reason);

	row->state = ROW_FAILED;
	row->exit_code = run->signal ? 128 + run->signal : EXIT_REFUSED;
	if (run->signal)
		snprintf(row->reason, size, "killed by signal %d (%s)",
			run->signal, strsignal(run->signal));
	else if (run->error == -EAGAIN)
		snprintf(row->reason, size,
			"the system refused another process or thread");
	else if (run->error == -ECHILD)
		snprintf(row->reason, size,
			"workers died faster than they could be replaced");
	else
		snprintf(row->reason, size, "%s", strerror(-run->error));
}

static void note_impossible(struct compare_row *row)
{
	row->state = ROW_IMPOSSIBLE;
	snprintf(row->reason, sizeof(row->reason), "it cannot do %s",
		row->work->name);
}

static bool is_right(
	const struct comparison *comparison, const struct measurement *run)
{
	const struct tally *total = &run->result.total;

	if (!run->right)
		return false;
	return !comparison->truth_known ||
	       tally_checksum(total) == tally_checksum(&comparison->truth);
}

/* What the lock would have made of it is known from the locked work. */
static void note_losses(struct comparison *comparison, struct compare_row *row,
	const struct measurement *run)
{
	uint64_t counted = run->result.total.word[0];
	uint64_t expected = comparison->truth.word[0];

	if (comparison->truth_known && counted < expected &&
		expected - counted > row->lost)
		row->lost = expected - counted;
}

static void judge_answer(struct comparison *comparison, struct compare_row *row,
	const struct measurement *run)
{
	if (!compare_is_rival(comparison, row)) {
		note_losses(comparison, row, run);
		return;
	}
	if (!comparison->truth_known && run->right &&
		row->model == model_find("seq")) {
		comparison->truth = run->result.total;
		comparison->truth_known = true;
	}
	if (!is_right(comparison, run))
		row->state = ROW_WRONG;
}

void compare_take(struct comparison *comparison, struct compare_row *row,
	const struct measurement *run, bool is_warm_up)
{
	if (run->error == -ENOTSUP) {
		note_impossible(row);
		return;
	}
	if (run->signal || run->error) {
		note_failure(row, run);
		return;
	}
	judge_answer(comparison, row, run);
	if (!is_warm_up)
		row->runs[row->nruns++] = *run;
}

/* The value of one field of all runs. */
static double median_of(const struct compare_row *row,
	uint64_t (*field)(const struct measurement *run))
{
	double values[STATS_MOST];

	for (size_t i = 0; i < row->nruns; i++)
		values[i] = (double)field(&row->runs[i]);
	return stats_median(values, row->nruns);
}

#define FIELD(name, expression)                                  \
	static uint64_t name##_of(const struct measurement *run) \
	{                                                        \
		return run->expression;                          \
	}
FIELD(voluntary, voluntary)
FIELD(involuntary, involuntary)
FIELD(minor_faults, minor_faults)
FIELD(major_faults, major_faults)
FIELD(nthreads, result.nthreads)
FIELD(nprocesses, result.nprocesses)
FIELD(ncoroutines, result.ncoroutines)
FIELD(handovers, result.handovers)
#undef FIELD

static void count_events(struct compare_row *row)
{
	struct compare_figures *figures = &row->figures;

	figures->voluntary = (uint64_t)median_of(row, voluntary_of);
	figures->involuntary = (uint64_t)median_of(row, involuntary_of);
	figures->minor_faults = (uint64_t)median_of(row, minor_faults_of);
	figures->major_faults = (uint64_t)median_of(row, major_faults_of);
	figures->nthreads = (uint64_t)median_of(row, nthreads_of);
	figures->nprocesses = (uint64_t)median_of(row, nprocesses_of);
	figures->ncoroutines = (uint64_t)median_of(row, ncoroutines_of);
	figures->handovers = (uint64_t)median_of(row, handovers_of);
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)CLOCK_NS_PER_S;
}

static void sum_up(struct compare_row *row)
{
	struct compare_figures *figures = &row->figures;
	double walls[STATS_MOST];
	double n = (double)row->nruns;

	must(row->nruns <= STATS_MOST);
	*figures = (struct compare_figures){
		.speedup = {NAN, NAN},
		.efficiency = NAN,
		.serial_fraction = NAN,
	};
	if (!row->nruns)
		return;
	for (size_t i = 0; i < row->nruns; i++) {
		const struct measurement *run = &row->runs[i];

		walls[i] = seconds(run->wall_ns);
		figures->user_s += seconds(run->user_ns) / n;
		figures->system_s += seconds(run->system_ns) / n;
		if (run->memory_kib * 1024 > figures->memory_bytes)
			figures->memory_bytes = run->memory_kib * 1024;
	}
	figures->wall = stats_summarize(walls, row->nruns);
	figures->cpu = (figures->user_s + figures->system_s) /
		       figures->wall.mean;
	count_events(row);
}

static const struct compare_row *find_reference(
	const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];

		if (compare_is_rival(comparison, row) &&
			row->model == comparison->reference_model)
			return row->nruns && row->state == ROW_RIGHT ? row
								     : NULL;
	}
	return NULL;
}

/*
 * Efficiency and serial fraction ask how well CPUs are used. Work that waits
 * uses none, and ten naps at once are no better use of a CPU.
 */
static void compare_to_reference(
	const struct comparison *comparison, struct compare_row *row)
{
	const struct compare_row *reference = comparison->reference;
	struct compare_figures *figures = &row->figures;
	unsigned p = compare_processors(comparison, row);

	if (!reference || !row->nruns)
		return;
	figures->speedup = stats_speedup(
		&reference->figures.wall, &figures->wall);
	if (row == reference)
		figures->speedup.error = 0;
	if (row->work->flags & WORK_WAITS)
		return;
	figures->efficiency = figures->speedup.value / p;
	figures->serial_fraction = stats_serial_fraction(
		figures->speedup.value, p);
}

/* A row that an interrupt left without a run has no place among the others. */
static double time_of(const struct compare_row *row)
{
	return row->nruns ? row->figures.wall.median : INFINITY;
}

static int compare_rows(const void *a, const void *b)
{
	const struct compare_row *x = a, *y = b;
	bool x_broken = x->work->flags & WORK_BROKEN;
	bool y_broken = y->work->flags & WORK_BROKEN;

	if (x_broken != y_broken)
		return x_broken ? 1 : -1;
	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (time_of(x) != time_of(y))
		return time_of(x) < time_of(y) ? -1 : 1;
	return x->runs < y->runs ? -1 : x->runs > y->runs;
}

/* Rows move, but each keeps its place for runs. */
static void sort_rows(struct comparison *comparison)
{
	const struct measurement *runs =
		comparison->reference ? comparison->reference->runs : NULL;

	qsort(comparison->rows, comparison->nrows, sizeof(*comparison->rows),
		compare_rows);
	for (size_t i = 0; i < comparison->nrows; i++)
		if (runs && comparison->rows[i].runs == runs)
			comparison->reference = &comparison->rows[i];
}

void compare_rank(struct comparison *comparison)
{
	unsigned rank = 0;

	for (size_t i = 0; i < comparison->nrows; i++)
		sum_up(&comparison->rows[i]);
	comparison->reference = find_reference(comparison);
	for (size_t i = 0; i < comparison->nrows; i++)
		compare_to_reference(comparison, &comparison->rows[i]);
	sort_rows(comparison);
	for (size_t i = 0; i < comparison->nrows; i++) {
		struct compare_row *row = &comparison->rows[i];

		if (row->state == ROW_RIGHT && row->nruns &&
			compare_is_rival(comparison, row))
			row->rank = ++rank;
	}
}

int compare_judge(const struct comparison *comparison)
{
	int code = EXIT_GOOD;

	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];

		if (!compare_is_rival(comparison, row))
			continue;
		if (row->state == ROW_WRONG)
			return EXIT_NO;
		if (row->state == ROW_FAILED)
			code = EXIT_REFUSED;
	}
	return code;
}
