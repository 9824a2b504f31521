/*
 * exit - the exit codes of the program
 *
 * A program that dies by signal N shows 128 + N to the shell; see
 * cmd/interrupt.h for how that is done honestly.
 */
#ifndef CMD_EXIT_H
#define CMD_EXIT_H

enum exit_code {
	EXIT_GOOD = 0, /* done, and the answer is good */
	EXIT_NO = 1, /* done, and the answer is "no" */
	EXIT_USAGE = 2, /* the command line or a setting is wrong */
	EXIT_REFUSED = 3, /* the environment refused: file, port, memory */
	EXIT_LIMIT = 124, /* the time limit was reached */
};

/* The same for the reader of help and man page; ended by a NULL code. */
struct exit_meaning {
	const char *code;
	const char *text;
};

extern const struct exit_meaning exit_meanings[];

#endif
