/*
 * fsq - what the verbs of `conc fsq` share: their queue and what is said
 *
 * Each verb is a command of its own (cmd/command.h) in one of the files
 * cmd/fsq_*.c. They return EXIT_USAGE and EXIT_REFUSED, which are 100 and 111
 * outside.
 *
 * Threads:  one.
 * Blocking: as lib/fsq.h.
 * Memory:   queue_open allocates, fsq_close frees.
 */
#ifndef CMD_FSQ_H
#define CMD_FSQ_H

#include "cmd/command.h"
#include "lib/fsq.h"

/* The options of every verb. */
struct queue_shared {
	const char *root;
};

extern struct queue_shared queue_shared;

/*
 * The rules from the environment and the options. Returns 0, or EXIT_USAGE
 * after saying which variable is wrong.
 */
int queue_rules(struct fsq_rules *rules);

/*
 * Open the queue. Returns 0, or an exit code after saying why not. rules may
 * be changed by the caller after queue_rules.
 */
int queue_open(
	const struct fsq_rules *rules, const char *name, struct fsq **fsq);

/* queue_rules and queue_open. */
int queue_find(const char *name, struct fsq **fsq);

/*
 * Say that something failed: "cannot WHAT 'NAME': No such file or directory",
 * and what to type next. Returns EXIT_REFUSED, or EXIT_USAGE for a name that
 * no queue can have.
 */
int queue_refuse(int error, const char *what, const char *name);

/* Do it for every queue named; the worst exit code. */
typedef int (*queue_fn)(
	const struct fsq_rules *rules, const char *name, const void *options);
int queue_each(int n, char **names, queue_fn fn, const void *options);

/* The environment variables of FSQ, for the man page. */
extern const struct command_variable queue_variables[];

extern const struct command queue_install, queue_enqueue, queue_scan, queue_ls,
	queue_stat, queue_done, queue_fail, queue_retry, queue_down, queue_up,
	queue_uninstall, queue_sweep, queue_trigger, queue_watch;

#endif
