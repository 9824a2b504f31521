/* What the table cannot say in a cell. */
#include "cmd/compare.h"
#include "cmd/page.h"
#include "cmd/term.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

enum {
	NOTE_SIZE = 600,
	PAGE_WIDTH = 80,
};

void compare_wrap(FILE *out, const char *text, unsigned at, unsigned indent)
{
	unsigned width = term_width(fileno(out));

	if (width && width < PAGE_WIDTH)
		page_wrap_within(out, width, text, at, indent);
	else
		page_wrap(out, text, at, indent);
}

__attribute__((format(printf, 2, 3))) static void print_note(
	FILE *out, const char *format, ...)
{
	char note[NOTE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(note, sizeof(note), format, args);
	va_end(args);
	compare_wrap(out, note, 0, 0);
}

void compare_label(const struct comparison *comparison,
	const struct compare_row *row, char *out, size_t size)
{
	bool is_alone = true;

	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *other = &comparison->rows[i];

		if (other->work == row->work && other->model == row->model &&
			other->width != row->width)
			is_alone = false;
	}
	if (is_alone)
		snprintf(out, size, "%s", row->model->name);
	else
		snprintf(out, size, "%s, %u worker%s", row->model->name,
			row->width, row->width == 1 ? "" : "s");
}

void compare_describe_host(
	const struct comparison *comparison, char *out, size_t size)
{
	const struct host *host = &comparison->host;
	const char *clocks = *host->governor ? ", governor " : "";
	int n = snprintf(out, size, "%s, %d CPU%s usable of %d%s%s, %s, %s",
		host->cpu, host->cpus.usable, host->cpus.usable == 1 ? "" : "s",
		host->online, clocks, host->governor, host->kernel, host->libc);

	if (!isnan(host->load) && n > 0 && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, ", load %.2f at the start",
			host->load);
}

static void print_answer(const struct comparison *comparison, FILE *out)
{
	if (comparison->truth_known)
		print_note(out,
			"The answer: %" PRIu64 " %s (checksum %016" PRIx64 ").",
			comparison->truth.word[0], comparison->work->unit,
			tally_checksum(&comparison->truth));
}

/* With more workers than CPUs it is the same point again, or worse. */
static bool is_point(
	const struct comparison *comparison, const struct compare_row *row)
{
	return row->rank &&
	       row->width <= (unsigned)comparison->host.cpus.usable;
}

static void print_fit(const struct comparison *comparison, FILE *out,
	const struct model *model)
{
	double speedups[OPT_LIST_MOST], fraction;
	unsigned widths[OPT_LIST_MOST];
	size_t n = 0, ntelling = 0;

	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];

		if (row->model != model || !is_point(comparison, row))
			continue;
		speedups[n] = row->figures.speedup.value;
		widths[n++] = row->width;
		ntelling += row->width > 1;
	}
	if (n < 2)
		return;
	fraction = stats_amdahl(speedups, widths, n);
	if (fraction >= 0 && fraction <= 1)
		print_note(out,
			"%s: by Amdahl's law %.1f %% of the work is serial "
			"(least squares; degrees of freedom: %zu).",
			model->name, 100 * fraction, ntelling);
}

static void print_fits(const struct comparison *comparison, FILE *out)
{
	if (!comparison->reference || comparison->work->flags & WORK_WAITS)
		return;
	for (int i = 0; models[i]; i++)
		print_fit(comparison, out, models[i]);
}

static bool has_process_model(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->nrows; i++)
		if (comparison->rows[i].figures.nprocesses)
			return true;
	return false;
}

static void print_legend(const struct comparison *comparison, FILE *out)
{
	const char *reference = comparison->reference_model->name;

	if (!comparison->reference)
		print_note(out,
			"There are no speed-ups, since %s has no right result "
			"to compare with.",
			reference);
	print_note(out,
		"Wall: %s. Speed-up: how many times as fast as %s, with its "
		"standard error. CPU: time used by all CPUs together, over "
		"wall time.%s",
		comparison->nruns == 1 ? "a single run, of unknown spread"
				       : "median and median absolute deviation",
		reference,
		comparison->work->flags & WORK_WAITS
			? " Who waits needs no CPU, so there is no efficiency."
			: " Efficiency: speed-up over the CPUs that the "
			  "workers can be on.");
	if (has_process_model(comparison))
		print_note(out,
			"Memory: the peak; of processes the sum of their "
			"peaks, where pages that they share count in each.");
}

static void print_exception(const struct comparison *comparison, FILE *out,
	const struct compare_row *row)
{
	char label[CHART_LABEL_SIZE];

	compare_label(comparison, row, label, sizeof(label));
	if (row->state == ROW_IMPOSSIBLE)
		print_note(out, "%s: n/a: %s.", label, row->reason);
	else if (row->state == ROW_FAILED)
		print_note(out, "%s: FAILED: %s.", label, row->reason);
	else if (row->state == ROW_WRONG)
		print_note(out,
			"%s: WRONG: its answer is not that of seq, so its "
			"time does not count.",
			label);
	else if (row->figures.handovers)
		print_note(out,
			"%s: a simulation of one global interpreter lock, "
			"handed over %" PRIu64 " times a run.",
			label, row->figures.handovers);
}

static void sum_troubles(
	const struct compare_row *row, unsigned *refused, unsigned *crashed)
{
	*refused = *crashed = 0;
	for (size_t i = 0; i < row->nruns; i++) {
		*refused += row->runs[i].result.refused;
		*crashed += row->runs[i].result.crashed;
	}
}

static void print_troubles(const struct comparison *comparison, FILE *out,
	const struct compare_row *row)
{
	char label[CHART_LABEL_SIZE];
	unsigned refused, crashed;

	sum_troubles(row, &refused, &crashed);
	compare_label(comparison, row, label, sizeof(label));
	if (refused)
		print_note(out,
			"%s: the system refused %u workers over all runs; the "
			"others did the work.",
			label, refused);
	if (crashed)
		print_note(out,
			"%s: %u worker%s died over all runs; others did what "
			"they had in hand again.",
			label, crashed, crashed == 1 ? "" : "s");
}

/* Without a lock, only the turns that they happened to take kept them apart. */
static bool was_lucky(const struct compare_row *row)
{
	return row->lost == 0 && row->width > 1 &&
	       row->model->flags & MODEL_PREEMPTIVE;
}

/* Lines of their own: it is not an answer that could win. */
static void print_twins(const struct comparison *comparison, FILE *out)
{
	const char *unit;
	double wall_unit = compare_wall_unit(comparison, &unit);
	bool first = true;

	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];
		char label[CHART_LABEL_SIZE];

		if (compare_is_rival(comparison, row) || !row->nruns)
			continue;
		if (first)
			fputs("\nWithout the lock, which is no answer:\n", out);
		first = false;
		compare_label(comparison, row, label, sizeof(label));
		print_note(out,
			"%s, no lock: lost %" PRIu64 " of %" PRIu64
			" (the worst of %zu run%s) in %.1f %s%s.",
			label, row->lost, comparison->truth.word[0], row->nruns,
			row->nruns == 1 ? "" : "s",
			row->figures.wall.median / wall_unit, unit,
			was_lucky(row) ? "; that was luck" : "");
	}
}

void compare_print_notes(const struct comparison *comparison, FILE *out)
{
	print_answer(comparison, out);
	print_legend(comparison, out);
	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];

		if (!compare_is_rival(comparison, row))
			continue;
		print_exception(comparison, out, row);
		print_troubles(comparison, out, row);
	}
	print_fits(comparison, out);
	print_twins(comparison, out);
}
