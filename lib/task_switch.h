/*
 * task_switch - a task goes into a thread, and comes back
 *
 *	status = task_switch_to(files);		in the loop's thread
 *	if (status < 0)
 *		return status;
 *	n = read(fd, buffer, size);		in a thread of the pool
 *	status = task_switch_back();		in the loop's thread again
 *
 * Between the two the task itself, its stack and its place in the function, is
 * in a thread of the pool: it may block, and the loop goes on without it. So
 * it needs no function of its own for what blocks, as to_thread does, and
 * local variables are simply there. Its locals (locals.h) and its errno go
 * along. Tasks enter a pool in the order of asking, and so many are in it at
 * once as it has threads: a pool of one is a thread of one's own.
 *
 * In there it is a thread like any other. It takes turns with nobody: what it
 * shares with tasks of its loop it must not touch. What would wait as a task
 * refuses with -EPERM; a portal (portal.h) is open to it. It cannot go
 * further: -EALREADY. A body that returns in there comes back first.
 *
 * A task that is cancelled (or told by a timeout) while it waits for a thread
 * of the pool never enters it, and is told at once. Inside it is only asked
 * to stop (future_asked_to_stop), and is told by task_switch_back. A shield
 * puts off both. The loop does not end before all its tasks have come back.
 *
 * Across either call a task must not keep what belongs to a thread: a mutex
 * of lib/sync.h, an address of errno or of a thread-local variable, a
 * pthread_self(), not even one that the compiler keeps for it (coro.h).
 * Functions may use errno that do not switch themselves.
 *
 * Threads:  tasks, each in its own body, not in a generator or another
 *           coroutine that it runs. All others are refused with -EPERM.
 * Blocking: the calling task alone, until a thread is free; and until the
 *           loop comes to it.
 * Memory:   a future for each trip.
 */
#ifndef LIB_TASK_SWITCH_H
#define LIB_TASK_SWITCH_H

#include "lib/pool.h"
#include "lib/task.h"

/*
 * Go on in a thread of the pool; NULL: of the default one (to_thread_pool).
 * Returns 0; or else the task has stayed: -ECANCELED, or another code that
 * was thrown at it: it was told; -ESHUTDOWN: the pool had been shut down, or
 * was before a thread was free; -EALREADY: it is away; -EPERM, -EAGAIN,
 * -ENOMEM.
 */
int task_switch_to(struct pool *pool);

/*
 * Go on in the loop's thread, in the order of coming back. Returns 0; or the
 * task is back and is told now what was thrown at it, such as -ECANCELED; or
 * else it has not moved: -EALREADY: it is not away; -EPERM.
 */
int task_switch_back(void);

/* Is the caller a task that is away? */
bool task_switch_is_away(void);

#endif
