#include "cmd/page.h"

#include "cmd/text.h"

#include <stdbool.h>
#include <string.h>

enum {
	WIDTH = 80,
};

static void spaces(FILE *out, unsigned n)
{
	for (; n; n--)
		putc(' ', out);
}

static void wrap_bytes(FILE *out, unsigned limit, const char *text,
	size_t length, unsigned at, unsigned indent)
{
	const char *end = text + length;
	const char *word = text;
	unsigned column = at;
	bool first = true;

	while (word < end) {
		size_t n = 0;
		size_t width;

		while (word + n < end && !strchr(" \n", word[n]))
			n++;
		width = text_width(word, n);
		if (!first && column + 1 + width >= limit) {
			putc('\n', out);
			spaces(out, indent);
			column = indent;
		} else if (!first) {
			putc(' ', out);
			column++;
		}
		text_print(out, word, n);
		column += (unsigned)width;
		first = false;
		for (word += n; word < end && strchr(" \n", *word); word++)
			;
	}
	putc('\n', out);
}

void page_wrap(FILE *out, const char *text, unsigned at, unsigned indent)
{
	page_wrap_within(out, WIDTH, text, at, indent);
}

void page_wrap_within(FILE *out, unsigned width, const char *text, unsigned at,
	unsigned indent)
{
	wrap_bytes(out, width, text, strlen(text), at, indent);
}

void page_item(FILE *out, const char *label, unsigned left, unsigned indent,
	const char *text)
{
	unsigned width = left + (unsigned)text_width(label, strlen(label));

	spaces(out, left);
	fputs(label, out);
	if (width + 2 > indent) {
		putc('\n', out);
		width = 0;
	}
	spaces(out, indent - width);
	page_wrap(out, text, indent, indent);
}

void page_paragraphs(FILE *out, const char *text)
{
	while (*text) {
		const char *stop = strstr(text, "\n\n");
		size_t length = stop ? (size_t)(stop - text) : strlen(text);

		wrap_bytes(out, WIDTH, text, length, 0, 0);
		putc('\n', out);
		text += length;
		text += strspn(text, "\n");
	}
}
