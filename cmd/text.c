#include "cmd/text.h"

#include "cmd/term.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

/* Quoted text longer than this many columns is cut. */
enum {
	QUOTE_WIDTH = 40,
	PIECE_SIZE = 12, /* of one character, escaped */
};

/* How many continuation bytes follow this first byte, or -1. */
static int continuation_count(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first <= 0xdf)
		return 1;
	if ((first & 0xf0) == 0xe0)
		return 2;
	return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

/* Overlong forms, surrogates and what lies beyond Unicode are no characters. */
static bool is_character(uint32_t c, int continuations)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	return c >= least[continuations] && c <= 0x10ffff &&
	       (c < 0xd800 || c > 0xdfff);
}

size_t text_decode(const char *text, size_t length, uint32_t *character)
{
	const unsigned char *byte = (const unsigned char *)text;
	int n = continuation_count(byte[0]);
	uint32_t c = byte[0];

	*character = TEXT_BAD;
	if (n < 0 || (size_t)n >= length)
		return 1;
	if (n > 0)
		c &= 0x3fU >> n;
	for (int i = 1; i <= n; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (byte[i] & 0x3fU);
	}
	if (!is_character(c, n))
		return 1;
	*character = c;
	return (size_t)n + 1;
}

static bool is_bidi_control(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* U+2028 and U+2029 break lines in some readers. */
int text_is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029 || c == TEXT_BAD || is_bidi_control(c);
}

bool text_is_plain(const char *text)
{
	size_t length = strlen(text);
	uint32_t c;

	while (length) {
		size_t n = text_decode(text, length, &c);

		if (text_is_unsafe(c))
			return false;
		text += n;
		length -= n;
	}
	return true;
}

static int write_escape(char *out, size_t size, uint32_t c, unsigned char byte)
{
	static const char names[] = "abtnvfr";

	if (c >= '\a' && c <= '\r')
		return snprintf(out, size, "\\%c", names[c - '\a']);
	if (c == TEXT_BAD)
		return snprintf(out, size, "\\x%02x", byte);
	if (c < 0x100)
		return snprintf(out, size, "\\x%02x", c);
	return snprintf(out, size, "\\u%04x", c);
}

/* One character, escaped if need be, without a NUL; how many bytes it took. */
static size_t decode_piece(const char *text, size_t length, char *piece,
	size_t *piece_size, uint32_t *c)
{
	size_t n = text_decode(text, length, c);

	if (text_is_unsafe(*c)) {
		*piece_size = (size_t)write_escape(
			piece, PIECE_SIZE, *c, (unsigned char)text[0]);
	} else {
		memcpy(piece, text, n);
		*piece_size = n;
	}
	return n;
}

size_t text_escape(char *out, size_t out_size, const char *text, size_t length)
{
	size_t used = 0;

	while (used < length) {
		char piece[PIECE_SIZE];
		size_t piece_size;
		uint32_t c;
		size_t n = decode_piece(
			text + used, length - used, piece, &piece_size, &c);

		if (piece_size >= out_size)
			break;
		memcpy(out, piece, piece_size);
		out += piece_size;
		out_size -= piece_size;
		used += n;
	}
	*out = '\0';
	return used;
}

void text_append(char *out, size_t out_size, const char *format, ...)
{
	size_t length = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + length, out_size - length, format, args);
	va_end(args);
}

void text_print(FILE *out, const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		char piece[PIECE_SIZE];
		size_t piece_size;
		uint32_t c;

		at += decode_piece(
			text + at, length - at, piece, &piece_size, &c);
		fwrite(piece, 1, piece_size, out);
	}
}

/* In the C locale wcwidth knows no character beyond ASCII. */
static size_t character_width(uint32_t c)
{
	int width = wcwidth((wchar_t)c);

	return width < 0 ? 1 : (size_t)width;
}

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool text_has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; n && (at = strstr(at, word)); at++) {
		if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[n]))
			return true;
	}
	return false;
}

const char *text_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

size_t text_width(const char *text, size_t length)
{
	size_t width = 0;

	term_use_locale();
	for (size_t at = 0; at < length;) {
		char piece[PIECE_SIZE];
		size_t piece_size;
		uint32_t c;

		at += decode_piece(
			text + at, length - at, piece, &piece_size, &c);
		width += text_is_unsafe(c) ? piece_size : character_width(c);
	}
	return width;
}

struct text_quoted text_quote(const char *text)
{
	struct text_quoted quoted;
	char escaped[QUOTE_WIDTH * 3];
	size_t length = strlen(text);
	size_t used;

	used = text_escape(escaped, sizeof(escaped), text,
		length < QUOTE_WIDTH * 2 ? length : QUOTE_WIDTH);
	if (used == length)
		snprintf(quoted.text, sizeof(quoted.text), "'%s'", escaped);
	else
		snprintf(quoted.text, sizeof(quoted.text),
			"'%s...' (%zu bytes)", escaped, length);
	return quoted;
}
