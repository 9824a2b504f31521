/*
 * text - foreign text made safe to print: escaped, quoted, measured
 *
 * File names, arguments and file contents may hold anything. Control
 * characters (C0, DEL, C1), bidirectional controls and bytes that are not
 * UTF-8 would reach into the reader's terminal or mislead the eye; they are
 * shown as \n, \x1b or \u202e. Everything else passes unchanged.
 *
 * Text is a pointer and a length; nothing here needs a final NUL on input.
 *
 * Threads:  any, except the first call of text_width (see cmd/term.h).
 * Blocking: text_print, for the stream.
 * Memory:   the caller's.
 */
#ifndef CMD_TEXT_H
#define CMD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_BAD UINT32_MAX

/*
 * The first character of the text (length > 0) and how many bytes it takes.
 * A byte that begins no UTF-8 character is TEXT_BAD and takes 1.
 */
size_t text_decode(const char *text, size_t length, uint32_t *character);

/* Whether the character has to be shown as an escape. */
int text_is_unsafe(uint32_t character);

/* Whether the string is printed as it is, with no escape in it. */
bool text_is_plain(const char *text);

/*
 * Escape into out, always ending it with a NUL; stops before an escape that
 * no longer fits. Returns how many bytes of the text were used.
 */
size_t text_escape(char *out, size_t out_size, const char *text, size_t length);

/* Append to the string in out; what does not fit is left out. */
__attribute__((format(printf, 3, 4))) void text_append(
	char *out, size_t out_size, const char *format, ...);

/* Whether that identifier is in the text, and is no part of another. */
bool text_has_word(const char *text, const char *word);

/* The end of a word that n of are counted: "" or "s". */
const char *text_plural(uint64_t n);

/* Columns that the text takes on a terminal, its escapes included. */
size_t text_width(const char *text, size_t length);

/* Print it escaped. */
void text_print(FILE *out, const char *text, size_t length);

/*
 * 'text', escaped, and shortened when it is long:
 *	'0123456789012345678901234567890123456789...' (100000 bytes)
 * Made to be used inside one call: msg_error("no %s", text_quote(s).text).
 */
struct text_quoted {
	char text[160];
};
struct text_quoted text_quote(const char *text);

#endif
