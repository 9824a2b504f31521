/*
 * args - walk a command line by the rows of its options
 *
 * On top of getopt_long: options and operands in any order, `--` ends the
 * options, and a long option may be shortened to a beginning that no other
 * one has.
 *
 * Threads:  one; getopt keeps its state in globals.
 * Blocking: never.
 * Memory:   what is given points into argv, which is reordered.
 */
#ifndef CMD_ARGS_H
#define CMD_ARGS_H

#include "cmd/settings.h"

#include <stdbool.h>

/*
 * Note what argv gives to the settings. argv[0] is skipped. With
 * stop_at_operand, options end at the first operand. Wrong options do not
 * matter when help or version is asked for. Returns the index of the first
 * operand, or the negative of EXIT_USAGE after saying what is wrong.
 */
int args_read(
	struct settings *settings, int argc, char **argv, bool stop_at_operand);

#endif
