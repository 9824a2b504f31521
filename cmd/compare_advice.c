/*
 * One sentence per model: how it did here, from its best row, and what it is
 * good for, in its own words.
 */
#include "cmd/compare.h"

#include <math.h>
#include <string.h>

enum {
	SENTENCE_SIZE = 600,
	INDENT = 4,
};

/* Differences below that are not worth a word, whatever the error. */
static const double nothing = 0.02;

/* With a larger error, as fast is more than the runs can tell. */
static const double vague = 0.1;

static double error_of(const struct estimate *speedup)
{
	return isnan(speedup->error) ? 0 : speedup->error;
}

static bool is_same(const struct estimate *speedup)
{
	return fabs(speedup->value - 1) <= fmax(nothing, error_of(speedup));
}

/* "1.93 times as fast as seq" */
static void describe_speed(const struct comparison *comparison,
	const struct compare_row *row, char *out, size_t size)
{
	const struct estimate *speedup = &row->figures.speedup;
	const char *reference = comparison->reference_model->name;
	const char *unit;
	double wall = row->figures.wall.median /
		      compare_wall_unit(comparison, &unit);

	if (isnan(speedup->value) || row == comparison->reference)
		snprintf(out, size, "%.*f %s", wall < 10 ? 2 : 0, wall, unit);
	else if (is_same(speedup) && error_of(speedup) > vague)
		snprintf(out, size, "not to be told from %s by these runs",
			reference);
	else if (is_same(speedup))
		snprintf(out, size, "as fast as %s", reference);
	else if (speedup->value > 1)
		snprintf(out, size, "%.2f times as fast as %s", speedup->value,
			reference);
	else
		snprintf(out, size, "%.2f times the time of %s",
			1 / speedup->value, reference);
}

static void describe_workers(const struct comparison *comparison,
	const struct compare_row *row, char *out, size_t size)
{
	unsigned p = compare_processors(comparison, row);

	if (row->width == 1)
		*out = '\0';
	else
		snprintf(out, size, ", %u workers on %u CPU%s", row->width, p,
			p == 1 ? "" : "s");
}

static void describe(const struct comparison *comparison,
	const struct compare_row *row, char *out, size_t size)
{
	char speed[80], workers[60];

	switch (row->state) {
	case ROW_IMPOSSIBLE:
		snprintf(out, size, "cannot do this: %s", row->reason);
		return;
	case ROW_FAILED:
		snprintf(out, size, "did not come to an end: %s", row->reason);
		return;
	case ROW_WRONG:
		snprintf(out, size, "gave a wrong answer");
		return;
	case ROW_RIGHT:
		break;
	}
	if (!row->nruns) {
		snprintf(out, size, "not measured");
		return;
	}
	describe_speed(comparison, row, speed, sizeof(speed));
	describe_workers(comparison, row, workers, sizeof(workers));
	snprintf(out, size, "%s%s, %.0f %% CPU, %.1f MB", speed, workers,
		100 * row->figures.cpu,
		(double)row->figures.memory_bytes / 1e6);
}

/* Rows are ranked: the first one of a model is its best. */
static bool is_first_of_model(const struct comparison *comparison, size_t index)
{
	const struct compare_row *row = &comparison->rows[index];

	for (size_t i = 0; i < index; i++)
		if (compare_is_rival(comparison, &comparison->rows[i]) &&
			comparison->rows[i].model == row->model)
			return false;
	return compare_is_rival(comparison, row);
}

void compare_print_advice(const struct comparison *comparison, FILE *out)
{
	char measured[300], sentence[SENTENCE_SIZE];

	fputs("When to use which:\n", out);
	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];

		if (!is_first_of_model(comparison, i))
			continue;
		describe(comparison, row, measured, sizeof(measured));
		snprintf(sentence, sizeof(sentence), "%s (%s): %s.",
			row->model->name, measured, row->model->when);
		fputs("  ", out);
		compare_wrap(out, sentence, 2, INDENT);
	}
}
