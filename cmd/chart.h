/*
 * chart - a bar for each of some values, on a terminal or as SVG
 *
 * Each bar is a label, a length and a text; the text says everything that the
 * bar shows, so nothing is lost to who cannot see it. A bar without a value
 * is only label and text.
 *
 * Threads:  one.
 * Blocking: for the stream.
 * Memory:   the caller's.
 */
#ifndef CMD_CHART_H
#define CMD_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	CHART_LABEL_SIZE = 48,
	CHART_TEXT_SIZE = 96,
};

struct chart_bar {
	char label[CHART_LABEL_SIZE];
	double value; /* not negative; NaN: no bar */
	double error; /* half the length of the whisker; NaN: none */
	char text[CHART_TEXT_SIZE]; /* "141.2 ms, WRONG" */
	bool doubtful; /* drawn hatched: a value that does not count */
};

struct chart {
	const char *title;
	const char *axis; /* "wall time (ms)" */
	const char *note; /* a line below, or NULL */
	const struct chart_bar *bars;
	size_t nbars;
};

/*
 * On a terminal, or for a pipe, width columns wide: blocks in eighths where
 * the locale has them, else #. With --plain there are no bars, only texts.
 */
void chart_print(const struct chart *chart, FILE *out, unsigned width);

/* One self-contained SVG document. */
void chart_svg(const struct chart *chart, FILE *out);

/* The least of 1, 2, 2.5, 5 times a power of ten that is >= value / most. */
double chart_step(double value, unsigned most);

#endif
