/*
 * schedule - an execution as one short word that can be typed and sent
 *
 *	x1.5f3a9c02.s1.r5,14-a3b2ab5.1c4-msku
 *
 * x1 is the form; then the hash of the source files, the options that change
 * what a schedule means, the lines whose accesses are steps, and the choices:
 * a is main, b the first thread that it started, and so on to z, then (26),
 * (27), …; a number behind a letter is how many steps it takes in a row; .1
 * is the choice of one of several values, such as the waiter to wake. Under
 * MEMORY_TSO a capital letter is the oldest store in the buffer of the thread
 * of that letter, which reaches memory. The four letters at the end are made
 * from all the others: what was cut short or mistyped is found out.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef LIB_EXPLORE_SCHEDULE_H
#define LIB_EXPLORE_SCHEDULE_H

#include "lib/explore/wire.h"

#include <stddef.h>
#include <stdint.h>

enum {
	SCHEDULE_MAX_LINES = 512,
	SCHEDULE_TEXT_SIZE = 1 << 18, /* room for every schedule */
};

struct schedule_line {
	unsigned file; /* 1: the first on the command line */
	unsigned line;
};

struct schedule {
	uint32_t hash; /* of the source */
	unsigned spurious;
	enum memory_model memory;
	bool processes; /* a choice of a value is a kill */
	bool wait_all, outputs, isolate; /* as in struct wire_config */
	enum finding_kind ends_with; /* likewise */
	unsigned nlines;
	struct schedule_line lines[SCHEDULE_MAX_LINES];
	uint32_t nchoices;
	struct choice *choices; /* WIRE_MAX_CHOICES of them */
};

/* Returns the length; what does not fit is left out, the end is a NUL. */
size_t schedule_format(
	const struct schedule *schedule, char *text, size_t text_size);

/*
 * Returns 0, or -EINVAL with *bad at the first character that cannot be
 * there, or -EBADMSG where all of it can be, and the letters at *bad, or that
 * are missing there, are not those of the rest. schedule->choices is written
 * to.
 */
int schedule_parse(
	struct schedule *schedule, const char *text, const char **bad);

#endif
