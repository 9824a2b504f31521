/*
 * config - read conc.conf, and other files of its form
 *
 *	# comment
 *	threads = 4
 *	primes.threads = 2
 *
 * A file that does not exist is no error. Anything that is neither empty, a
 * comment nor `key = value` is, and so is a file over 64 KiB or one that is
 * not a regular file.
 *
 * Threads:  one.
 * Blocking: for the file.
 * Memory:   keys and values of conc.conf live as long as the program.
 */
#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

/* Where the system's conc.conf is. */
#ifndef CONC_SYSCONFDIR
#define CONC_SYSCONFDIR "/etc"
#endif

#include <stddef.h>

enum {
	CONFIG_MOST = 64 * 1024, /* bytes; such a file is refused */
};

/* where is "./conc.conf:3". Returns 0, or an exit code to stop with. */
typedef int (*config_fn)(
	void *context, const char *where, const char *key, const char *value);

/*
 * Hand each setting of a text to line; path is its name for messages. The text
 * is changed, and has room for a NUL after its length. Returns 0, or an exit
 * code after saying what is wrong.
 */
int config_read_text(const char *path, char *text, size_t length,
	config_fn line, void *context);

/*
 * The bytes of a file, allocated into *text, and a NUL behind them. *text is
 * NULL when there is no such file, which is no error. Returns 0, or an exit
 * code after saying what is wrong.
 */
int config_load(const char *path, char **text, size_t *length);

/* Both, one after the other; keys and values point into *keep. */
int config_read_file(
	const char *path, char **keep, config_fn line, void *context);

/*
 * Hand each setting of the system's, the user's and the directory's file to
 * line, in this order, so that later ones win. Returns 0, or an exit code
 * after saying what is wrong.
 */
int config_read_all(config_fn line, void *context);

#endif
