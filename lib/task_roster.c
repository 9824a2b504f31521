/*
 * Tasks in the table of all tasks (roster.h): a row each, that says what it is
 * doing, what it waits for, and who is in the way.
 */
#include "lib/task_impl.h"

#include <stdatomic.h>
#include <stdlib.h>

void tasks_enroll(struct tasks *tasks)
{
	tasks->enrolled = true;
}

/* Without memory for its row a task is not shown. */
void task_row_create(struct task *task)
{
	if (!task->tasks->enrolled)
		return;
	task->row = malloc(sizeof(*task->row));
	if (!task->row)
		return;
	roster_add(task->row, task->name);
	roster_set_state(task->row, "created");
	/* Relaxed: whoever waits for the task learns of it on this thread. */
	atomic_store_explicit(
		&task->id, roster_id(task->row), memory_order_relaxed);
}

void task_row_destroy(struct task *task)
{
	if (!task->row)
		return;
	roster_remove(task->row);
	free(task->row);
	task->row = NULL;
}

void task_row_state(struct task *task)
{
	if (task->row)
		roster_set_state(task->row, task_state_name(task->state));
}

void task_row_wait(struct task *task)
{
	const struct task_why *why = &task->why;
	bool timed = loop_timer_runs(&task->deadline);

	if (!task->row)
		return;
	roster_wait_begin(
		task->row, &(struct roster_wait){
				   .what = why->what ? why->what : "its time",
				   .object = why->object,
				   .owner = why->holder,
				   .deadline_ns = timed ? 1 : CLOCK_NEVER,
			   });
}

void task_row_woken(struct task *task)
{
	roster_wait_end(task->row);
	task_row_state(task);
}
