/*
 * term - what the reader's terminal is and can show
 *
 * Each stream is asked about by itself: stdout may be a pipe while stderr is
 * a terminal. Colour is used on a terminal, unless NO_COLOR is set to
 * something or TERM is dumb or unset; --color beats all of these.
 *
 * Threads:  one, until the first term_use_locale has returned; then any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef CMD_TERM_H
#define CMD_TERM_H

#include <stdbool.h>

enum term_when {
	TERM_AUTO,
	TERM_ALWAYS,
	TERM_NEVER,
};

/* What --color said. */
void term_set_color(enum term_when when);

bool term_is_tty(int fd);

/* TERM says that cursor control is not understood. */
bool term_is_dumb(void);

/*
 * Columns of the terminal: COLUMNS, else what the terminal says, else 80.
 * 0, meaning no limit, when fd is not a terminal.
 */
unsigned term_width(int fd);

/* The same of its lines: LINES, else what it says, else 24; 0: no limit. */
unsigned term_height(int fd);

/* Of what is laid out for a reader: without a terminal, COLUMNS, else 80. */
unsigned term_page_width(int fd);

bool term_has_color(int fd);

/* Whether the locale's characters are UTF-8; ASCII should be used if not. */
bool term_is_utf8(void);

/*
 * Take LC_CTYPE from the environment, once. Done late, because most commands
 * never need it and it costs more than the rest of their start.
 */
void term_use_locale(void);

#endif
