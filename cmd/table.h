/*
 * table - rows of results, shown as text, lines, CSV, Markdown or JSON
 *
 * The columns are a constant array; a row is begun and its cells are then
 * added from left to right. Every form is made from the same cells.
 *
 * As text the table keeps to the terminal's width: when it is wider, each
 * row becomes a block of `label: value` lines, so no value is lost. Into a
 * pipe or file nothing is ever cut. A missing value is shown as n/a, in JSON
 * as null, in CSV as an empty field.
 *
 * Threads:  one.
 * Blocking: for the stream.
 * Memory:   the table copies texts; the columns must outlive it.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "cmd/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum table_align {
	TABLE_LEFT,
	TABLE_RIGHT,
};

/* Where a column is shown; for people: text, lines and Markdown. */
enum table_where {
	TABLE_EVERYWHERE,
	TABLE_PEOPLE,
	TABLE_PROGRAMS,
};

struct table_column {
	const char *key; /* for JSON and CSV: "wall_s" */
	const char *heading; /* for people: "wall" */
	const char *unit; /* "s", or NULL */
	enum table_align align;
	enum table_where where;
};

enum table_format {
	TABLE_TEXT, /* for --plain, as TABLE_LINES */
	TABLE_LINES,
	TABLE_CSV,
	TABLE_MARKDOWN,
};

struct table;

/* NULL when memory is short. */
struct table *table_create(const struct table_column *columns, size_t n);
void table_destroy(struct table *table);

/*
 * Begin a row, then add its cells. A failure is kept: see table_error.
 * Cells that a row lacks are missing values.
 */
void table_row(struct table *table);
void table_text(struct table *table, const char *text);
void table_uint(struct table *table, uint64_t value);
void table_real(struct table *table, double value, int decimals);
void table_bool(struct table *table, bool value);
void table_missing(struct table *table);

/* Formatted text, for cells such as "1.02 ± 0.03". */
__attribute__((format(printf, 2, 3))) void table_format_text(
	struct table *table, const char *format, ...);

/* -ENOMEM when a cell could not be added, else 0. */
int table_error(const struct table *table);

void table_print(
	const struct table *table, FILE *out, enum table_format format);

/* An array of objects under the key. */
void table_json(const struct table *table, struct json *json, const char *key);

#endif
