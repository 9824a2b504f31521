#include "lib/task_lock.h"

#include <errno.h>
#include <stdatomic.h>

#include "lib/must.h"

void task_lock_init(
	struct task_lock *lock, struct tasks *tasks, const char *name)
{
	*lock = (struct task_lock){.tasks = tasks, .name = name};
}

/* Relaxed: only a dump looks from another thread, and takes what it sees. */
static void set_holder(struct task_lock *lock, pid_t id)
{
	atomic_store_explicit(&lock->holder, id, memory_order_relaxed);
}

static void own(struct task_lock *lock, struct task *task)
{
	lock->owner = task_ref(task);
	set_holder(lock,
		atomic_load_explicit(task_id(task), memory_order_relaxed));
}

int task_lock_take(struct task_lock *lock, uint64_t deadline_ns)
{
	const struct task_why why = {.what = "lock",
		.name = lock->name,
		.of = &lock->owner,
		.object = lock,
		.holder = &lock->holder};

	if (tasks_check_self(lock->tasks) < 0)
		return -EPERM;
	if (lock->owner == task_self())
		return -EDEADLK;
	if (lock->owner)
		return task_line_wait(&lock->line, &why, deadline_ns);
	own(lock, task_self());
	return 0;
}

/* tag::hand-over[] */
int task_lock_give(struct task_lock *lock)
{
	struct task *next;

	if (!lock->owner || lock->owner != task_self())
		return -EPERM;
	task_unref(lock->owner);
	lock->owner = NULL;
	set_holder(lock, 0);
	next = task_line_wake(&lock->line, 0);
	if (next)
		own(lock, next);
	return 0;
}
/* end::hand-over[] */

void task_cond_init(
	struct task_cond *cond, struct tasks *tasks, const char *name)
{
	*cond = (struct task_cond){.tasks = tasks, .name = name};
}

/* Whatever is thrown meanwhile is told at the next wait. */
static int take_again(struct task_lock *lock)
{
	int error;

	task_shield();
	do {
		error = task_lock_take(lock, CLOCK_NEVER);
	} while (error == -ENOMEM);
	task_unshield();
	return error;
}

int task_cond_wait(
	struct task_cond *cond, struct task_lock *lock, uint64_t deadline_ns)
{
	const struct task_why why = {.what = "condition", .name = cond->name};
	int status, error;

	if (tasks_check_self(cond->tasks) < 0 || task_lock_give(lock) < 0)
		return -EPERM;
	status = task_line_wait(&cond->line, &why, deadline_ns);
	error = take_again(lock);
	return error ? error : status;
}

int task_cond_notify(struct task_cond *cond, size_t n)
{
	if (tasks_check(cond->tasks) < 0)
		return -EPERM;
	while (n-- && task_line_wake(&cond->line, 0))
		;
	return 0;
}
