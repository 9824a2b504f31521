#include "cmd/global.h"
#include "cmd/json.h"
#include "cmd/table.h"
#include "tests/suite.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct table_column columns[] = {
	{.key = "model", .heading = "model"},
	{.key = "wall_s", .heading = "wall", .unit = "s", .align = TABLE_RIGHT},
	{.key = "switches", .heading = "switches", .align = TABLE_RIGHT},
	{.key = "note", .heading = "note", .where = TABLE_PEOPLE},
	{.key = "good", .heading = "good", .where = TABLE_PROGRAMS},
};

static struct table *small_table(void)
{
	struct table *table = table_create(columns, 5);

	table_row(table);
	table_text(table, "seq");
	table_real(table, 1.5, 3);
	table_uint(table, UINT64_MAX);
	table_text(table, "a, \"b\"|\033");
	table_bool(table, true);
	table_row(table);
	table_format_text(table, "%s-%d", "threads", 2);
	table_real(table, NAN, 3);
	ck_assert_int_eq(table_error(table), 0);
	return table;
}

/* The table as a string in that form; free it. */
static char *print(enum table_format format)
{
	struct table *table = small_table();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	setenv("LC_ALL", "C", 1);
	table_print(table, out, format);
	fclose(out);
	table_destroy(table);
	return text;
}

#define CHECK_PRINT(format, expected)              \
	do {                                       \
		char *text_ = print(format);       \
		ck_assert_str_eq(text_, expected); \
		free(text_);                       \
	} while (0)

START_TEST(text_has_aligned_columns_without_blanks_at_the_end)
{
	CHECK_PRINT(TABLE_TEXT,
		"model      wall (s)              switches  note\n"
		"---------  --------  --------------------  -----------\n"
		"seq           1.500  18446744073709551615  a, \"b\"|\\x1b\n"
		"threads-2       n/a                   n/a  n/a\n");
}
END_TEST

START_TEST(lines_have_a_label_each)
{
	static const char lines[] = "model: seq\n"
				    "wall: 1.500 s\n"
				    "switches: 18446744073709551615\n"
				    "note: a, \"b\"|\\x1b\n"
				    "\n"
				    "model: threads-2\n"
				    "wall: n/a\n"
				    "switches: n/a\n"
				    "note: n/a\n";

	CHECK_PRINT(TABLE_LINES, lines);
	global.plain = true;
	CHECK_PRINT(TABLE_TEXT, lines);
}
END_TEST

START_TEST(csv_quotes_and_leaves_missing_values_empty)
{
	CHECK_PRINT(TABLE_CSV, "model,wall_s,switches,good\n"
			       "seq,1.500,18446744073709551615,yes\n"
			       "threads-2,,,\n");
}
END_TEST

START_TEST(csv_doubles_quotation_marks)
{
	static const struct table_column column = {
		.key = "a,b", .heading = "a"};
	struct table *table = table_create(&column, 1);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	static const char *const cells[] = {
		"\"", "a\"b", "x,y", "", " ", "\"\"", "plain"};

	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		table_row(table);
		table_text(table, cells[i]);
	}
	table_print(table, out, TABLE_CSV);
	fclose(out);
	ck_assert_str_eq(text, "\"a,b\"\n\"\"\"\"\n\"a\"\"b\"\n\"x,y\"\n"
			       "\"\"\n\" \"\n\"\"\"\"\"\"\nplain\n");
	free(text);
	table_destroy(table);
}
END_TEST

START_TEST(markdown_keeps_bars_inside_cells)
{
	CHECK_PRINT(TABLE_MARKDOWN,
		"| model | wall (s) | switches | note |\n"
		"| --- | --: | --: | --- |\n"
		"| seq | 1.500 | 18446744073709551615 | a, \"b\"\\|\\x1b |\n"
		"| threads-2 | n/a | n/a | n/a |\n");
}
END_TEST

