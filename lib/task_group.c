#include "lib/task_group.h"

#include <errno.h>

#include "lib/must.h"
#include "lib/task_impl.h"

int task_group_begin(struct task_group *group)
{
	*group = (struct task_group){.owner = task_self()};
	return group->owner ? 0 : -EPERM;
}

int task_group_spawn(
	struct task_group *group, const char *name, future_fn fn, void *arg)
{
	struct task *task;
	int error;

	if (tasks_check_self(group->owner->tasks) < 0)
		return -EPERM;
	if (group->failing)
		return -ECANCELED;
	error = task_spawn(group->owner->tasks, name, fn, arg, &task);
	if (error < 0)
		return error;
	task->group = group;
	if (group->last)
		group->last->group_next = task;
	else
		group->first = task;
	group->last = task;
	group->nleft++;
	return 0;
}

void task_group_cancel(struct task_group *group)
{
	group->failing = true;
	for (struct task *task = group->first; task; task = task->group_next)
		task_cancel(task);
}

void task_group_left(struct task_group *group, struct task *task)
{
	task->group = NULL;
	if (future_has_failed(&task->future) && !group->failing) {
		task_group_cancel(group);
		if (!group->waiting.first)
			task_throw_for(group->owner, -ECANCELED, &group->told);
	}
	if (--group->nleft == 0)
		task_line_wake(&group->waiting, 0);
}

static int wait_once(struct task_group *group)
{
	const struct task_why why = {
		.what = "its group, and the end", .of = &group->first};

	return task_line_wait(&group->waiting, &why, CLOCK_NEVER);
}

/* Members that nothing can end any more live on without the group. */
static void let_go(struct task_group *group)
{
	for (struct task *task = group->first; task; task = task->group_next)
		task->group = NULL;
	group->nleft = 0;
}

/* Returns 0, or what the owner was told by others meanwhile. */
static int wait_for_members(struct task_group *group)
{
	int status = group->nleft ? wait_once(group) : 0;

	if (status < 0)
		task_group_cancel(group);
	task_shield();
	while (group->nleft) {
		if (wait_once(group) == -EDEADLK)
			let_go(group);
	}
	task_unshield();
	return status;
}

static size_t visit_failures(struct task_group *group,
	void (*visit)(const struct failure *failure, void *arg), void *arg)
{
	struct task *task = group->first, *next;
	size_t nfailed = 0;

	for (; task; task = next) {
		struct failure failure;

		next = task->group_next;
		if (future_has_failed(&task->future)) {
			nfailed++;
			if (visit && task_result(task, NULL, &failure) ==
					     FUTURE_FAILED)
				visit(&failure, arg);
		}
		task_unref(task);
	}
	return nfailed;
}

int task_group_end(struct task_group *group, int status,
	void (*visit)(const struct failure *failure, void *arg), void *arg)
{
	bool told;
	int waited;

	must(group->owner == task_self());
	if (status)
		task_group_cancel(group);
	told = task_take_back(group->owner, &group->told);
	waited = wait_for_members(group);
	if (visit_failures(group, visit, arg))
		return FUTURE_FAILED;
	if (told && status == -ECANCELED)
		status = 0;
	return waited ? waited : status;
}
