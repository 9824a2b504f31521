/*
 * The rows as a table, a field at a time: for people some fields in few
 * words, for programs all of them as plain numbers in base units.
 */
#include "cmd/compare.h"

#include "cmd/term.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>

struct context {
	const struct comparison *comparison;
	const struct compare_row *row;
	struct table *table;
	double wall_unit; /* seconds in the unit that people are shown */
};

enum field_kind {
	FIELD_CALL, /* whatever the function adds */
	FIELD_REAL, /* a double of struct compare_figures */
	FIELD_COUNT, /* a uint64_t of it */
};

enum field_flags {
	FIELD_WIDE = 1 << 0, /* for people only on request */
	FIELD_TIMED = 1 << 1, /* in the unit that is chosen for the rows */
	FIELD_OF_CPUS = 1 << 2, /* says nothing where the work waits */
};

struct field {
	struct table_column column;
	unsigned flags;
	enum field_kind kind;
	size_t offset; /* in struct compare_figures */
	double scale; /* of a real */
	int decimals;
	void (*add)(const struct context *context);
};

static bool has_runs(const struct context *context)
{
	return context->row->nruns > 0;
}

static double real_of(const struct field *field, const struct compare_row *row)
{
	const char *figures = (const char *)&row->figures;

	return field->scale * *(const double *)(figures + field->offset);
}

static uint64_t count_of(
	const struct field *field, const struct compare_row *row)
{
	const char *figures = (const char *)&row->figures;

	return *(const uint64_t *)(figures + field->offset);
}

/* ± where the reader's locale has it. */
static const char *plus_minus(void)
{
	return term_is_utf8() ? " ± " : "+-";
}

/* Three or four digits tell all that such measurements can. */
static int decimals_of(double value)
{
	if (value >= 1000)
		return 0;
	if (value >= 10)
		return 1;
	return value >= 1 ? 2 : 3;
}

static void add_with_error(
	const struct context *context, double value, double error, int decimals)
{
	if (!has_runs(context) || isnan(value))
		table_missing(context->table);
	else if (isnan(error))
		table_format_text(context->table, "%.*f", decimals, value);
	else
		table_format_text(context->table, "%.*f%s%.*f", decimals, value,
			plus_minus(), decimals, error);
}

static void add_percent(const struct context *context, double share)
{
	if (!has_runs(context) || isnan(share))
		table_missing(context->table);
	else
		table_format_text(context->table, "%.0f %%", 100 * share);
}

static void add_work(const struct context *context)
{
	table_text(context->table, context->row->work->name);
}

static void add_size(const struct context *context)
{
	table_uint(context->table, context->comparison->size);
}

static void add_model(const struct context *context)
{
	table_text(context->table, context->row->model->name);
}

static void add_workers(const struct context *context)
{
	table_uint(context->table, context->row->width);
}

static void add_processors(const struct context *context)
{
	table_uint(context->table,
		compare_processors(context->comparison, context->row));
}

static void add_rank(const struct context *context)
{
	if (context->row->rank)
		table_uint(context->table, context->row->rank);
	else
		table_missing(context->table);
}

static void add_runs(const struct context *context)
{
	table_uint(context->table, context->row->nruns);
}

static void add_wall(const struct context *context)
{
	const struct summary *wall = &context->row->figures.wall;
	double value = wall->median / context->wall_unit;
	double error = wall->n > 1 ? wall->mad / context->wall_unit : NAN;

	add_with_error(context, value, error, decimals_of(value));
}

/* The reference is once as fast as itself, exactly. */
static void add_speedup(const struct context *context)
{
	struct estimate speedup = context->row->figures.speedup;

	if (context->row == context->comparison->reference)
		speedup.error = NAN;
	add_with_error(context, speedup.value, speedup.error, 2);
}

static void add_efficiency(const struct context *context)
{
	add_percent(context, context->row->figures.efficiency);
}

static void add_cpu(const struct context *context)
{
	add_percent(context, context->row->figures.cpu);
}

static void add_memory(const struct context *context)
{
	if (has_runs(context))
		table_format_text(context->table, "%.1f MB",
			(double)context->row->figures.memory_bytes / 1e6);
	else
		table_missing(context->table);
}

/* Of the last run: where a row is right, of all. */
static const struct tally *answer_of(const struct compare_row *row)
{
	return &row->runs[row->nruns - 1].result.total;
}

static void add_answer(const struct context *context)
{
	if (has_runs(context))
		table_uint(context->table, answer_of(context->row)->word[0]);
	else
		table_missing(context->table);
}

