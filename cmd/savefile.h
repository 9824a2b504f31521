/*
 * savefile - write a file whole or not at all
 *
 * What is written goes to a new file beside the old one, which it replaces
 * only when everything has arrived; until then, and after a failure, the old
 * one stands as it was. What is no regular file (a terminal, a pipe,
 * /dev/null) is written to directly.
 *
 * Threads:  one.
 * Blocking: for the disk.
 * Memory:   the caller's struct; a stream, from savefile_open to _close.
 */
#ifndef CMD_SAVEFILE_H
#define CMD_SAVEFILE_H

#include <limits.h>
#include <stdio.h>

struct savefile {
	FILE *out;
	char path[PATH_MAX]; /* what links led to */
	char temporary[PATH_MAX]; /* "" when written to directly */
};

/*
 * Whether savefile_open looks likely to succeed later on. Returns 0 or the
 * error that is to be expected.
 */
int savefile_try(const char *path);

/* Returns 0 or a negative errno. */
int savefile_open(struct savefile *file, const char *path);

/*
 * Finish; without success whenever a write failed, and then nothing is left
 * of it. Returns 0 or a negative errno.
 */
int savefile_close(struct savefile *file);

#endif
