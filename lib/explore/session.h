/*
 * session - one explored program: its processes, and what they tell
 *
 * The driver fills in session_wire(s)->config, calls session_run, and reads
 * the rest of the wire. A process that dies without having reached the end
 * was killed by its program's fault: session_run says so, and a new process
 * can go on with the search (config.resume).
 *
 * Threads:  one.
 * Blocking: session_run until the process has ended, `tick` asks it to stop,
 *           or `limit_ns` is over.
 * Memory:   session_open maps the wire, some 70 MiB of which only what is
 *           used takes memory; session_close unmaps it.
 */
#ifndef LIB_EXPLORE_SESSION_H
#define LIB_EXPLORE_SESSION_H

#include "lib/box.h"
#include "lib/explore/wire.h"

struct session;

/* Called about ten times a second; a return other than 0 ends the run. */
typedef int (*session_tick_fn)(void *context);

struct session_options {
	const char *program;
	const char *preload; /* a library to load before its own, or "" */
	const char *const *arguments; /* argv, with argv[0], ended by NULL */
	const struct box_options *box; /* or NULL; its limits are not used */
	const char *folder; /* in which a boxed program may write */
	session_tick_fn tick; /* or NULL */
	void *context;
};

enum session_status {
	SESSION_ENDED, /* wire->progress.end says how */
	SESSION_DIED, /* of a signal, or by leaving: wire is as it was then */
	SESSION_STOPPED, /* by tick */
	SESSION_SILENT, /* it did not stop, or did not come to its main */
};

/* Returns 0 or -errno. */
int session_open(
	const struct session_options *options, struct session **result);
void session_close(struct session *session);

struct wire *session_wire(struct session *session);

/*
 * Forget the search's state, the progress and the last execution, not what
 * was found nor what is known to be racy.
 */
void session_reset(struct session *session);

/*
 * Returns an enum session_status, or -errno when no process could be
 * started. *wait_status is as waitpid gives it.
 */
int session_run(struct session *session, int *wait_status);

#endif
