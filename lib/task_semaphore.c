#include "lib/task_semaphore.h"

#include <errno.h>

void task_semaphore_init(struct task_semaphore *semaphore, struct tasks *tasks,
	const char *name, size_t count, size_t most)
{
	*semaphore = (struct task_semaphore){
		.tasks = tasks, .name = name, .count = count, .most = most};
}

int task_semaphore_take(struct task_semaphore *semaphore, uint64_t deadline_ns)
{
	const struct task_why why = {
		.what = "semaphore", .name = semaphore->name};

	if (tasks_check_self(semaphore->tasks) < 0)
		return -EPERM;
	if (!semaphore->count)
		return task_line_wait(&semaphore->line, &why, deadline_ns);
	semaphore->count--;
	return 0;
}

int task_semaphore_give(struct task_semaphore *semaphore)
{
	if (tasks_check(semaphore->tasks) < 0)
		return -EPERM;
	if (semaphore->most && semaphore->count == semaphore->most)
		return -EOVERFLOW;
	if (!task_line_wake(&semaphore->line, 0))
		semaphore->count++;
	return 0;
}
