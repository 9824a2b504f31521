/*
 * workshop - a learner's directory, and what is done in it
 *
 * .conc-lessons in the directory is text, and may be mended by hand:
 *
 *	version = 1
 *	current = 06-mutex
 *	passed.05-data-race = 2026-11-26
 *	hints.06-mutex = 1
 *	tries.06-mutex = 3
 *
 * It is read and written under a lock on the directory, so two runners in one
 * directory do not lose each other's lines, and replaced whole or not at all.
 * Lines that are not ours to change are kept as they are; a later version is
 * refused.
 *
 * Threads:  one.
 * Blocking: for files, and for another runner's writing.
 * Memory:   workshop_open allocates, workshop_close frees.
 */
#ifndef CMD_WORKSHOP_H
#define CMD_WORKSHOP_H

#include "cmd/keyfile.h"

#include <limits.h>
#include <stdbool.h>

enum {
	WORKSHOP_VERSION = 1,
};

struct workshop {
	char folder[PATH_MAX];
	int fd; /* of the directory */
	struct keyfile state; /* .conc-lessons */
};

/*
 * The workshop that --workshop names, or the one that the working directory is
 * in, or the one that was used last. Returns 0, or an exit code after saying
 * that there is none, and how to begin one.
 */
int workshop_open(struct workshop *workshop, const char *named);

/*
 * Make a directory a workshop, which it may be already. Returns 0, or an exit
 * code after saying why not.
 */
int workshop_create(struct workshop *workshop, const char *folder);

void workshop_close(struct workshop *workshop);

/* Values of .conc-lessons; NULL when there is no such line. */
const char *workshop_get(
	const struct workshop *workshop, const char *key, const char *slug);
unsigned workshop_count(
	const struct workshop *workshop, const char *key, const char *slug);

/*
 * Change a line and save. Where that is not possible a warning says so, once,
 * and the value holds for this run only.
 */
void workshop_set(struct workshop *workshop, const char *key, const char *slug,
	const char *value);

/* One more of it: hints, tries. */
void workshop_add(struct workshop *workshop, const char *key, const char *slug);

/* The path of a lesson's file in it; false when it would be too long. */
bool workshop_path(const struct workshop *workshop, const char *slug,
	const char *file, char path[PATH_MAX]);

/*
 * The path of a file, of a short name, in $XDG_STATE_HOME/conc, which is made
 * when `make` says so; false when there is no such place.
 */
bool workshop_memory(char path[PATH_MAX], const char *name, bool make);

#endif
