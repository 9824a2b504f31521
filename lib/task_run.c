#include "lib/task_impl.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/must.h"
#include "lib/overflow.h"

int tasks_create(struct loop *loop, struct tasks **result)
{
	return tasks_create_with(loop, &(struct stack_rules){0}, result);
}

int tasks_create_with(struct loop *loop, const struct stack_rules *stacks,
	struct tasks **result)
{
	struct tasks *tasks = calloc(1, sizeof(*tasks));
	int error;

	if (!tasks)
		return -ENOMEM;
	error = overflow_watch();
	if (error == 0)
		error = stack_pool_create(stacks, &tasks->stacks);
	if (error < 0) {
		free(tasks);
		return error;
	}
	tasks->loop = loop;
	*result = tasks;
	return 0;
}

struct loop *tasks_loop(const struct tasks *tasks)
{
	return tasks->loop;
}

/* --- the end of those that are left --- */

static void report(
	const struct task *task, int code, const char *what, const char *why)
{
	struct failure failure;

	failure_set(&failure, code, task->name, "%s%s", what, why);
	loop_report(task->loop, &failure);
}

static void cancel_all(struct tasks *tasks)
{
	struct task *task = tasks->first, *next;

	for (; task; task = next) {
		next = task->next;
		if (task->state != TASK_CREATED)
			task_cancel(task);
	}
}

static bool any_started(const struct tasks *tasks)
{
	const struct task *task = tasks->first;

	while (task && task->state == TASK_CREATED)
		task = task->next;
	return task != NULL;
}

/* Until they are done, or will never be. */
static void end_all(struct tasks *tasks)
{
	cancel_all(tasks);
	while (any_started(tasks) && loop_run(tasks->loop) == LOOP_STOPPED)
		;
}

static void report_unstarted(struct tasks *tasks)
{
	struct task *task = tasks->first, *next;

	for (; task; task = next) {
		next = task->next;
		if (task->state != TASK_CREATED)
			continue;
		report(task, -ECANCELED, "never awaited", "");
		task_end_unbegun(task);
	}
}

static void destroy_task(struct task *task)
{
	task_line_leave(task);
	loop_timer_stop(task->loop, &task->deadline);
	task_end_unbegun(task);
}

/*
 * Those who wait for the end of another are on their stacks when they are told
 * of it: so first all futures end, and then the stacks go.
 */
static void end_by_force(struct tasks *tasks)
{
	for (struct task *task = tasks->first; task; task = task->next) {
		report(task, -EDEADLK, "never ended", "");
		future_cancel(&task->future);
	}
	end_all(tasks);
	while (tasks->first)
		destroy_task(tasks->first);
}

void tasks_destroy(struct tasks *tasks)
{
	must_zero(tasks_check(tasks));
	end_all(tasks);
	report_unstarted(tasks);
	end_by_force(tasks);
	stack_pool_destroy(tasks->stacks);
	free(tasks);
}

/* --- running --- */

/* tag::deadlock[] */
static void report_blocked(const struct tasks *tasks)
{
	char why[128];

	for (const struct task *task = tasks->first; task; task = task->next) {
		if (task->state == TASK_WAITING)
			report(task, -EDEADLK, "",
				task_describe(task, why, sizeof(why)));
	}
}

/* Until it is done: nothing left to run means that nobody will wake it. */
static int run_main(struct tasks *tasks)
{
	while (tasks->main->state != TASK_DONE) {
		if (loop_run(tasks->loop) == LOOP_STOPPED) {
			if (tasks->main->state != TASK_DONE)
				return -EINTR;
			break;
		}
		if (tasks->main->state != TASK_WAITING)
			continue;
		report_blocked(tasks);
		task_wake(tasks->main, -EDEADLK);
	}
	return 0;
}
/* end::deadlock[] */

int tasks_run(struct tasks *tasks, const char *name, future_fn fn, void *arg,
	union future_value *value, struct failure *failure)
{
	int status;

	if (loop_current() || tasks_check(tasks) < 0)
		return -EBUSY;
	status = task_spawn(tasks, name, fn, arg, &tasks->main);
	if (status < 0)
		return status;
	status = run_main(tasks);
	end_all(tasks);
	if (status == 0)
		status = task_result(tasks->main, value, failure);
	task_unref(tasks->main);
	tasks->main = NULL;
	return status;
}
