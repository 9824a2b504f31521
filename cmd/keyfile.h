/*
 * keyfile - a small file of settings, changed one line at a time
 *
 *	# What is done in this workshop.
 *	version = 1
 *	current = 06-mutex
 *
 * The form is that of cmd/config.h. Where a key stands twice the last one
 * counts. All that is not the changed line stays as it is, byte by byte:
 * comments, and what another version of conc or another course wrote.
 *
 * Threads:  one.
 * Blocking: keyfile_read and keyfile_write, for the disk.
 * Memory:   zeroed is empty; keyfile_free gives back what the others
 *           allocate. Values are valid until the next change.
 */
#ifndef CMD_KEYFILE_H
#define CMD_KEYFILE_H

#include <stddef.h>

struct keyfile {
	char *text; /* of the file */
	size_t length;
	char *cut; /* the same, cut up: settings point into it */
	struct keyfile_setting *settings;
	size_t n;
};

/*
 * Take a text; path is its name for messages. Returns 0, or an exit code after
 * saying what is wrong; then the file is empty.
 */
int keyfile_parse(struct keyfile *file, const char *path, const char *text,
	size_t length);

/*
 * The same for a file. Where there is none, *file is empty, which is no error.
 */
int keyfile_read(struct keyfile *file, const char *path);

/* NULL when there is no such line. */
const char *keyfile_get(const struct keyfile *file, const char *key);

/*
 * Change or add a line, in memory; key and value are each one line's. Returns
 * 0, or without any change -ENOMEM, or -EFBIG when config_load would not read
 * it again.
 */
int keyfile_set(struct keyfile *file, const char *key, const char *value);

/* Replace a file by it, whole or not at all. Returns 0 or a negative errno. */
int keyfile_write(const struct keyfile *file, const char *path);

void keyfile_free(struct keyfile *file);

#endif
