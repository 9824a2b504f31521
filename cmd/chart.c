#include "cmd/chart.h"

#include "cmd/global.h"
#include "cmd/term.h"
#include "cmd/text.h"

#include <math.h>
#include <string.h>

enum {
	GAP = 2,
	BAR_LEAST = 10, /* columns; below that, labels get their own line */
	EIGHTHS = 8,
};

static unsigned width_of(const char *text)
{
	return (unsigned)text_width(text, strlen(text));
}

static void put_text(FILE *out, const char *text)
{
	text_print(out, text, strlen(text));
}

static void repeat(FILE *out, const char *text, unsigned n)
{
	for (; n; n--)
		fputs(text, out);
}

static double longest_value(const struct chart *chart)
{
	double longest = 0;

	for (size_t i = 0; i < chart->nbars; i++)
		longest = fmax(longest, chart->bars[i].value);
	return longest;
}

static unsigned widest_label(const struct chart *chart)
{
	unsigned widest = 0;

	for (size_t i = 0; i < chart->nbars; i++) {
		unsigned width = width_of(chart->bars[i].label);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static unsigned widest_text(const struct chart *chart)
{
	unsigned widest = 0;

	for (size_t i = 0; i < chart->nbars; i++) {
		unsigned width = width_of(chart->bars[i].text);

		if (!isnan(chart->bars[i].value) && width > widest)
			widest = width;
	}
	return widest;
}

/* Whatever is there at all is to be seen. */
static unsigned scale(double share, unsigned units)
{
	unsigned n = (unsigned)lround(share * units);

	return share > 0 && n == 0 ? 1 : n;
}

/* The left blocks of one to eight eighths of a column. */
static void draw_blocks(FILE *out, double share, unsigned room)
{
	static const char *const blocks[] = {
		"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	unsigned eighths = scale(share, room * EIGHTHS);

	repeat(out, "█", eighths / EIGHTHS);
	fputs(blocks[eighths % EIGHTHS], out);
}

static void draw_bar(
	FILE *out, const struct chart_bar *bar, double longest, unsigned room)
{
	double share = longest > 0 ? bar->value / longest : 0;

	if (isnan(bar->value))
		return;
	if (!term_is_utf8())
		repeat(out, bar->doubtful ? "?" : "#", scale(share, room));
	else if (bar->doubtful)
		repeat(out, "░", scale(share, room));
	else
		draw_blocks(out, share, room);
	putc(' ', out);
}

static void print_lines(const struct chart *chart, FILE *out)
{
	for (size_t i = 0; i < chart->nbars; i++) {
		put_text(out, chart->bars[i].label);
		fputs(": ", out);
		put_text(out, chart->bars[i].text);
		putc('\n', out);
	}
}

/* Label and text above their bar. */
static void print_narrow(const struct chart *chart, FILE *out, unsigned width)
{
	for (size_t i = 0; i < chart->nbars; i++) {
		put_text(out, chart->bars[i].label);
		fputs(": ", out);
		put_text(out, chart->bars[i].text);
		putc('\n', out);
		if (isnan(chart->bars[i].value))
			continue;
		draw_bar(out, &chart->bars[i], longest_value(chart), width - 1);
		putc('\n', out);
	}
}

static void print_wide(
	const struct chart *chart, FILE *out, unsigned labels, unsigned room)
{
	for (size_t i = 0; i < chart->nbars; i++) {
		const struct chart_bar *bar = &chart->bars[i];

		put_text(out, bar->label);
		repeat(out, " ", labels - width_of(bar->label) + GAP);
		draw_bar(out, bar, longest_value(chart), room);
		put_text(out, bar->text);
		putc('\n', out);
	}
}

void chart_print(const struct chart *chart, FILE *out, unsigned width)
{
	unsigned labels = widest_label(chart);
	unsigned others = labels + GAP + 1 + widest_text(chart);

	put_text(out, chart->axis);
	putc('\n', out);
	if (global.plain)
		print_lines(chart, out);
	else if (others + BAR_LEAST < width)
		print_wide(chart, out, labels, width - others);
	else
		print_narrow(chart, out, width > 1 ? width : 2);
}

double chart_step(double value, unsigned most)
{
	static const double nice[] = {1, 2, 2.5, 5, 10};
	double least = value / most;
	double power = pow(10, floor(log10(least)));

	for (size_t i = 0; i < 5; i++)
		if (nice[i] * power >= least * (1 - 1e-9))
			return nice[i] * power;
	return 10 * power;
}
