#include "lib/task_event.h"

#include <errno.h>

void task_event_init(
	struct task_event *event, struct tasks *tasks, const char *name)
{
	*event = (struct task_event){.tasks = tasks, .name = name};
}

int task_event_set(struct task_event *event)
{
	if (tasks_check(event->tasks) < 0)
		return -EPERM;
	event->is_set = true;
	task_line_wake_all(&event->line, 0);
	return 0;
}

int task_event_clear(struct task_event *event)
{
	if (tasks_check(event->tasks) < 0)
		return -EPERM;
	event->is_set = false;
	return 0;
}

int task_event_wait(struct task_event *event, uint64_t deadline_ns)
{
	const struct task_why why = {.what = "event", .name = event->name};

	if (tasks_check_self(event->tasks) < 0)
		return -EPERM;
	if (event->is_set)
		return 0;
	return task_line_wait(&event->line, &why, deadline_ns);
}
