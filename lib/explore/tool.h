/*
 * tool - run a compiler or another program of the toolchain to its end
 *
 * Threads:  any that may fork.
 * Blocking: until the program has ended.
 * Memory:   none.
 */
#ifndef LIB_EXPLORE_TOOL_H
#define LIB_EXPLORE_TOOL_H

#include "lib/box.h"

#include <stddef.h>

/*
 * Run argv[0], found as a shell finds it, without input, its output where
 * ours goes to stderr. folder is where it keeps its temporary files: a
 * compiler that is killed may leave some. Returns its exit status, 128 + N
 * when signal N ended it, or -ENOENT and the like when it could not be
 * started.
 */
int tool_run(const char *const argv[], const char *folder);

/*
 * The same for one that keeps no files, with the output caught: its first
 * out_size - 1 bytes, ended by a NUL.
 */
int tool_ask(const char *const argv[], char *out, size_t out_size);

/*
 * As tool_run, but in a box, where it may write to the folder; box->output
 * gets what it says.
 */
int tool_run_boxed(const char *const argv[], const struct box_options *box,
	const char *folder);

#endif
