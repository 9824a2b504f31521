/*
 * task_timeout - a time limit for whatever a task does between two lines
 *
 *	task_timeout_begin(&limit, loop_now(loop) + CLOCK_NS_PER_S);
 *	status = ...;		// any number of waits
 *	if (task_timeout_end(&limit))
 *		...		// it was this limit that ended them
 *
 * When the time has come, the function in which the task waits, or next
 * waits, returns -ETIMEDOUT, once. Limits may be nested, and end in reverse
 * order; each tells its own expiry from that of the others and from the
 * deadlines of single waits. A cancel that comes at the same time is not
 * hidden by a limit: then the task is told -ECANCELED.
 *
 * Threads:  the task that began it.
 * Blocking: never.
 * Memory:   the caller's, from _begin to _end.
 */
#ifndef LIB_TASK_TIMEOUT_H
#define LIB_TASK_TIMEOUT_H

#include "lib/task.h"

struct task_timeout {
	struct loop_timer timer;
	struct task *task;
	bool told;
};

/* CLOCK_NEVER: no limit. Returns 0; -ENOMEM, -EPERM: there is none then. */
int task_timeout_begin(struct task_timeout *timeout, uint64_t due_ns);

/*
 * Returns whether the task was told -ETIMEDOUT by this limit. Whatever had
 * not been told will not be.
 */
bool task_timeout_end(struct task_timeout *timeout);

#endif
