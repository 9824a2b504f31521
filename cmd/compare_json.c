/*
 * The comparison as JSON. Each result has all members that hyperfine writes,
 * in its units (seconds, bytes), so that what reads those reads these.
 */
#include "cmd/compare.h"

#include "lib/clock.h"

#include <inttypes.h>

#ifndef CONC_COMMIT
#define CONC_COMMIT "unknown"
#endif

static void put_command(struct json *json, const struct comparison *comparison,
	const struct compare_row *row)
{
	char command[160];

	snprintf(command, sizeof(command),
		"conc compare %s --models %s --threads %u --size %" PRIu64,
		comparison->work->name, row->model->name, row->width,
		comparison->size);
	json_string(json, "command", command);
}

static void put_times(struct json *json, const struct compare_row *row)
{
	const struct compare_figures *figures = &row->figures;
	const struct {
		const char *key;
		double value;
	} members[] = {
		{"mean", figures->wall.mean},
		{"stddev", figures->wall.stddev},
		{"median", figures->wall.median},
		{"user", figures->user_s},
		{"system", figures->system_s},
		{"min", figures->wall.min},
		{"max", figures->wall.max},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (row->nruns)
			json_real(json, members[i].key, members[i].value, 9);
		else
			json_null(json, members[i].key);
	}
}

static void put_runs(struct json *json, const struct compare_row *row)
{
	json_array(json, "times");
	for (size_t i = 0; i < row->nruns; i++)
		json_real(json, NULL,
			(double)row->runs[i].wall_ns / (double)CLOCK_NS_PER_S,
			9);
	json_end(json);
	json_array(json, "memory_usage_byte");
	for (size_t i = 0; i < row->nruns; i++)
		json_uint(json, NULL, row->runs[i].memory_kib * 1024);
	json_end(json);
	json_array(json, "exit_codes");
	for (size_t i = 0; i < row->nruns; i++)
		json_int(json, NULL, 0);
	if (row->state == ROW_FAILED)
		json_int(json, NULL, row->exit_code);
	json_end(json);
}

static void put_parameters(struct json *json,
	const struct comparison *comparison, const struct compare_row *row)
{
	char number[24];

	json_object(json, "parameters");
	json_string(json, "work", row->work->name);
	snprintf(number, sizeof(number), "%" PRIu64, comparison->size);
	json_string(json, "size", number);
	json_string(json, "model", row->model->name);
	snprintf(number, sizeof(number), "%u", row->width);
	json_string(json, "threads", number);
	json_end(json);
}

static void put_answer(struct json *json, const struct comparison *comparison,
	const struct compare_row *row)
{
	const struct tally *total;
	char checksum[24];

	json_string(json, "status", compare_status(comparison, row));
	if (*row->reason)
		json_string(json, "reason", row->reason);
	if (!row->nruns)
		return;
	total = &row->runs[row->nruns - 1].result.total;
	snprintf(checksum, sizeof(checksum), "%016" PRIx64,
		tally_checksum(total));
	json_uint(json, "answer", total->word[0]);
	json_string(json, "checksum", checksum);
	if (!compare_is_rival(comparison, row))
		json_uint(json, "lost", row->lost);
}

static void put_troubles(struct json *json, const struct compare_row *row)
{
	uint64_t refused = 0, crashed = 0, redone = 0;

	for (size_t i = 0; i < row->nruns; i++) {
		refused += row->runs[i].result.refused;
		crashed += row->runs[i].result.crashed;
		redone += row->runs[i].result.redone;
	}
	json_uint(json, "workers_refused", refused);
	json_uint(json, "workers_crashed", crashed);
	json_uint(json, "items_redone", redone);
}

static void put_row(struct json *json, const struct comparison *comparison,
	const struct compare_row *row)
{
	json_object(json, NULL);
	put_command(json, comparison, row);
	put_times(json, row);
	put_runs(json, row);
	put_parameters(json, comparison, row);
	json_string(json, "model", row->model->name);
	json_uint(json, "workers", row->width);
	json_uint(json, "processors", compare_processors(comparison, row));
	if (row->rank)
		json_uint(json, "rank", row->rank);
	else
		json_null(json, "rank");
	put_answer(json, comparison, row);
	compare_json_figures(json, row);
	put_troubles(json, row);
	json_end(json);
}

static void put_rows(struct json *json, const struct comparison *comparison,
	const char *key, bool rivals)
{
	json_array(json, key);
	for (size_t i = 0; i < comparison->nrows; i++) {
		const struct compare_row *row = &comparison->rows[i];

		if (compare_is_rival(comparison, row) == rivals)
			put_row(json, comparison, row);
	}
	json_end(json);
}

static void put_host(struct json *json, const struct host *host)
{
	json_object(json, "environment");
	json_string(json, "cpu", host->cpu);
	json_int(json, "cpus_online", host->online);
	json_int(json, "cpus_affinity", host->cpus.affinity);
	json_int(json, "cpus_quota", host->cpus.quota);
	json_int(json, "cpus_usable", host->cpus.usable);
	if (*host->governor)
		json_string(json, "governor", host->governor);
	else
		json_null(json, "governor");
	json_string(json, "kernel", host->kernel);
	json_string(json, "libc", host->libc);
	json_real(json, "load_average", host->load, 2);
	json_string(json, "conc_version", CONC_VERSION);
	json_string(json, "conc_commit", CONC_COMMIT);
	json_end(json);
}

void compare_print_json(const struct comparison *comparison)
{
	struct json json;

	json_begin(&json, stdout, "conc.compare");
	json_string(&json, "work", comparison->work->name);
	json_uint(&json, "size", comparison->size);
	json_string(&json, "unit", comparison->work->unit);
	json_string(&json, "reference", comparison->reference_model->name);
	json_uint(&json, "runs", comparison->nruns);
	json_bool(&json, "partial", comparison->partial);
	put_host(&json, &comparison->host);
	put_rows(&json, comparison, "results", true);
	put_rows(&json, comparison, "without_lock", false);
	json_finish(&json);
}