static void add_checksum(const struct context *context)
{
	if (has_runs(context))
		table_format_text(context->table, "%016" PRIx64,
			tally_checksum(answer_of(context->row)));
	else
		table_missing(context->table);
}

static void add_verdict(const struct context *context)
{
	static const char *const words[] = {
		[ROW_RIGHT] = "right",
		[ROW_IMPOSSIBLE] = "n/a",
		[ROW_FAILED] = "FAILED",
		[ROW_WRONG] = "WRONG",
	};
	const struct compare_row *row = context->row;

	if (row->state == ROW_RIGHT && !row->nruns)
		table_text(context->table, "not run");
	else
		table_text(context->table, words[row->state]);
}

const char *compare_status(
	const struct comparison *comparison, const struct compare_row *row)
{
	static const char *const words[] = {
		[ROW_RIGHT] = "right",
		[ROW_IMPOSSIBLE] = "impossible",
		[ROW_FAILED] = "failed",
		[ROW_WRONG] = "wrong",
	};

	if (row->state != ROW_RIGHT)
		return words[row->state];
	if (!row->nruns)
		return "not run";
	return compare_is_rival(comparison, row) ? "right" : "no lock";
}

static void add_status(const struct context *context)
{
	table_text(context->table,
		compare_status(context->comparison, context->row));
}

static void add_reason(const struct context *context)
{
	if (*context->row->reason)
		table_text(context->table, context->row->reason);
	else
		table_missing(context->table);
}

static void add_lost(const struct context *context)
{
	if (compare_is_rival(context->comparison, context->row) ||
		!has_runs(context))
		table_missing(context->table);
	else
		table_uint(context->table, context->row->lost);
}

/* clang-format off */
#define COLUMN(name, title, place) \
	.column = {.key = name, .heading = title, .align = TABLE_RIGHT, \
		.where = place}
#define MEMBER(member) .offset = offsetof(struct compare_figures, member)

#define BOTH(name, title, function) \
	{COLUMN(name, title, TABLE_EVERYWHERE), .add = function}
#define PEOPLE(title, more, function) \
	{COLUMN(title, title, TABLE_PEOPLE), .flags = more, .add = function}
#define PROGRAMS(name, function) \
	{COLUMN(name, name, TABLE_PROGRAMS), .add = function}
#define REAL(name, member, factor, places) \
	{COLUMN(name, name, TABLE_PROGRAMS), .kind = FIELD_REAL, \
		MEMBER(member), .scale = factor, .decimals = places}
#define WIDE_REAL(title, more, member, places) \
	{COLUMN(title, title, TABLE_PEOPLE), .flags = FIELD_WIDE | (more), \
		.kind = FIELD_REAL, MEMBER(member), .scale = 1, \
		.decimals = places}
#define COUNT(name, title, member) \
	{COLUMN(name, title, TABLE_EVERYWHERE), .flags = FIELD_WIDE, \
		.kind = FIELD_COUNT, MEMBER(member)}

static const struct field fields[] = {
	PROGRAMS("work", add_work),
	PROGRAMS("size", add_size),
	{.column = {.key = "model", .heading = "model"}, .add = add_model},
	BOTH("workers", "workers", add_workers),
	PROGRAMS("processors", add_processors),
	PROGRAMS("rank", add_rank),
	PROGRAMS("runs", add_runs),
	PEOPLE("wall", FIELD_TIMED, add_wall),
	REAL("wall_s", wall.median, 1, 9),
	REAL("wall_mad_s", wall.mad, 1, 9),
	REAL("wall_mean_s", wall.mean, 1, 9),
	REAL("wall_stddev_s", wall.stddev, 1, 9),
	REAL("wall_min_s", wall.min, 1, 9),
	REAL("wall_max_s", wall.max, 1, 9),
	WIDE_REAL("user", FIELD_TIMED, user_s, 1),
	WIDE_REAL("system", FIELD_TIMED, system_s, 1),
	REAL("user_s", user_s, 1, 6),
	REAL("system_s", system_s, 1, 6),
	PEOPLE("speed-up", 0, add_speedup),
	REAL("speedup", speedup.value, 1, 9),
	REAL("speedup_error", speedup.error, 1, 9),
	PEOPLE("efficiency", FIELD_OF_CPUS, add_efficiency),
	REAL("efficiency", efficiency, 1, 9),
	WIDE_REAL("serial fraction", FIELD_OF_CPUS, serial_fraction, 3),
	REAL("serial_fraction", serial_fraction, 1, 4),
	PEOPLE("CPU", 0, add_cpu),
	REAL("cpu_percent", cpu, 100, 1),
	PEOPLE("memory", 0, add_memory),
	{COLUMN("memory_bytes", "bytes", TABLE_PROGRAMS), .kind = FIELD_COUNT,
		MEMBER(memory_bytes)},
	COUNT("voluntary_switches", "voluntary switches", voluntary),
	COUNT("involuntary_switches", "involuntary switches", involuntary),
	COUNT("minor_faults", "minor faults", minor_faults),
	COUNT("major_faults", "major faults", major_faults),
	COUNT("threads", "threads", nthreads),
	COUNT("processes", "processes", nprocesses),
	COUNT("coroutines", "coroutines", ncoroutines),
	COUNT("handovers", "handovers", handovers),
	PROGRAMS("answer", add_answer),
	{COLUMN("checksum", "checksum", TABLE_EVERYWHERE),
		.flags = FIELD_WIDE, .add = add_checksum},
	{.column = {.key = "verdict", .heading = "answer",
		.where = TABLE_PEOPLE}, .add = add_verdict},
	PROGRAMS("status", add_status),
	PROGRAMS("reason", add_reason),
	PROGRAMS("lost", add_lost),
};
/* clang-format on */

