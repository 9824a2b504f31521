/* Which model does what with how many workers, before anything is run. */
#include "cmd/compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	RUNS_DEFAULT_MOST = 5
};

static bool has_workers(const struct model *model)
{
	return model->flags &
	       (MODEL_PARALLEL | MODEL_PREEMPTIVE | MODEL_TAKES_TURNS);
}

static bool is_listed(const struct opt_list *list, unsigned i)
{
	for (unsigned k = 0; k < list->n; k++)
		if (list->values[k] == i)
			return true;
	return false;
}

/* The reference takes part whether it was asked for or not. */
static bool takes_part(const struct compare_options *options, unsigned i)
{
	return options->models.n == 0 || i == options->reference ||
	       is_listed(&options->models, i);
}

/* Who cannot do a work with a lock is not missed without one. */
static void add_row(struct comparison *comparison, const struct work *work,
	const struct model *model, unsigned width)
{
	bool is_possible = !(
		work->flags & WORK_SHARES && model->flags & MODEL_ISOLATED);
	struct compare_row *row = &comparison->rows[comparison->nrows];

	if (!is_possible && work != comparison->work)
		return;
	comparison->nrows++;
	row->work = work;
	row->model = model;
	row->width = width;
	if (!is_possible) {
		row->state = ROW_IMPOSSIBLE;
		snprintf(row->reason, sizeof(row->reason),
			"its workers share no memory, and %s needs that",
			work->name);
	}
}

static bool is_repeated(const struct opt_list *list, unsigned k)
{
	for (unsigned i = 0; i < k; i++)
		if (list->values[i] == list->values[k])
			return true;
	return false;
}

static void add_rows(struct comparison *comparison, const struct work *work,
	const struct compare_options *options)
{
	const struct opt_list *widths = &options->threads;

	for (unsigned i = 0; models[i]; i++) {
		if (!takes_part(options, i))
			continue;
		if (!has_workers(models[i])) {
			add_row(comparison, work, models[i], 1);
			continue;
		}
		for (unsigned k = 0; k < widths->n; k++)
			if (!is_repeated(widths, k))
				add_row(comparison, work, models[i],
					widths->values[k]);
	}
}

static size_t nrows_most(const struct compare_options *options)
{
	size_t nmodels = 0;

	while (models[nmodels])
		nmodels++;
	return 2 * nmodels * (options->threads.n + 1);
}

static int share_out_storage(struct comparison *comparison, unsigned nruns)
{
	comparison->storage = calloc(
		comparison->nrows * nruns, sizeof(struct measurement));
	if (!comparison->storage)
		return -ENOMEM;
	for (size_t i = 0; i < comparison->nrows; i++)
		comparison->rows[i].runs = comparison->storage + i * nruns;
	return 0;
}

int compare_plan(
	struct comparison *comparison, const struct compare_options *options)
{
	const struct work *work = options->work;
	int status;

	*comparison = (struct comparison){
		.work = work,
		.reference_model = models[options->reference],
		.size = options->size ? options->size : work->default_size,
		.rows = calloc(nrows_most(options), sizeof(struct compare_row)),
	};
	if (!comparison->rows)
		return -ENOMEM;
	add_rows(comparison, work, options);
	if (work->unsafe_twin)
		add_rows(comparison, work->unsafe_twin, options);
	status = share_out_storage(
		comparison, options->runs ? options->runs : RUNS_DEFAULT_MOST);
	if (status < 0)
		free(comparison->rows);
	return status;
}

void compare_free(struct comparison *comparison)
{
	free(comparison->storage);
	free(comparison->rows);
}
