/*
 * help - what --help prints, from the tables
 *
 * Threads:  one.
 * Blocking: for the stream.
 * Memory:   none.
 */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/command.h"

#include <stdio.h>

/* On stdout: the command's help; conc's own for NULL. */
void help_print(const struct command *command);

/* The short form for someone who typed only `conc`. */
void help_print_usage(FILE *out);

/*
 * A row's help with its range, default and variable, as it stands in help
 * and man page. defaults is the command's options struct, or NULL.
 */
void help_describe(const struct opt *row, const void *defaults, char *out,
	size_t out_size);

/* Texts that help and man page share. */
extern const char help_about[];
extern const char help_numbers[];
extern const char help_shortening[];

/* Whether help_numbers has anything to say about the command. */
bool help_has_numbers(const struct command *command);

#endif
