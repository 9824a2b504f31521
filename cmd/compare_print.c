/* One form of the comparison to stdout, and the SVG to its file. */
#include "cmd/compare.h"
#include "cmd/global.h"
#include "cmd/savefile.h"
#include "cmd/term.h"

#include <inttypes.h>

enum {
	WIDTH_DEFAULT = 80 /* of a chart that goes into a pipe */
};

static void draw_svg(const struct chart *chart, FILE *out)
{
	chart_svg(chart, out);
}

static void draw_bars(const struct chart *chart, FILE *out)
{
	unsigned width = term_width(fileno(out));

	chart_print(chart, out, width ? width : WIDTH_DEFAULT);
}

static int save_svg(const struct comparison *comparison, const char *path)
{
	struct savefile file;
	int drawn, status = savefile_open(&file, path);

	if (status < 0)
		return compare_refuse_svg(path, status);
	drawn = compare_draw(comparison, file.out, draw_svg);
	status = savefile_close(&file);
	if (drawn < 0)
		return compare_refuse_memory();
	return status < 0 ? compare_refuse_svg(path, status) : 0;
}

static int print_table(const struct comparison *comparison,
	const struct compare_options *chosen)
{
	enum table_format format = chosen->csv        ? TABLE_CSV
				   : chosen->markdown ? TABLE_MARKDOWN
						      : TABLE_TEXT;
	struct table *table = compare_table(
		comparison, chosen->wide, chosen->csv);

	if (!table || table_error(table)) {
		table_destroy(table);
		return compare_refuse_memory();
	}
	table_print(table, stdout, format);
	table_destroy(table);
	return 0;
}

static void print_title(const struct comparison *comparison)
{
	char title[300];

	snprintf(title, sizeof(title),
		"%s: %s %" PRIu64 ", each model %u time%s in turn, after a "
		"warm-up%s",
		comparison->work->name, comparison->work->size_means,
		comparison->size, comparison->nruns,
		comparison->nruns == 1 ? "" : "s",
		comparison->partial ? ". Interrupted: the result is partial"
				    : "");
	compare_wrap(stdout, title, 0, 0);
	putchar('\n');
}

static int print_for_people(const struct comparison *comparison,
	const struct compare_options *chosen)
{
	char host[400];
	int status;

	if (!global.quiet)
		print_title(comparison);
	status = print_table(comparison, chosen);
	if (status == 0 && chosen->chart) {
		putchar('\n');
		if (compare_draw(comparison, stdout, draw_bars) < 0)
			status = compare_refuse_memory();
	}
	if (global.quiet)
		return status;
	putchar('\n');
	compare_print_notes(comparison, stdout);
	putchar('\n');
	compare_print_advice(comparison, stdout);
	putchar('\n');
	compare_describe_host(comparison, host, sizeof(host));
	compare_wrap(stdout, host, 0, 0);
	return status;
}

static int print_result(const struct comparison *comparison,
	const struct compare_options *chosen)
{
	if (global.json) {
		compare_print_json(comparison);
		return 0;
	}
	if (compare_to_stdout(chosen))
		return compare_draw(comparison, stdout, draw_svg) < 0
			       ? compare_refuse_memory()
			       : 0;
	if (chosen->csv || chosen->markdown)
		return print_table(comparison, chosen);
	return print_for_people(comparison, chosen);
}

/* The result is printed even when the file cannot be written. */
int compare_print(const struct comparison *comparison,
	const struct compare_options *chosen)
{
	int status = print_result(comparison, chosen);

	if (status == 0 && chosen->svg && !compare_to_stdout(chosen))
		status = save_svg(comparison, chosen->svg);
	return status;
}