enum {
	NFIELDS = sizeof(fields) / sizeof(*fields)
};

/* What a table shows. It points at the columns; there is one at a time. */
static struct {
	size_t n;
	struct table_column columns[NFIELDS];
	const struct field *fields[NFIELDS];
} shown;

/* People are spared what they did not ask for and what is n/a throughout. */
static enum table_where place_of(
	const struct field *field, bool wide, bool waits)
{
	bool spared = (field->flags & FIELD_WIDE && !wide) ||
		      (field->flags & FIELD_OF_CPUS && waits);

	return spared ? TABLE_PROGRAMS : field->column.where;
}

static void choose(bool wide, bool waits, const char *wall_unit)
{
	shown.n = 0;
	for (int i = 0; i < NFIELDS; i++) {
		struct table_column *column = &shown.columns[shown.n];
		enum table_where place = place_of(&fields[i], wide, waits);

		if (fields[i].column.where == TABLE_PEOPLE &&
			place == TABLE_PROGRAMS)
			continue;
		*column = fields[i].column;
		column->where = place;
		if (fields[i].flags & FIELD_TIMED)
			column->unit = wall_unit;
		shown.fields[shown.n++] = &fields[i];
	}
}

double compare_wall_unit(const struct comparison *comparison, const char **name)
{
	for (size_t i = 0; i < comparison->nrows; i++) {
		if (comparison->rows[i].nruns &&
			comparison->rows[i].figures.wall.median >= 10) {
			*name = "s";
			return 1;
		}
	}
	*name = "ms";
	return 1e-3;
}

static void add_field(const struct field *field, const struct context *context)
{
	bool timed = field->flags & FIELD_TIMED;

	if (field->kind == FIELD_CALL)
		field->add(context);
	else if (!has_runs(context))
		table_missing(context->table);
	else if (field->kind == FIELD_COUNT)
		table_uint(context->table, count_of(field, context->row));
	else
		table_real(context->table,
			real_of(field, context->row) /
				(timed ? context->wall_unit : 1),
			field->decimals);
}

struct table *compare_table(
	const struct comparison *comparison, bool wide, bool with_twins)
{
	const char *unit;
	struct context context = {
		.comparison = comparison,
		.wall_unit = compare_wall_unit(comparison, &unit),
	};

	choose(wide, comparison->work->flags & WORK_WAITS, unit);
	context.table = table_create(shown.columns, shown.n);
	for (size_t i = 0; context.table && i < comparison->nrows; i++) {
		context.row = &comparison->rows[i];
		if (!with_twins && !compare_is_rival(comparison, context.row))
			continue;
		table_row(context.table);
		for (size_t k = 0; k < shown.n; k++)
			add_field(shown.fields[k], &context);
	}
	return context.table;
}

void compare_json_figures(struct json *json, const struct compare_row *row)
{
	for (int i = 0; i < NFIELDS; i++) {
		const struct field *field = &fields[i];
		const char *key = field->column.key;

		if (field->column.where == TABLE_PEOPLE ||
			field->kind == FIELD_CALL)
			continue;
		if (!row->nruns)
			json_null(json, key);
		else if (field->kind == FIELD_COUNT)
			json_uint(json, key, count_of(field, row));
		else
			json_real(json, key, real_of(field, row),
				field->decimals);
	}
}
