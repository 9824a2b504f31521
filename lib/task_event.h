/*
 * task_event - something that has happened, or not yet
 *
 * Waiting for an event that is set returns at once. Setting it wakes exactly
 * those who wait at that moment; who waits after a clear waits for the next
 * time. It may be set by a call of the loop as well as by a task; from another
 * thread through loop_post.
 *
 * Threads:  the loop's; all others are refused with -EPERM.
 * Blocking: task_event_wait, the calling task alone.
 * Memory:   the caller's; the name is not copied. Nobody waits when it goes.
 */
#ifndef LIB_TASK_EVENT_H
#define LIB_TASK_EVENT_H

#include "lib/task.h"

struct task_event {
	struct tasks *tasks;
	const char *name;
	bool is_set;
	struct task_line line;
};

void task_event_init(
	struct task_event *event, struct tasks *tasks, const char *name);

/* Both return 0; -EPERM. */
int task_event_set(struct task_event *event);
int task_event_clear(struct task_event *event);

/*
 * Returns 0; -EAGAIN (deadline 0, and it is not set); -ETIMEDOUT; -ECANCELED;
 * -EDEADLK: nobody is left who could set it; -ENOMEM; -EPERM.
 */
int task_event_wait(struct task_event *event, uint64_t deadline_ns);

#endif
