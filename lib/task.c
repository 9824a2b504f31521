#include "lib/task_impl.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/must.h"

/* Never inlined: who asks may have changed threads. */
__attribute__((noinline)) static struct task **running(void)
{
	static _Thread_local struct task *task;

	__asm__ volatile("" ::: "memory");
	return &task;
}

struct task *task_here(void)
{
	return *running();
}

/* Nobody changes the state of a task that is away. */
struct task *task_self(void)
{
	struct task *here = *running();

	return here && here->state != TASK_AWAY ? here : NULL;
}

/* --- the list of all --- */

static void link_task(struct tasks *tasks, struct task *task)
{
	task->previous = tasks->last;
	if (tasks->last)
		tasks->last->next = task;
	else
		tasks->first = task;
	tasks->last = task;
}

static void unlink_task(struct tasks *tasks, struct task *task)
{
	if (task->previous)
		task->previous->next = task->next;
	else
		tasks->first = task->next;
	if (task->next)
		task->next->previous = task->previous;
	else
		tasks->last = task->previous;
}

void tasks_each(const struct tasks *tasks,
	void (*visit)(const struct task *task, void *arg), void *arg)
{
	for (const struct task *task = tasks->first; task; task = task->next)
		visit(task, arg);
}

/* --- life --- */

static struct task *task_of(struct future *future)
{
	return (struct task *)future; /* its first member */
}

static void destroy(struct future *future)
{
	struct task *task = task_of(future);

	if (task->outside_loop)
		loop_unref(task->outside_loop);
	free(task);
}

/* A thread must not sleep until a task is done that only it can run. */
static int before_sleep(struct future_wait *wait)
{
	const struct task *task = task_of(wait->futures[0]);

	return loop_current() == task->loop ? -EDEADLK : 0;
}

static const struct future_kind task_kind = {
	.destroy = destroy, .before_sleep = before_sleep};

int task_create(struct tasks *tasks, const char *name, future_fn fn, void *arg,
	struct task **result)
{
	struct task *task;

	if (tasks_check(tasks) < 0)
		return -EPERM;
	task = calloc(1, sizeof(*task));
	if (!task)
		return -ENOMEM;
	future_init(&task->future, &task_kind);
	task_ref(task); /* the loop's */
	task->tasks = tasks;
	task->loop = tasks->loop;
	snprintf(task->name, sizeof(task->name), "%s", name ? name : "task");
	task->fn = fn;
	task->arg = arg;
	task->locals = locals_snapshot();
	task->step = (struct loop_call){
		.fn = task_step, .arg = task, .name = task->name};
	link_task(tasks, task);
	task_row_create(task);
	*result = task;
	return 0;
}

static void task_main(void *arg)
{
	struct task *task = arg;

	task->begun = true;
	task->status = task->fn(task->arg, &task->value, &task->failure);
	if (task->state == TASK_AWAY)
		task_come_home(task);
}

int task_start(struct task *task)
{
	int error;

	if (tasks_check(task->tasks) < 0)
		return -EPERM;
	if (task->state == TASK_DONE)
		return task->begun ? -EALREADY : -ECANCELED;
	if (task->state != TASK_CREATED)
		return -EALREADY;
	error = coro_create(
		task->tasks->stacks, task->name, task_main, task, &task->coro);
	if (error < 0)
		return error;
	task->state = TASK_READY;
	task_row_state(task);
	loop_soon(task->loop, &task->step);
	return 0;
}

int task_spawn(struct tasks *tasks, const char *name, future_fn fn, void *arg,
	struct task **result)
{
	struct task *task = NULL;
	int error = task_create(tasks, name, fn, arg, &task);

	if (error < 0)
		return error;
	error = task_start(task);
	if (error < 0)
		task_end_unbegun(task);
	if (error == 0 && result)
		*result = task;
	else
		task_unref(task);
	return error;
}

bool task_owns(const struct future *future)
{
	return future->kind == &task_kind;
}

struct task *task_ref(struct task *task)
{
	future_ref(&task->future);
	return task;
}

void task_unref(struct task *task)
{
	if (task)
		future_unref(&task->future);
}

/* --- running and ending --- */

/* A task that is away may run a loop of its own: then there is an outer one. */
bool task_go_on(struct task *task)
{
	struct task *outer = task_here();
	struct locals *outside = locals_swap(task->locals);
	int goes_on;

	*running() = task;
	goes_on = coro_resume(task->coro);
	*running() = outer;
	task->locals = locals_swap(outside);
	return goes_on;
}

