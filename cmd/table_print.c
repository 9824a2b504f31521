#include "cmd/global.h"
#include "cmd/page.h"
#include "cmd/table_impl.h"
#include "cmd/term.h"
#include "cmd/text.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
	GAP = 2,
	NUMBER_SIZE = 400, /* enough for any double with 64 decimals */
};

static bool is_for_people(const struct table_column *column)
{
	return column->where != TABLE_PROGRAMS;
}

static bool is_for_programs(const struct table_column *column)
{
	return column->where != TABLE_PEOPLE;
}

static const struct cell *cell_at(
	const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->ncolumns + column];
}

/* The cell as text; buffer is used for what is not text already. */
static const char *cell_text(const struct cell *cell, char *buffer)
{
	switch (cell->kind) {
	case CELL_TEXT:
		return cell->as.text;
	case CELL_UINT:
		snprintf(buffer, NUMBER_SIZE, "%" PRIu64, cell->as.number);
		return buffer;
	case CELL_REAL:
		snprintf(buffer, NUMBER_SIZE, "%.*f", cell->decimals,
			cell->as.real);
		return buffer;
	case CELL_BOOL:
		return cell->as.truth ? "yes" : "no";
	case CELL_MISSING:
		break;
	}
	return "n/a";
}

static size_t cell_width(const struct cell *cell)
{
	char buffer[NUMBER_SIZE];
	const char *text = cell_text(cell, buffer);

	return text_width(text, strlen(text));
}

static size_t heading_width(const struct table_column *column)
{
	size_t width = text_width(column->heading, strlen(column->heading));

	if (column->unit)
		width += strlen(" ()") +
			 text_width(column->unit, strlen(column->unit));
	return width;
}

static size_t column_width(const struct table *table, size_t column)
{
	size_t widest = heading_width(&table->columns[column]);

	for (size_t row = 0; row < table->nrows; row++) {
		size_t width = cell_width(cell_at(table, row, column));

		widest = width > widest ? width : widest;
	}
	return widest;
}

static size_t table_width(const struct table *table)
{
	size_t width = 0;

	for (size_t i = 0; i < table->ncolumns; i++)
		if (is_for_people(&table->columns[i]))
			width += column_width(table, i) + (width ? GAP : 0);
	return width;
}

static void repeat(FILE *out, const char *text, size_t n)
{
	for (; n; n--)
		fputs(text, out);
}

static void print_heading(FILE *out, const struct table_column *column)
{
	fputs(column->heading, out);
	if (column->unit)
		fprintf(out, " (%s)", column->unit);
}

static void print_cell(FILE *out, const struct cell *cell)
{
	char buffer[NUMBER_SIZE];
	const char *text = cell_text(cell, buffer);

	text_print(out, text, strlen(text));
}

/* The last column that is shown gets no blanks after it. */
static bool is_last(const struct table *table, size_t column)
{
	for (size_t i = column + 1; i < table->ncolumns; i++)
		if (is_for_people(&table->columns[i]))
			return false;
	return true;
}

enum {
	HEADINGS = -1,
	RULE = -2,
};

/* row is a row's number, HEADINGS or RULE. */
static void print_field(
	const struct table *table, FILE *out, long row, size_t column)
{
	const struct table_column *c = &table->columns[column];
	size_t room = column_width(table, column);
	size_t width = room;

	if (row == HEADINGS)
		width = heading_width(c);
	else if (row >= 0)
		width = cell_width(cell_at(table, (size_t)row, column));
	if (c->align == TABLE_RIGHT)
		repeat(out, " ", room - width);
	if (row == HEADINGS)
		print_heading(out, c);
	else if (row == RULE)
		repeat(out, term_is_utf8() ? "─" : "-", room);
	else
		print_cell(out, cell_at(table, (size_t)row, column));
	if (!is_last(table, column)) {
		if (c->align == TABLE_LEFT)
			repeat(out, " ", room - width);
		repeat(out, " ", GAP);
	}
}

static void print_line(const struct table *table, FILE *out, long row)
{
	for (size_t i = 0; i < table->ncolumns; i++)
		if (is_for_people(&table->columns[i]))
			print_field(table, out, row, i);
}

static void print_text(const struct table *table, FILE *out)
{
	bool bold = term_has_color(fileno(out));

	if (bold)
		fputs("\033[1m", out);
	print_line(table, out, HEADINGS);
	fputs(bold ? "\033[0m\n" : "\n", out);
	print_line(table, out, RULE);
	putc('\n', out);
	for (size_t row = 0; row < table->nrows; row++) {
		print_line(table, out, (long)row);
		putc('\n', out);
	}
}

