#include "cmd/chart.h"
#include "cmd/global.h"
#include "tests/suite.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct chart_bar bars[] = {
	{"short", 10, .1, "10 ms", false},
	{"twice as long", 20, NAN, "20 ms, x0.50", false},
	{"wrong", 5, 1, "5 ms, WRONG", true},
	{"not at all", NAN, NAN, "n/a", false},
};

static const struct chart chart = {
	.title = "three & a half <bars>",
	.axis = "time in ms",
	.note = "a machine",
	.bars = bars,
	.nbars = 4,
};

/* What was drawn; to be freed. */
static char *drawn(unsigned width, bool as_svg)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	if (as_svg)
		chart_svg(&chart, out);
	else
		chart_print(&chart, out, width);
	fclose(out);
	return text;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (text = strstr(text, what); text; text = strstr(text + 1, what))
		n++;
	return n;
}

/* The k-th line; to be freed. */
static char *line(const char *text, int k)
{
	for (; k; k--)
		text = strchr(text, '\n') + 1;
	return strndup(text, strcspn(text, "\n"));
}

START_TEST(bars_are_as_long_as_their_values)
{
	char *text, *one, *two, *wrong;

	setenv("LC_ALL", "C", 1);
	text = drawn(60, false);
	one = line(text, 1);
	two = line(text, 2);
	wrong = line(text, 3);
	ck_assert_uint_eq(2 * count(one, "#"), count(two, "#"));
	ck_assert_uint_gt(count(one, "#"), 5);
	ck_assert_uint_eq(count(wrong, "#"), 0);
	ck_assert_uint_eq(4 * count(wrong, "?"), count(two, "#"));
	ck_assert_uint_le(strlen(two), 60);
	free(one);
	free(two);
	free(wrong);
	free(text);
}
END_TEST

START_TEST(ascii_suffices_in_the_c_locale)
{
	char *text;

	setenv("LC_ALL", "C", 1);
	text = drawn(60, false);
	for (size_t i = 0; text[i]; i++)
		ck_assert_int_lt((unsigned char)text[i], 128);
	free(text);
}
END_TEST

START_TEST(blocks_come_in_eighths)
{
	char *text;

	setenv("LC_ALL", "C.UTF-8", 1);
	text = drawn(60, false);
	if (setlocale(LC_CTYPE, "C.UTF-8")) {
		ck_assert_uint_gt(count(text, "█"), 10);
		ck_assert_uint_eq(count(text, "#"), 0);
		ck_assert_uint_gt(count(text, "░"), 0);
	}
	free(text);
}
END_TEST

/* Every label and every text, whatever the width. */
START_TEST(nothing_is_lost_at_any_width)
{
	setenv("LC_ALL", "C", 1);
	for (unsigned width = 0; width < 120; width++) {
		char *text = drawn(width, false);

		for (int i = 0; i < 4; i++) {
			ck_assert_ptr_nonnull(strstr(text, bars[i].label));
			ck_assert_ptr_nonnull(strstr(text, bars[i].text));
		}
		for (int k = 1; width >= 28 && k <= 4; k++) {
			char *one = line(text, k);

			ck_assert_uint_le(strlen(one), width);
			free(one);
		}
		free(text);
	}
}
END_TEST

START_TEST(plain_has_words_only)
{
	char *text;

	global.plain = true;
	text = drawn(80, false);
	ck_assert_uint_eq(count(text, "#"), 0);
	ck_assert_ptr_nonnull(strstr(text, "wrong: 5 ms, WRONG\n"));
	free(text);
}
END_TEST

START_TEST(svg_says_in_words_what_it_shows)
{
	char *svg = drawn(0, true);

	ck_assert_ptr_nonnull(strstr(svg, "role=\"img\""));
	ck_assert_ptr_nonnull(strstr(svg, "lang=\"en\""));
	ck_assert_ptr_nonnull(strstr(svg, "aria-labelledby=\"title desc\""));
	ck_assert_ptr_nonnull(strstr(
		svg, "<title id=\"title\">three &amp; a half &lt;bars&gt;<"));
	ck_assert_ptr_nonnull(strstr(svg,
		"time in ms: short 10 ms; twice as long 20 ms, x0.50; wrong 5 "
		"ms, WRONG; not at all n/a.</desc>"));
	ck_assert_uint_eq(count(svg, "<rect class=\"bar\""), 2);
	ck_assert_uint_eq(count(svg, "<rect class=\"doubtful\""), 1);
	ck_assert_uint_eq(count(svg, "nan"), 0);
	ck_assert_uint_eq(count(svg, "<text"), count(svg, "</text>"));
	free(svg);
}
END_TEST

START_TEST(an_empty_chart_is_drawn_too)
{
	static const struct chart none = {.title = "t", .axis = "a"};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	chart_print(&none, out, 80);
	chart_svg(&none, out);
	fclose(out);
	ck_assert_uint_eq(count(text, "nan"), 0);
	ck_assert_uint_eq(count(text, "inf"), 0);
	free(text);
}
END_TEST

START_TEST(steps_are_round_numbers)
{
	ck_assert_double_eq_tol(chart_step(6, 6), 1, 1e-12);
	ck_assert_double_eq_tol(chart_step(141, 6), 25, 1e-12);
	ck_assert_double_eq_tol(chart_step(100, 6), 20, 1e-12);
	ck_assert_double_eq_tol(chart_step(.0031, 6), .001, 1e-12);
	ck_assert_double_eq_tol(chart_step(1e9, 6), 2e8, 1);
	for (double value = 1e-6; value < 1e9; value *= 1.37) {
		double n = value / chart_step(value, 6);

		ck_assert_double_le(n, 6 + 1e-6);
		ck_assert_double_ge(n, 2);
	}
}
END_TEST

int main(void)
{
	return suite_run("chart", 20,
		(const TTest *const[]){
			bars_are_as_long_as_their_values,
			ascii_suffices_in_the_c_locale,
			blocks_come_in_eighths,
			nothing_is_lost_at_any_width,
			plain_has_words_only,
			svg_says_in_words_what_it_shows,
			an_empty_chart_is_drawn_too,
			steps_are_round_numbers,
			NULL,
		});
}
