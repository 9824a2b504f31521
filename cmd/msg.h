/*
 * msg - what conc says to the person, on stderr
 *
 *	conc fsq: cannot open 'q': Permission denied
 *
 * One line each, lower case, no full stop, and an error is followed by a
 * hint: the next thing to type. Whatever a message contains is escaped, so
 * it cannot break the line or drive the terminal; put foreign text through
 * text_quote as well, which shortens it.
 *
 * Threads:  any; a message is one write and does not mix with another.
 * Blocking: for the write.
 * Memory:   none; a message longer than 1000 bytes is cut.
 */
#ifndef CMD_MSG_H
#define CMD_MSG_H

#include <stdbool.h>

#define MSG_FORMAT __attribute__((format(printf, 1, 2)))

/* The command that speaks from now on; NULL for conc itself. */
void msg_set_command(const char *name);

/* Its verb, for hints. */
void msg_set_verb(const char *name);

/* Where messages go instead of stderr; -1: nowhere. */
void msg_set_fd(int fd);

/* Notes are left out; errors, warnings and hints are not. */
void msg_set_quiet(bool quiet);

/* Called before each message, to clear away a progress line. */
void msg_set_before(void (*before)(void));

MSG_FORMAT void msg_error(const char *format, ...);
MSG_FORMAT void msg_warning(const char *format, ...);
MSG_FORMAT void msg_note(const char *format, ...);

/* The next thing to type, a line without the command's name in front. */
MSG_FORMAT void msg_hint(const char *format, ...);

/* The usual hint: try 'conc NAME --help'. */
void msg_hint_help(void);

#endif