/* "label: value unit", broken between words when the terminal is narrow. */
static void print_labelled(FILE *out, unsigned width,
	const struct table_column *column, const struct cell *cell)
{
	bool has_unit = column->unit && cell->kind != CELL_MISSING;
	size_t label = text_width(column->heading, strlen(column->heading)) + 2;
	char buffer[NUMBER_SIZE];
	const char *text = cell_text(cell, buffer);

	fprintf(out, "%s: ", column->heading);
	if (width && !has_unit && label + cell_width(cell) >= width) {
		page_wrap_within(out, width, text, (unsigned)label, GAP);
		return;
	}
	text_print(out, text, strlen(text));
	if (has_unit)
		fprintf(out, " %s", column->unit);
	putc('\n', out);
}

static void print_lines(const struct table *table, FILE *out, unsigned width)
{
	for (size_t row = 0; row < table->nrows; row++) {
		if (row)
			putc('\n', out);
		for (size_t i = 0; i < table->ncolumns; i++)
			if (is_for_people(&table->columns[i]))
				print_labelled(out, width, &table->columns[i],
					cell_at(table, row, i));
	}
}

static void print_csv_text(FILE *out, const char *text)
{
	size_t length = strlen(text);
	bool quote = strpbrk(text, ",\"") || !length || text[0] == ' ' ||
		     text[length - 1] == ' ';

	if (quote)
		putc('"', out);
	for (; *text; text += strcspn(text, "\"")) {
		if (*text == '"') {
			fputs("\"\"", out);
			text++;
		}
		text_print(out, text, strcspn(text, "\""));
	}
	if (quote)
		putc('"', out);
}

/* row -1 is the line of keys. Lines end as Unix tools want it, in \n. */
static void print_csv_line(const struct table *table, FILE *out, long row)
{
	const char *comma = "";

	for (size_t i = 0; i < table->ncolumns; i++) {
		char buffer[NUMBER_SIZE];
		const struct cell *cell;

		if (!is_for_programs(&table->columns[i]))
			continue;
		fputs(comma, out);
		comma = ",";
		if (row == HEADINGS) {
			print_csv_text(out, table->columns[i].key);
			continue;
		}
		cell = cell_at(table, (size_t)row, i);
		if (cell->kind != CELL_MISSING)
			print_csv_text(out, cell_text(cell, buffer));
	}
	putc('\n', out);
}

static void print_csv(const struct table *table, FILE *out)
{
	print_csv_line(table, out, HEADINGS);
	for (size_t row = 0; row < table->nrows; row++)
		print_csv_line(table, out, (long)row);
}

/* A bar would end the Markdown cell. */
static void print_markdown_text(FILE *out, const char *text)
{
	for (;;) {
		size_t length = strcspn(text, "|");

		text_print(out, text, length);
		if (text[length] == '\0')
			break;
		fputs("\\|", out);
		text += length + 1;
	}
}

static void print_markdown_line(const struct table *table, FILE *out, long row)
{
	putc('|', out);
	for (size_t i = 0; i < table->ncolumns; i++) {
		const struct table_column *column = &table->columns[i];
		char buffer[NUMBER_SIZE];

		if (!is_for_people(column))
			continue;
		putc(' ', out);
		if (row == HEADINGS)
			print_heading(out, column);
		else if (row == RULE)
			fputs(column->align == TABLE_RIGHT ? "--:" : "---",
				out);
		else
			print_markdown_text(
				out, cell_text(cell_at(table, (size_t)row, i),
					     buffer));
		fputs(" |", out);
	}
	putc('\n', out);
}

static void print_markdown(const struct table *table, FILE *out)
{
	print_markdown_line(table, out, HEADINGS);
	print_markdown_line(table, out, RULE);
	for (size_t row = 0; row < table->nrows; row++)
		print_markdown_line(table, out, (long)row);
}

void table_print(const struct table *table, FILE *out, enum table_format format)
{
	unsigned width = term_width(fileno(out));

	if (format == TABLE_CSV)
		print_csv(table, out);
	else if (format == TABLE_MARKDOWN)
		print_markdown(table, out);
	else if (format == TABLE_LINES || global.plain ||
		 (width && table_width(table) > width))
		print_lines(table, out, width);
	else
		print_text(table, out);
}

static void print_json_cell(
	struct json *json, const char *key, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		json_string(json, key, cell->as.text);
		break;
	case CELL_UINT:
		json_uint(json, key, cell->as.number);
		break;
	case CELL_REAL:
		json_real(json, key, cell->as.real, cell->decimals);
		break;
	case CELL_BOOL:
		json_bool(json, key, cell->as.truth);
		break;
	case CELL_MISSING:
		json_null(json, key);
		break;
	}
}

void table_json(const struct table *table, struct json *json, const char *key)
{
	json_array(json, key);
	for (size_t row = 0; row < table->nrows; row++) {
		json_object(json, NULL);
		for (size_t i = 0; i < table->ncolumns; i++)
			if (is_for_programs(&table->columns[i]))
				print_json_cell(json, table->columns[i].key,
					cell_at(table, row, i));
		json_end(json);
	}
	json_end(json);
}
