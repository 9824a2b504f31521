/*
 * to_thread - run what blocks in a thread, and wait for it as a task
 *
 * A task that calls something that blocks stops all tasks of its loop. Here a
 * thread of a pool makes the call, and the task alone waits for it: what the
 * body comes to is what to_thread returns. The body sees the locals of the
 * task as they were (locals.h); those that it sets stay in the thread.
 *
 * A thread cannot be stopped from outside, so being cancelled (or told by a
 * timeout) finds the body in one of three states:
 *
 *	not begun	it never runs, and the task is told at once
 *	running		TO_THREAD_SHIELD: the task waits for its end, however
 *			often it is cancelled meanwhile, gets what it came to,
 *			and is told at its next wait
 *	running		TO_THREAD_ABANDON: the task is told at once; the thread
 *			goes on, and what it comes to is dropped
 *
 * In both of the latter the body is asked to stop (future_asked_to_stop), and
 * may look. With a shield, arg may lie on the task's stack, since no body runs
 * longer than the call. A body that may be abandoned needs an arg that stays
 * valid until it returns; nobody tells the task when that is.
 *
 * Nothing in the pool knows the loop once to_thread has returned, so a loop
 * may be destroyed while abandoned bodies run. The process does not exit
 * before they have returned (pool.h).
 *
 * Threads:  any task. Others are refused with -EPERM; they may block.
 * Blocking: the calling task alone; see pool_submit.
 * Memory:   a future for each call. The default pool stays to the end.
 */
#ifndef LIB_TO_THREAD_H
#define LIB_TO_THREAD_H

#include "lib/pool.h"
#include "lib/task.h"

enum to_thread {
	TO_THREAD_SHIELD,
	TO_THREAD_ABANDON
};

/*
 * NULL for a pool: the default one. Returns 0 with *value; FUTURE_FAILED with
 * *failure; -ECANCELED, or another code that was thrown at the task: it was
 * told; -ESHUTDOWN: the pool had been shut down, or was before the body began;
 * -EPERM, -EAGAIN, -ENOMEM: the body has not run. Either pointer may be NULL.
 */
int to_thread(struct pool *pool, future_fn fn, void *arg, enum to_thread how,
	union future_value *value, struct failure *failure);

/*
 * The same with a shield, for functions that are called by tasks as well as in
 * threads: who runs no loop is in a thread already, and runs fn right here.
 * -EPERM: a callback of a loop, which must not block.
 */
int to_thread_or_here(struct pool *pool, future_fn fn, void *arg,
	union future_value *value, struct failure *failure);

/*
 * pool_shutdown with POOL_WAIT and these flags, while the loop goes on: a
 * thread of the default pool waits. May be repeated. Returns 0; -EDEADLK: it
 * is the default pool; -ECANCELED, -EPERM, -EAGAIN, -ENOMEM as to_thread.
 */
int to_thread_shutdown(struct pool *pool, unsigned flags);

/*
 * The default pool, of pool_default_size() threads "to_thread_N", made by the
 * first who asks. Any thread may. Returns 0; -ENOMEM.
 */
int to_thread_pool(struct pool **result);

#endif
