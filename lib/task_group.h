/*
 * task_group - tasks that end together
 *
 *	task_group_begin(&group);
 *	status = task_group_spawn(&group, "left", fetch, &left);
 *	if (status == 0)
 *		status = task_group_spawn(&group, "right", fetch, &right);
 *	...
 *	status = task_group_end(&group, status, NULL, NULL);
 *
 * No member outlives the group: task_group_end waits for all. The first that
 * fails ends the others, and the task that began the group, which is told
 * -ECANCELED at its next wait: what is left to do has become useless. From
 * then on the group takes no more members. One that is cancelled, but has not
 * failed, ends alone. Groups may be nested; a task may have several.
 *
 * Threads:  the tasks of the group's loop; _begin and _end in the same task.
 * Blocking: task_group_end, until all members are done.
 * Memory:   the caller's, from _begin to _end; it holds its members.
 */
#ifndef LIB_TASK_GROUP_H
#define LIB_TASK_GROUP_H

#include "lib/task.h"

struct task_group {
	struct task *owner;
	struct task *first, *last; /* members, in the order of spawning */
	size_t nleft; /* members that are not done */
	struct task_line waiting; /* the owner, for the end of all */
	bool failing; /* one has failed, or the group is being cancelled */
	bool told; /* the owner was, because of this group */
};

/* Returns 0; -EPERM: no task is calling. */
int task_group_begin(struct task_group *group);

/*
 * Returns 0; -ECANCELED: the group is ending; -ENOMEM, -EAGAIN: see task_spawn.
 */
int task_group_spawn(
	struct task_group *group, const char *name, future_fn fn, void *arg);

/* End all members; the group fails no more than they do. */
void task_group_cancel(struct task_group *group);

/*
 * Wait for all members. status is what the owner has come to so far: anything
 * but 0 cancels them first. Calls visit (unless NULL) for each failure of a
 * member in the order of spawning; the others, had it been NULL, count as
 * unretrieved. Returns FUTURE_FAILED: members have failed; -ECANCELED: the
 * owner was cancelled, now or before; else status.
 */
int task_group_end(struct task_group *group, int status,
	void (*visit)(const struct failure *failure, void *arg), void *arg);

#endif
