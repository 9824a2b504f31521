/*
 * command - a subcommand of conc is a constant
 *
 * cmd/x.c ends in `const struct command command_x = {...};` and cmd/list.def
 * has the line COMMAND(x). Parsing, help, the man page, the completions and
 * the tests follow from that; nothing else is edited to add a command.
 *
 * run gets the command's options struct, filled from every source, and the
 * operands, whose number is already within the limits. It returns an
 * enum exit_code; main then checks that stdout was written, and turns a
 * signal that cmd/interrupt.h caught into death by that signal.
 *
 * Threads:  any; all constant.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "cmd/exit.h"
#include "cmd/global.h"
#include "cmd/opt.h"

#include <stdbool.h>
#include <stddef.h>

struct command_example {
	const char *line; /* "conc primes 1e9" */
	const char *shows; /* "count the primes up to 10^9" */
};

struct command_variable {
	const char *name; /* of an environment variable */
	const char *text;
};

struct command_member {
	const char *names; /* "count, last" */
	const char *text;
};

struct command {
	const char *name;
	const char *summary; /* lower case, no full stop */
	const char *about; /* sentences: what it does; NULL: the summary */
	const char *operands; /* "[LO] [HI]", or NULL for none */
	int operands_min;
	int operands_max; /* -1: no limit */
	opt_choice_fn operand_choice; /* words an operand can be, or NULL */
	const char *lesson; /* slug of the lesson that explains it, or NULL */

	const struct opt *options; /* ended by OPT_END, or NULL */
	const void *defaults; /* an options struct, or NULL: zeros */
	size_t options_size;
	bool ignores_settings; /* reads no conc.conf */

	/* Ended by an entry of NULLs; at least one example. */
	const struct command_example *examples;
	/* What the rows of options do not already name; may be NULL. */
	const struct command_variable *environment;
	/* Members of its JSON documents, for the man page; may be NULL. */
	const struct command_member *json;
	/* Paragraphs for help and man page, separated by empty lines. */
	const char *notes;

	int (*run)(const void *options, int noperands, char **operands);
};

/* In the order of cmd/list.def; NULL past the last. */
const struct command *command_at(size_t i);

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* An opt_choice_fn over the names of all commands. */
const char *command_name(size_t i);

/* Say that there is no such command, with the nearest one; EXIT_USAGE. */
int command_refuse(const char *name);

#endif
