/*
 * page - lay out running text within 80 columns, or the terminal
 *
 * Threads:  one.
 * Blocking: for the stream.
 * Memory:   none.
 */
#ifndef CMD_PAGE_H
#define CMD_PAGE_H

#include <stdio.h>

/*
 * Print words from column `at`, where the cursor already is, breaking lines
 * before column 80, or where a narrower terminal ends (COLUMNS without one),
 * and starting the next ones at column indent. Ends the line. A number and its
 * unit, "0.68 s", stay together. What the text holds is escaped.
 */
void page_wrap(FILE *out, const char *text, unsigned at, unsigned indent);

/* The same before column width instead of 80. */
void page_wrap_within(FILE *out, unsigned width, const char *text, unsigned at,
	unsigned indent);

/*
 * The same with a label at the left: what fits before column indent shares
 * the first line with the text.
 */
void page_item(FILE *out, const char *label, unsigned left, unsigned indent,
	const char *text);

/* Paragraphs that are separated by empty lines, an empty line after each. */
void page_paragraphs(FILE *out, const char *text);

#endif
