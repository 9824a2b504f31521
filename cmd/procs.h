/*
 * procs - the demonstrations of the command `procs`
 *
 * Threads:  the main one, before others exist.
 * Blocking: until their children have ended.
 * Memory:   none is left.
 */
#ifndef CMD_PROCS_H
#define CMD_PROCS_H

#include "cmd/report.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	PROCS_MOST_CHILDREN = 100
};

struct procs_options {
	unsigned nchildren;
	bool shm;
	bool nchildren_given;
};

/* Returns 0, or what refused to start: -EAGAIN, -ENOMEM, -EMFILE. */
typedef int (*procs_demo_fn)(
	const struct procs_options *options, struct report *report);

struct procs_demo {
	const char *name;
	const char *summary;
	procs_demo_fn run;
	const char *seen, *why; /* two lines that explain what was seen */
};

int procs_noshare(const struct procs_options *options, struct report *report);
int procs_status(const struct procs_options *options, struct report *report);
int procs_zombies(const struct procs_options *options, struct report *report);
int procs_pipes(const struct procs_options *options, struct report *report);
int procs_crash(const struct procs_options *options, struct report *report);

#endif
