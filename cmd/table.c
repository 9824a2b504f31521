#include "cmd/table_impl.h"

#include "lib/must.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct table *table_create(const struct table_column *columns, size_t n)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = columns;
	table->ncolumns = n;
	return table;
}

void table_destroy(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->nrows * table->ncolumns; i++)
		if (table->cells[i].kind == CELL_TEXT)
			free(table->cells[i].as.text);
	free(table->cells);
	free(table);
}

static bool grow(struct table *table)
{
	size_t capacity = table->capacity ? 2 * table->capacity : 16;
	struct cell *cells = reallocarray(
		table->cells, capacity, table->ncolumns * sizeof(*cells));

	if (!cells)
		return false;
	table->cells = cells;
	table->capacity = capacity;
	return true;
}

void table_row(struct table *table)
{
	if (table->nrows == table->capacity && !grow(table)) {
		table->error = -ENOMEM;
		return;
	}
	memset(table->cells + table->nrows * table->ncolumns, 0,
		table->ncolumns * sizeof(*table->cells));
	table->nrows++;
	table->next = 0;
}

static void add(struct table *table, struct cell cell)
{
	if (table->error) {
		if (cell.kind == CELL_TEXT)
			free(cell.as.text);
		return;
	}
	must(table->nrows > 0 && table->next < table->ncolumns);
	table->cells[(table->nrows - 1) * table->ncolumns + table->next++] =
		cell;
}

static void add_owned_text(struct table *table, char *text)
{
	if (!text)
		table->error = -ENOMEM;
	else
		add(table, (struct cell){.kind = CELL_TEXT, .as.text = text});
}

void table_text(struct table *table, const char *text)
{
	add_owned_text(table, strdup(text));
}

void table_format_text(struct table *table, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	add_owned_text(table, text);
}

void table_uint(struct table *table, uint64_t value)
{
	add(table, (struct cell){.kind = CELL_UINT, .as.number = value});
}

void table_real(struct table *table, double value, int decimals)
{
	if (!isfinite(value)) {
		table_missing(table);
		return;
	}
	add(table, (struct cell){.kind = CELL_REAL,
			   .decimals = decimals,
			   .as.real = value});
}

void table_bool(struct table *table, bool value)
{
	add(table, (struct cell){.kind = CELL_BOOL, .as.truth = value});
}

void table_missing(struct table *table)
{
	add(table, (struct cell){.kind = CELL_MISSING});
}

int table_error(const struct table *table)
{
	return table->error;
}
