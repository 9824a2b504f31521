/*
 * fsq - what the verbs of `conc fsq` share: their queue and what is said
 *
 * Each verb is a command of its own (cmd/command.h) in one of the files
 * cmd/fsq_*.c. They return EXIT_USAGE and EXIT_REFUSED, which are 100 and 111
 * outside.
 *
 * Threads:  one.
 * Blocking: as lib/fsq.h.
 * Memory:   queue_open... allocate, fsq_close and fsq_hosts_close free.
 */
#ifndef CMD_FSQ_H
#define CMD_FSQ_H

#include "cmd/command.h"
#include "lib/fsq.h"
#include "lib/fsq_host.h"

/* The options of every verb; NULL: not given. */
struct queue_shared {
	const char *root, *charset, *exec_dir;
	const char *queue, *tmp, *done, *down, *trigger;
	bool lock;
};

extern struct queue_shared queue_shared;

/*
 * The rules from the environment and the options of every verb. Returns 0, or
 * EXIT_USAGE after saying which one is wrong.
 */
int queue_rules(struct fsq_rules *rules);

/*
 * Change the rule of a variable to what an option says; NULL: leave it. Returns
 * 0, or EXIT_USAGE after saying that the option, `what`, is wrong.
 */
int queue_set(struct fsq_rules *rules, const char *what, const char *variable,
	const char *value);

/* The options --user, --group and --mode of a verb, or NULL. */
struct queue_owner {
	const char *user, *group, *mode;
};

enum queue_owned {
	QUEUE_OWNED_ITEM,
	QUEUE_OWNED_QUEUE
};

/* Returns as queue_set. */
int queue_own(struct fsq_rules *rules, enum queue_owned owned,
	const struct queue_owner *owner);

/* The rows for a struct queue_owner at an offset; its user has a letter. */
#define QUEUE_OWNER_ROWS(user_letter, at, whose)                              \
	{.name = "user",                                                      \
		.letter = (user_letter),                                      \
		.kind = OPT_TEXT,                                             \
		.argument = "USER",                                           \
		.offset = (at) + offsetof(struct queue_owner, user),          \
		.help = whose " belong to this user, a name or a number"},    \
		{.name = "group",                                             \
			.letter = 'g',                                        \
			.kind = OPT_TEXT,                                     \
			.argument = "GROUP",                                  \
			.offset = (at) + offsetof(struct queue_owner, group), \
			.help = "the same for the group"},                    \
	{                                                                     \
		.name = "mode", .letter = 'm', .kind = OPT_TEXT,              \
		.argument = "MODE",                                           \
		.offset = (at) + offsetof(struct queue_owner, mode),          \
		.help = "and for the mode, in octal"                          \
	}

/*
 * Open the queue. Returns 0, or an exit code after saying why not. rules may
 * be changed by the caller after queue_rules.
 */
int queue_open(
	const struct fsq_rules *rules, const char *name, struct fsq **fsq);

/* The same, of a host in it, if that is not NULL. */
int queue_open_in(const struct fsq_rules *rules, const char *name,
	const char *host, struct fsq **fsq);

/* queue_rules and queue_open_in. */
int queue_find(const char *name, const char *host, struct fsq **fsq);

/* The row for the host at an offset. */
#define QUEUE_HOST_ROW(at)                                                   \
	{                                                                    \
		.name = "host", .letter = 'A', .kind = OPT_TEXT,             \
		.argument = "HOST", .offset = (at),                          \
		.help = "in the queue of this host, see `conc fsq add-host`" \
	}

/*
 * Say that something failed: "cannot WHAT 'NAME': No such file or directory",
 * and what to type next. Returns EXIT_REFUSED, or EXIT_USAGE for a name that
 * no queue can have.
 */
int queue_refuse(int error, const char *what, const char *name);

/*
 * Do it for every queue named; the worst exit code. rules may be NULL for
 * those of queue_rules.
 */
typedef int (*queue_fn)(
	const struct fsq_rules *rules, const char *name, const void *options);
int queue_each(const struct fsq_rules *rules, int n, char **names, queue_fn fn,
	const void *options);

/* The same for a host of a queue. */
int queue_open_host(struct fsq *fsq, const char *host, struct fsq **inner);
int queue_refuse_host(
	int error, const char *what, const char *host, const char *queue);

/* The FIFO that wakes scanners of hosts. Returns 0 or an error of mkfifo. */
int queue_make_host_trigger(struct fsq *fsq, const char *host);

/* Open n hosts, 0: all that there are. Returns as queue_open. */
int queue_open_hosts(struct fsq *fsq, unsigned n, const char *const *names,
	struct fsq_hosts *hosts);

/* Of `down`: a struct queue_owner. */
extern const struct opt queue_down_rows[];

/* The environment variables of FSQ, for the man page. */
extern const struct command_variable queue_variables[];

extern const struct command queue_install, queue_enqueue, queue_scan, queue_ls,
	queue_stat, queue_done, queue_fail, queue_retry, queue_down, queue_up,
	queue_uninstall, queue_sweep, queue_trigger, queue_watch,
	queue_add_host, queue_rm_host, queue_down_host, queue_up_host,
	queue_host_dist, queue_push, queue_serve;

#endif