static void resume(struct task *task)
{
	task->state = TASK_RUNNING;
	task_row_state(task);
	task->telling = false;
	if (!task_go_on(task))
		task_end(task);
}

void task_come_home(struct task *self)
{
	coro_yield();
	task_end_trip(self);
}

void task_end_trip(struct task *self)
{
	future_unref(self->trip);
	self->trip = NULL;
	loop_release(self->loop);
}

int task_step(void *arg)
{
	struct task *task = arg;

	if (!task->begun && task->thrown && !task->begins)
		task_end_unbegun(task);
	else
		resume(task);
	return 0;
}

/* A cancelled future cannot be started: what the body came to is dropped. */
static void settle(struct task *task)
{
	int status = task->thrown ? task->thrown : task->status;

	if (status && !task->failure.code)
		failure_set(&task->failure, status, task->name, "%s", "");
	if (status == -ECANCELED)
		future_cancel(&task->future);
	else if (!future_start(&task->future)) {
		if (status)
			failure_unretrieved(&task->failure);
	} else if (status)
		future_fail(&task->future, &task->failure);
	else
		future_complete(&task->future, task->value);
}

static void leave(struct task *task)
{
	struct tasks *tasks = task->tasks;

	task->state = TASK_DONE;
	task->rank = ++tasks->ndone;
	unlink_task(tasks, task);
	locals_unref(task->locals);
	task_row_destroy(task);
	settle(task);
	if (task->group)
		task_group_left(task->group, task);
	if (task == tasks->main)
		loop_stop(tasks->loop);
	task_unref(task);
}

void task_end(struct task *task)
{
	coro_destroy(task->coro);
	task->coro = NULL;
	leave(task);
}

void task_end_unbegun(struct task *task)
{
	loop_cancel(task->loop, &task->step);
	if (!task->thrown)
		task->thrown = -ECANCELED;
	if (task->coro)
		coro_destroy(task->coro);
	task->coro = NULL;
	leave(task);
}

void task_begin_anyway(struct task *task)
{
	task->begins = true;
}

/* --- looking --- */

const _Atomic pid_t *task_id(const struct task *task)
{
	return &task->id;
}

struct tasks *task_tasks(const struct task *task)
{
	return task->tasks;
}

const char *task_name(const struct task *task)
{
	return task->name;
}

enum task_state task_state(const struct task *task)
{
	return task->state;
}

const char *task_state_name(enum task_state state)
{
	static const char *const names[] = {
		[TASK_CREATED] = "created",
		[TASK_READY] = "ready",
		[TASK_RUNNING] = "running",
		[TASK_WAITING] = "waiting",
		[TASK_AWAY] = "away",
		[TASK_DONE] = "done",
	};

	return names[state];
}

char *task_describe(const struct task *task, char *text, size_t size)
{
	const struct task_why *why = &task->why;
	const struct task *of = why->of ? *why->of : NULL;

	if (task->state != TASK_WAITING)
		snprintf(text, size, "is %s", task_state_name(task->state));
	else if (!why->what)
		snprintf(text, size, "sleeps");
	else
		snprintf(text, size, "waits for %s%s%s%s%s%s%s", why->what,
			why->name ? " '" : "", why->name ? why->name : "",
			why->name ? "'" : "", of ? " of '" : "",
			of ? of->name : "", of ? "'" : "");
	return text;
}

static int cancel_from_outside(void *arg)
{
	struct task *task = arg;

	task_cancel(task);
	task_unref(task);
	return 0;
}

static int drop_outside(void *arg)
{
	task_unref(arg);
	return 0;
}

/* In any thread. The loop may be gone. */
static int future_over(struct future *future, void *arg)
{
	struct task *task = arg;

	if (future_state(future) != FUTURE_CANCELLED)
		return 0;
	if (loop_current() == task->outside_loop && task->state == TASK_DONE)
		return 0;
	task->outside_call = (struct loop_call){
		.fn = cancel_from_outside,
		.arg = task_ref(task),
		.name = task->name,
		.drop = drop_outside,
	};
	if (loop_post(task->outside_loop, &task->outside_call) < 0)
		task_unref(task);
	return 0;
}

struct future *task_future(struct task *task)
{
	if (!task->outside_loop && !future_is_over(&task->future)) {
		task->outside_loop = loop_ref(task->loop);
		future_listen(&task->future, &task->outside, future_over, task);
	}
	return &task->future;
}

int task_result(
	struct task *task, union future_value *value, struct failure *failure)
{
	return future_result(&task->future, 0, value, failure);
}
