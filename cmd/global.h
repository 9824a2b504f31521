/*
 * global - the options that every command takes, before or after its name
 *
 * Threads:  written by main before the command runs; then any may read.
 * Blocking: never.
 * Memory:   static.
 */
#ifndef CMD_GLOBAL_H
#define CMD_GLOBAL_H

#include "cmd/opt.h"

#include <stdbool.h>

struct global {
	bool help;
	bool version;
	bool json;
	bool quiet;
	bool plain;
	bool no_color;
	unsigned color; /* an enum term_when */
	unsigned progress; /* an enum progress_mode */
};

extern struct global global;
extern const struct opt global_options[];

/* Pass the values on to the modules that they are for. */
void global_apply(void);

#endif
