/*
 * settings - every option of this run, its value and where that came from
 *
 * From weakest to strongest: the command's defaults, computed defaults, the
 * system's conc.conf, the user's, ./conc.conf, the environment, the command
 * line. cmd/args.h fills in what the command line gives.
 *
 * Threads:  one.
 * Blocking: for the files.
 * Memory:   the caller's; the option structs must outlive it.
 */
#ifndef CMD_SETTINGS_H
#define CMD_SETTINGS_H

#include "cmd/opt.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	SETTINGS_MOST = 64,
};

struct setting {
	const struct opt *row;
	void *base; /* the options struct that the row points into */
	const char *given; /* on the command line, or NULL */
	bool letterless; /* its letter has another meaning from now on */
	bool set; /* by anything stronger than a default */
	char origin[OPT_ORIGIN_SIZE];
};

struct settings {
	const char *command; /* its name, or NULL before it is known */
	unsigned n;
	struct setting list[SETTINGS_MOST];
};

void settings_add(
	struct settings *settings, const struct opt *rows, void *base);

/*
 * The letters of all that was added so far, but those of every command, are not
 * known any longer: they stand before a verb, whose own letters they may be.
 */
void settings_drop_letters(struct settings *settings);

/* NULL when no option has that long name. */
struct setting *settings_find(struct settings *settings, const char *name);

/*
 * Fill in all fields; from_files says whether to read conc.conf. Returns 0,
 * or an exit code after saying what is wrong.
 */
int settings_resolve(struct settings *settings, bool from_files);

/* What --print-config prints. */
void settings_print(const struct settings *settings, FILE *out);

#endif
