/*
 * task_semaphore - permits for the tasks of one loop
 *
 * A permit that is given back goes to the first in the line.
 *
 * Threads:  the loop's; all others are refused with -EPERM.
 * Blocking: task_semaphore_take, the calling task alone.
 * Memory:   the caller's; the name is not copied. Nobody waits when it goes.
 */
#ifndef LIB_TASK_SEMAPHORE_H
#define LIB_TASK_SEMAPHORE_H

#include "lib/task.h"

struct task_semaphore {
	struct tasks *tasks;
	const char *name;
	size_t count, most;
	struct task_line line;
};

/* most: how many permits there can be; 0: any number. */
void task_semaphore_init(struct task_semaphore *semaphore, struct tasks *tasks,
	const char *name, size_t count, size_t most);

/*
 * Returns 0; -EAGAIN (deadline 0, and there is none); -ETIMEDOUT; -ECANCELED;
 * -EDEADLK: nobody is left who could give one; -ENOMEM; -EPERM.
 */
int task_semaphore_take(struct task_semaphore *semaphore, uint64_t deadline_ns);

/* Returns 0; -EOVERFLOW: there would be more than `most`; -EPERM. */
int task_semaphore_give(struct task_semaphore *semaphore);

#endif