START_TEST(json_has_exact_numbers_and_null)
{
	struct table *table = small_table();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct json json;

	json_begin(&json, out, "conc.test");
	table_json(table, &json, "rows");
	json_array(&json, "empty");
	json_end(&json);
	json_string(&json, "bad\"\\", "\xff\x1b\n\xc2\x9b\xe2\x80\xae\xc3\xa9");
	json_int(&json, "low", INT64_MIN);
	json_real(&json, "none", INFINITY, 2);
	json_finish(&json);
	fclose(out);
	ck_assert_str_eq(text, "{\n"
			       "  \"schema\": \"conc.test\",\n"
			       "  \"version\": 1,\n"
			       "  \"rows\": [\n"
			       "    {\n"
			       "      \"model\": \"seq\",\n"
			       "      \"wall_s\": 1.500,\n"
			       "      \"switches\": 18446744073709551615,\n"
			       "      \"good\": true\n"
			       "    },\n"
			       "    {\n"
			       "      \"model\": \"threads-2\",\n"
			       "      \"wall_s\": null,\n"
			       "      \"switches\": null,\n"
			       "      \"good\": null\n"
			       "    }\n"
			       "  ],\n"
			       "  \"empty\": [],\n"
			       "  \"bad\\\"\\\\\": "
			       "\"\\ufffd\\u001b\\n\\u009b\\u202e\xc3\xa9\",\n"
			       "  \"low\": -9223372036854775808,\n"
			       "  \"none\": null\n"
			       "}\n");
	free(text);
	table_destroy(table);
}
END_TEST

/* A terminal of that width, to write to; its other end in *master. */
static FILE *open_terminal(unsigned short width, int *master)
{
	struct winsize size = {.ws_col = width, .ws_row = 24};
	char name[64];

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(*master, 0);
	ck_assert_int_eq(grantpt(*master), 0);
	ck_assert_int_eq(unlockpt(*master), 0);
	ck_assert_int_eq(ptsname_r(*master, name, sizeof(name)), 0);
	ck_assert_int_eq(ioctl(*master, TIOCSWINSZ, &size), 0);
	return fopen(name, "w");
}

/* What a terminal of that width is sent. */
static void print_on_terminal(unsigned short width, char *text, size_t size)
{
	struct table *table = small_table();
	FILE *out;
	size_t length = 0;
	int master;

	unsetenv("COLUMNS");
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C", 1);
	out = open_terminal(width, &master);
	ck_assert_ptr_nonnull(out);
	table_print(table, out, TABLE_TEXT);
	/* A terminal passes on what it got in its own time. */
	putc('\001', out);
	fflush(out);
	do {
		ssize_t n = read(master, text + length, size - 1 - length);

		ck_assert_int_gt(n, 0);
		length += (size_t)n;
	} while (text[length - 1] != '\001');
	text[length - 1] = '\0';
	fclose(out);
	close(master);
	table_destroy(table);
}

START_TEST(a_narrow_terminal_gets_lines_and_loses_no_value)
{
	char text[2000];

	print_on_terminal(53, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "model: seq\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "18446744073709551615"));
	print_on_terminal(54, text, sizeof(text));
	ck_assert_ptr_null(strstr(text, "model: seq"));
	ck_assert_ptr_nonnull(strstr(text, "18446744073709551615"));
	print_on_terminal(14, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "note: a,\r\n  \"b\"|\\x1b\r\n"));
}
END_TEST

START_TEST(headings_are_bold_where_color_is_wanted)
{
	char text[2000];

	print_on_terminal(80, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\033[1mmodel"));
	ck_assert_ptr_nonnull(strstr(text, "note\033[0m\r\n"));
}
END_TEST

int main(void)
{
	return suite_run("table", 20,
		(const TTest *const[]){
			text_has_aligned_columns_without_blanks_at_the_end,
			lines_have_a_label_each,
			csv_quotes_and_leaves_missing_values_empty,
			csv_doubles_quotation_marks,
			markdown_keeps_bars_inside_cells,
			json_has_exact_numbers_and_null,
			a_narrow_terminal_gets_lines_and_loses_no_value,
			headings_are_bold_where_color_is_wanted,
			NULL,
		});
}
