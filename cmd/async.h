/*
 * async - the steps of the tour through the commands of one thread
 *
 * A step is a command line of conc, and what to look at in what it prints. To
 * add one, add a row to async_steps.
 *
 * Threads:  any; constant. async_run_step: the only thread there is.
 * Blocking: async_run_step, until the command has ended.
 * Memory:   none.
 */
#ifndef CMD_ASYNC_H
#define CMD_ASYNC_H

#include <stddef.h>

struct async_step {
	const char *name;
	const char *about; /* what it is, in a few words */
	const char *look; /* at what, as a question */
	const char *command; /* what is typed, words and single spaces */
};

extern const struct async_step async_steps[];
extern const size_t async_nsteps;

/* NULL: there is none of that name. */
const struct async_step *async_find(const char *name);

/* Gets each line, without its newline, as it is printed. */
typedef void (*async_line_fn)(const char *line, size_t length, void *arg);

/*
 * Run the step in a process of its own. Returns its exit code, 128 + the
 * signal that killed it, or -EAGAIN, -ENOMEM, -EMFILE: it was not run.
 */
int async_run_step(
	const struct async_step *step, async_line_fn line, void *arg);

#endif
