/*
 * box - run a program that is not trusted, inside limits
 *
 * Made for learners' programs, and for the compiler that reads what they
 * wrote: such a program may loop, fork for ever, fill memory and disk, kill
 * what it can see, read what is not its business, leave processes behind. In
 * the box it harms nobody but itself, and what ended it is known.
 *
 * The box has layers. Each is put on where the system allows it and is in
 * result.missing where it does not; those that are left do what they can.
 *
 *	BOX_PIDS      a process namespace: no process outside can be signalled,
 *	              and with its first process all of it ends, daemons too
 *	BOX_FILES     a mount namespace: it sees the system's programs and
 *	              libraries, what it is given, and a small /tmp of its own,
 *	              which goes away with it
 *	BOX_NETWORK   no network but its own, empty one; and System V IPC
 *	BOX_USER      started by root, it is another user, whom nobody else is
 *	BOX_LANDLOCK  the same files once more, by another mechanism
 *	BOX_SECCOMP   no system call for mounting, tracing, new namespaces,
 *	              kernel modules, sockets other than local ones, ...
 *	BOX_CGROUP    a control group: so many processes, and so much memory,
 *	              for all of it together, root's too
 *
 * The limits on memory, files and processes are the kernel's resource limits
 * as well, which hold everywhere, but that of processes not for root: a box
 * that is still root's, without BOX_CGROUP, relies on BOX_PIDS to end a fork
 * bomb.
 *
 * Inside, the process has no input, no terminal, no environment but what it
 * is given, and no descriptor but output and those that are passed. conc's
 * own death, even by kill -9, ends the box.
 *
 * Threads:  any, one box each; it forks, so best while there is one thread.
 * Blocking: box_run until the program has ended, or its time is over.
 * Memory:   the caller's; nothing is left on disk.
 */
#ifndef LIB_BOX_H
#define LIB_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum box_layer {
	BOX_PIDS = 1 << 0,
	BOX_FILES = 1 << 1,
	BOX_NETWORK = 1 << 2,
	BOX_USER = 1 << 3,
	BOX_LANDLOCK = 1 << 4,
	BOX_SECCOMP = 1 << 5,
	BOX_CGROUP = 1 << 6,
	BOX_NLAYERS = 7,
};

/* 0: no such limit. */
struct box_limits {
	uint64_t wall_ns; /* from start to end */
	uint64_t cpu_s; /* of one process */
	uint64_t memory_size; /* address space of one process; with BOX_CGROUP
				 what all of them use, with their /tmp, too */
	uint64_t file_size; /* of one file that it writes */
	uint64_t output_size; /* stdout and stderr together */
	uint64_t tmp_size; /* of its /tmp */
	uint64_t nfiles; /* in its /tmp */
	uint64_t nprocesses; /* threads count, too */
	uint64_t ndescriptors;
};

enum box_access {
	BOX_READ, /* and execute */
	BOX_WRITE, /* as well; it has to belong to box_user */
	BOX_COPY, /* a folder of whose files it gets copies, not of subfolders'
		     nor of what links point to; whoever may read them */
};

enum {
	BOX_MOST_PLACES = 8,
	BOX_MOST_PASSED = 4,
	BOX_WORDS_SIZE = 400,
};

/* What it may use besides the system's programs; same path in- and outside. */
struct box_place {
	const char *path; /* absolute, of a folder */
	enum box_access access;
};

/* A descriptor of ours, and its number inside. */
struct box_passed {
	int ours, theirs;
};

/* More output: see box_options.output. */
typedef void (*box_output_fn)(void *context, const char *text, size_t length);

/* Called about ten times a second; a return other than 0 ends the box. */
typedef int (*box_tick_fn)(void *context);

struct box_options {
	const char *program; /* found by PATH; NULL: arguments[0] */
	const char *const *arguments; /* ended by NULL */
	const char *const *environment; /* "NAME=value", ended by NULL */
	const char *folder; /* where it starts, or NULL for /tmp */
	struct box_limits limits;
	struct box_place places[BOX_MOST_PLACES]; /* up to a path of NULL */
	struct box_passed passed[BOX_MOST_PASSED];
	unsigned npassed;
	bool fixed_addresses; /* the same in every run */
	box_output_fn output; /* gets what it writes, or NULL: thrown away */
	box_tick_fn tick; /* or NULL */
	void *context; /* of both */
	unsigned *missing; /* also gets result.missing, joined by |; or NULL */
};

enum box_end {
	BOX_EXITED, /* code: the exit status */
	BOX_SIGNALLED, /* code: the signal */
	BOX_TIME_OVER,
	BOX_OUTPUT_OVER,
	BOX_STOPPED, /* by tick */
};

struct box_result {
	enum box_end end;
	int code;
	int wait_status; /* of the program, as waitpid gives it */
	uint64_t elapsed_ns;
	uint64_t busy_ns; /* processor time of all its processes */
	bool asleep; /* all its threads slept when it was made to end */
	unsigned nleft; /* processes that were there when it had ended */
	unsigned missing; /* enum box_layer, joined by | */
};

/*
 * Returns 0 when the program was started, whatever became of it; else
 * -ENOENT: there is no such program; -EACCES: it may not be executed;
 * -EAGAIN, -ENOMEM, -EMFILE: the system refuses another process or
 * descriptor; or what else kept it from starting.
 */
int box_run(const struct box_options *options, struct box_result *result);

/*
 * Who it will be: a user and group that nobody else has when we are root,
 * else our own. The same for all boxes of one process.
 */
unsigned box_user(void);

/*
 * Make a folder box_user's, for BOX_WRITE. Returns 0 or -errno.
 */
int box_give(const char *folder);

/*
 * For who has to start a program itself, and often: put on the calling
 * process, just before it becomes that program, what takes no process in
 * between: limits, BOX_USER, BOX_LANDLOCK and BOX_SECCOMP. Of the options
 * only limits and places count. The user is what box_user said before the
 * fork; where it may not read the program itself, it is none.
 */
void box_put_on(const struct box_options *options, unsigned user);

/*
 * What happened, for a person: "ended by SIGSEGV after 0.01 s: it used memory
 * that is not its own, ...". Returns text.
 */
const char *box_describe(const struct box_result *result,
	const struct box_limits *limits, char text[BOX_WORDS_SIZE]);

/*
 * What is not there, for a person: "no process namespace, no Landlock"; ""
 * when every layer is on. Returns text.
 */
const char *box_missing(unsigned missing, char text[BOX_WORDS_SIZE]);

#endif
