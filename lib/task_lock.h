/*
 * task_lock - a lock and a condition for the tasks of one loop
 *
 * Tasks change places only where they wait, so a lock is needed only around
 * a wait. It is handed over: who releases it gives it to the first in the
 * line, and nobody who comes along goes first. A condition waits for what
 * another task will make true, with the lock given up meanwhile; a notify that
 * finds nobody waiting is lost. Who waits has the lock again when the function
 * returns, whatever it returns, and looks whether it is true now.
 *
 *	task_lock_take(&lock, CLOCK_NEVER);
 *	while (status == 0 && !queue_has_some)
 *		status = task_cond_wait(&cond, &lock, CLOCK_NEVER);
 *	...
 *	task_lock_give(&lock);
 *
 * Threads:  the tasks of the loop; all others are refused with -EPERM.
 * Blocking: task_lock_take and task_cond_wait, the calling task alone.
 * Memory:   the caller's; names are not copied. Nobody waits or holds when
 *           the struct goes.
 */
#ifndef LIB_TASK_LOCK_H
#define LIB_TASK_LOCK_H

#include "lib/task.h"

struct task_lock {
	struct tasks *tasks;
	const char *name;
	struct task *owner; /* a reference */
	_Atomic pid_t holder; /* its number, for the roster */
	struct task_line line;
};

struct task_cond {
	struct tasks *tasks;
	const char *name;
	struct task_line line;
};

void task_lock_init(
	struct task_lock *lock, struct tasks *tasks, const char *name);

/*
 * Returns 0; -EAGAIN (deadline 0, and it is held); -ETIMEDOUT; -ECANCELED;
 * -EDEADLK: the caller holds it, or nobody will ever give it; -ENOMEM; -EPERM.
 */
int task_lock_take(struct task_lock *lock, uint64_t deadline_ns);

/* Returns 0; -EPERM: the caller does not hold it. */
int task_lock_give(struct task_lock *lock);

void task_cond_init(
	struct task_cond *cond, struct tasks *tasks, const char *name);

/* Returns as task_lock_take; -EPERM: the caller does not hold the lock. */
int task_cond_wait(
	struct task_cond *cond, struct task_lock *lock, uint64_t deadline_ns);

/* Wake the first n that wait. Returns 0; -EPERM. */
int task_cond_notify(struct task_cond *cond, size_t n);

#endif
