#include "cmd/page.h"

#include "cmd/term.h"
#include "cmd/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum {
	WIDTH = 80,
	NARROWEST = 20,
};

static void spaces(FILE *out, unsigned n)
{
	for (; n; n--)
		putc(' ', out);
}

static size_t word_length(const char *word, const char *end)
{
	size_t n = 0;

	while (word + n < end && !strchr(" \n", word[n]))
		n++;
	return n;
}

static const char *skip_spaces(const char *text, const char *end)
{
	while (text < end && strchr(" \n", *text))
		text++;
	return text;
}

/* "0.68", "(12" */
static bool is_number(const char *word, size_t n)
{
	size_t at = n && *word == '(';

	return n > at && isdigit((unsigned char)word[n - 1]) &&
	       at + strspn(word + at, "0123456789.,+-~") >= n;
}

/* And no more of a sentence than a comma, or the like, behind it. */
static bool is_unit(const char *word, size_t n)
{
	static const char *const units[] = {"s", "ms", "us", "\u00b5s", "ns",
		"min", "h", "%", "B", "kB", "KB", "MB", "GB", "KiB", "MiB",
		"GiB", "Hz", "kHz", "MHz", "GHz"};

	while (n && strchr(",.;:)", word[n - 1]))
		n--;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i]) == n && !memcmp(units[i], word, n))
			return true;
	}
	return false;
}

/* The number of what the next word measures: the two are not parted. */
static bool is_measured(const char *word, size_t n, const char *end)
{
	const char *next = skip_spaces(word + n, end);

	return is_number(word, n) && is_unit(next, word_length(next, end));
}

/* Columns up to where the next line could begin. */
static unsigned width_to_break(const char *word, size_t n, const char *end)
{
	const char *next = skip_spaces(word + n, end);
	size_t width = text_width(word, n);

	if (is_measured(word, n, end))
		width += 1 + text_width(next, word_length(next, end));
	return (unsigned)width;
}

static void wrap_bytes(FILE *out, unsigned limit, const char *text,
	size_t length, unsigned at, unsigned indent)
{
	const char *end = text + length;
	unsigned column = at;
	bool first = true, stays = false;
	size_t n;

	for (const char *word = text; word < end;
		word = skip_spaces(word + n, end)) {
		n = word_length(word, end);
		if (!first && !stays &&
			column + 1 + width_to_break(word, n, end) >= limit) {
			putc('\n', out);
			spaces(out, indent);
			column = indent;
		} else if (!first) {
			putc(' ', out);
			column++;
		}
		text_print(out, word, n);
		column += (unsigned)text_width(word, n);
		first = false;
		stays = is_measured(word, n, end);
	}
	putc('\n', out);
}

/* Text that is wider than that is hard to read. */
static unsigned width_of(FILE *out)
{
	unsigned width = term_page_width(fileno(out));

	return width > WIDTH ? WIDTH : width < NARROWEST ? NARROWEST : width;
}

void page_wrap(FILE *out, const char *text, unsigned at, unsigned indent)
{
	page_wrap_within(out, width_of(out), text, at, indent);
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

		wrap_bytes(out, width_of(out), text, length, 0, 0);
		putc('\n', out);
		text += length;
		text += strspn(text, "\n");
	}
}
