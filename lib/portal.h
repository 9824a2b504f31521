/*
 * portal - calls from other threads into a loop that runs
 *
 * Only the loop's thread may touch what belongs to the loop. Others send it a
 * function through a portal, and get back what that came to:
 *
 *			returns at once		waits for the result
 *	a call		portal_post		portal_call
 *	a task		portal_spawn		portal_run
 *
 * A call runs between the tasks, in the order of posting, and must not wait;
 * a task may. The two take functions of different types, so that one cannot
 * be given for the other. Both have the caller's locals (locals.h).
 *
 *	CREATED --open--> OPEN --close, end of tasks_run--> CLOSED
 *
 * What an open portal has accepted has exactly one outcome: a value, a
 * failure, or cancelled; what one that is not open is given, it refuses. A
 * call that is cancelled before it began never runs. A task that is cancelled
 * always runs until its first wait, which tells it. What the body does then
 * no longer matters, but for a failure, which is handed to
 * failure_unretrieved.
 *
 * Closing refuses what comes later, runs the calls that were accepted, and
 * then waits for the tasks, or cancels them first. A portal that nobody has
 * closed by the end of tasks_run is closed then, and its tasks are cancelled.
 * An open portal holds the loop: somebody may yet call.
 *
 * Calls from the thread of the portal's own loop would wait for themselves
 * and are refused. The thread of another loop may call, and blocks that one.
 *
 * Threads:  portal_create, portal_open and portal_close: the loop's. All
 *           others: any, and those that send, any but the loop's.
 * Blocking: portal_close, the calling task alone. portal_call, portal_run,
 *           until their deadline (an absolute time of clock_now()).
 *           portal_spawn, until the loop comes to it; portal_start, until
 *           the task has said that it has started, or has ended.
 * Memory:   a portal is counted, as a future is, and every thread that may
 *           call holds a reference. A call is one allocation. Names of
 *           tasks are copied.
 */
#ifndef LIB_PORTAL_H
#define LIB_PORTAL_H

#include <stdint.h>

#include "lib/failure.h"
#include "lib/future.h"
#include "lib/task.h"

struct portal;

struct portal_answer {
	union future_value value;
	struct failure failure; /* may tell more of what failed */
};

/* What a call runs. Returns as future_fn. */
typedef int (*portal_fn)(void *arg, struct portal_answer *answer);

enum portal_close {
	PORTAL_DRAIN, /* tasks go on until their ends */
	PORTAL_CANCEL /* tasks are cancelled */
};

/* For the tasks of that loop; with one reference. Returns 0; -ENOMEM. */
int portal_create(struct tasks *tasks, struct portal **result);

struct portal *portal_ref(struct portal *portal);
/* NULL is fine. */
void portal_unref(struct portal *portal);

/*
 * Once, by one of the tasks. Returns 0; -EALREADY: it was opened before;
 * -EPERM: it is another who calls; -ENOMEM, -EAGAIN: as task_spawn.
 */
int portal_open(struct portal *portal);

/*
 * Wait until all that was accepted is over; by one of the tasks. If the
 * caller is cancelled meanwhile, so are the portal's tasks. Returns 0;
 * -ECANCELED: closed, but the caller was cancelled; -EPIPE: it is not open;
 * -EPERM; -EDEADLK: a task of the portal's own, or one that will not end.
 */
int portal_close(struct portal *portal, enum portal_close how);

/*
 * Run fn(arg) in the loop's thread. The result gets a reference; NULL: nobody
 * will ask, and a failure is unretrieved. Returns 0; -EPIPE: the portal is
 * not open; -EDEADLK: the caller is in the loop's thread; -ENOMEM.
 */
int portal_post(
	struct portal *portal, portal_fn fn, void *arg, struct future **result);

/*
 * The same, and wait for what it comes to. A call that has not begun by the
 * deadline never does. Returns as portal_post and future_result.
 */
int portal_call(struct portal *portal, portal_fn fn, void *arg,
	uint64_t deadline_ns, union future_value *value,
	struct failure *failure);

/*
 * Start a task; it has been created when this returns. Cancelling the future
 * cancels the task. Returns as portal_post and task_spawn.
 */
int portal_spawn(struct portal *portal, const char *name, future_fn fn,
	void *arg, struct future **result);

/*
 * The same, and wait for what it comes to. At the deadline the task is
 * cancelled, and arg is its own until it has ended, at the latest when the
 * portal is closed. Returns as portal_spawn and future_result.
 */
int portal_run(struct portal *portal, const char *name, future_fn fn, void *arg,
	uint64_t deadline_ns, union future_value *value,
	struct failure *failure);

/* A task of portal_start that has something to say before it ends. */
struct portal_starting;

typedef int (*portal_start_fn)(void *arg, struct portal_starting *starting,
	union future_value *value, struct failure *failure);

/* By that task: it has started. Once; what is said later is lost. */
void portal_say_started(
	struct portal_starting *starting, union future_value value);

/*
 * Start a task, a server for example, and wait until it says that it has
 * started; *said is what it says. Returns as portal_spawn. If it ends first:
 * FUTURE_FAILED with *failure, -ECANCELED, or -EPROTO: it did not say so.
 */
int portal_start(struct portal *portal, const char *name, portal_start_fn fn,
	void *arg, union future_value *said, struct future **result,
	struct failure *failure);

#endif
