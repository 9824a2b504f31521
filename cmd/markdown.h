/*
 * markdown - Markdown on a terminal
 *
 * Headings, paragraphs, lists, quotes, code and tables are laid out within a
 * width; emphasis is bold or underlined where there is colour, and keeps its
 * marks where there is none. HTML is left out. Parsed by md4c, in GitHub's
 * dialect; everything printed is escaped.
 *
 * Threads:  one.
 * Blocking: for the stream.
 * Memory:   that of a paragraph, while it runs.
 */
#ifndef CMD_MARKDOWN_H
#define CMD_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct markdown_style {
	unsigned width; /* columns, at least 20; 0: 80 */
	bool colour;
};

/* Returns 0 or -ENOMEM, and then part of the text may have been printed. */
int markdown_print(FILE *out, const char *text, size_t length,
	const struct markdown_style *style);

#endif
