/* The rows as bars. */
#include "cmd/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TITLE_SIZE = 120,
	NOTE_SIZE = 400,
};

static void describe_row(const struct comparison *comparison,
	const struct compare_row *row, struct chart_bar *bar, const char *unit)
{
	char *out = bar->text;
	size_t size = sizeof(bar->text);
	bool is_twin = !compare_is_rival(comparison, row);
	double times = row->figures.speedup.value;

	if (row->state == ROW_IMPOSSIBLE || row->state == ROW_FAILED)
		snprintf(out, size, "%s",
			row->state == ROW_FAILED ? "FAILED" : "n/a");
	else if (!row->nruns)
		snprintf(out, size, "not run");
	else if (row->state == ROW_WRONG)
		snprintf(out, size, "%.1f %s, WRONG", bar->value, unit);
	else if (is_twin)
		snprintf(out, size, "%.1f %s, lost %" PRIu64, bar->value, unit,
			row->lost);
	else if (isnan(times) || row == comparison->reference)
		snprintf(out, size, "%.1f %s", bar->value, unit);
	else
		snprintf(out, size, "%.1f %s, x%.2f", bar->value, unit, times);
}

static void fill_bar(const struct comparison *comparison,
	const struct compare_row *row, struct chart_bar *bar)
{
	const char *unit;
	double wall_unit = compare_wall_unit(comparison, &unit);
	bool is_twin = !compare_is_rival(comparison, row);
	bool has_time = row->nruns && row->state != ROW_FAILED;

	compare_label(comparison, row, bar->label, sizeof(bar->label));
	if (is_twin)
		strncat(bar->label, ", no lock",
			sizeof(bar->label) - strlen(bar->label) - 1);
	bar->value = has_time ? row->figures.wall.median / wall_unit : NAN;
	bar->error = row->nruns > 1 ? row->figures.wall.mad / wall_unit : NAN;
	bar->doubtful = is_twin || row->state == ROW_WRONG;
	describe_row(comparison, row, bar, unit);
}

static bool is_drawn(
	const struct comparison *comparison, const struct compare_row *row)
{
	return compare_is_rival(comparison, row) || row->nruns;
}

int compare_draw(const struct comparison *comparison, FILE *out,
	void (*draw)(const struct chart *chart, FILE *out))
{
	struct chart_bar *bars = calloc(comparison->nrows, sizeof(*bars));
	char title[TITLE_SIZE], axis[80], note[NOTE_SIZE];
	const char *unit;
	struct chart chart = {
		.title = title, .axis = axis, .note = note, .bars = bars};

	if (!bars)
		return -ENOMEM;
	for (size_t i = 0; i < comparison->nrows; i++)
		if (is_drawn(comparison, &comparison->rows[i]))
			fill_bar(comparison, &comparison->rows[i],
				&bars[chart.nbars++]);
	compare_wall_unit(comparison, &unit);
	snprintf(title, sizeof(title), "conc compare: %s, %s %" PRIu64 "%s",
		comparison->work->name, comparison->work->size_means,
		comparison->size, comparison->partial ? ", partial" : "");
	snprintf(axis, sizeof(axis),
		"wall time in %s, median of %u; x: times as fast as %s", unit,
		comparison->nruns, comparison->reference_model->name);
	compare_describe_host(comparison, note, sizeof(note));
	draw(&chart, out);
	free(bars);
	return 0;
}
