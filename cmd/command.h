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
 * A command with verbs, such as `conc fsq enqueue`, lists them in `verbs`; each
 * is a command of its own with options, help and run, and takes the options of
 * its parent as well, before or after its name. Those lie in `shared`, where
 * all verbs find them.
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
	bool options_first; /* what follows an operand is one, too: -x */
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

	const struct command *const *verbs; /* ended by NULL, or NULL */
	void *shared; /* the options struct of a command with verbs */

	/* What run's EXIT_USAGE and EXIT_REFUSED are outside; 0: themselves. */
	int usage_status;
	int refused_status;

	int (*run)(const void *options, int noperands, char **operands);
};

/* In the order of cmd/list.def; NULL past the last. */
const struct command *command_at(size_t i);

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* The command that this is a verb of, or NULL. */
const struct command *command_parent(const struct command *verb);

/* The verb of that name; NULL when there is none. */
const struct command *command_verb(
	const struct command *command, const char *name);

/* What the exit code is outside, for this command. */
int command_status(const struct command *command, int code);

/* Say that the command has no such verb, as command_refuse. */
int command_refuse_verb(const struct command *command, const char *name);

/* An opt_choice_fn over the names of all commands. */
const char *command_name(size_t i);

/* Say that there is no such command, with the nearest one; EXIT_USAGE. */
int command_refuse(const char *name);

#endif
