/*
 * Waiting for futures, those of tasks and others. A callback of the future
 * wakes the waiter. It may run in another thread, and then posts a call to
 * the loop. So a waiter that gives up asks each future to forget it, and
 * waits a little longer for those that answer that the call is on its way:
 * it lies in the waiter's memory.
 */
#include "lib/task_impl.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/must.h"

struct await {
	struct task *task;
	struct loop *loop;
	size_t nmissing; /* futures to end before the task is woken */
};

struct watch {
	struct future_callback callback;
	struct loop_call call;
	struct await *await;
	struct future *future;
	bool arrived;
};

static int arrive(void *arg)
{
	struct watch *watch = arg;
	struct await *await = watch->await;

	watch->arrived = true;
	if (await->nmissing && --await->nmissing == 0)
		task_wake(await->task, 0);
	return 0;
}

static int future_over(struct future *future, void *arg)
{
	struct watch *watch = arg;
	struct loop *loop = watch->await->loop;

	(void)future;
	if (loop_current() == loop)
		return arrive(watch);
	loop_ref(loop); /* the post may let it end before it has returned */
	must_zero(loop_post(loop, &watch->call));
	loop_unref(loop);
	return 0;
}

static void begin_watch(
	struct watch *watch, struct await *await, struct future *future)
{
	*watch = (struct watch){
		.call = {.fn = arrive, .arg = watch, .name = "future"},
		.await = await,
		.future = future,
	};
	future_listen(future, &watch->callback, future_over, watch);
}

static void end_watch(struct watch *watch, const struct task_why *why)
{
	if (watch->arrived || future_unlisten(watch->future, &watch->callback))
		return;
	task_shield();
	while (!watch->arrived) {
		watch->await->nmissing = 1;
		task_suspend(why);
	}
	task_unshield();
}

/* Else a timeout around the wait was thrown. */
static bool is_deadline(
	const struct task *self, int status, uint64_t deadline_ns)
{
	return status == -ETIMEDOUT && loop_now(self->loop) >= deadline_ns;
}

/* What it waited for has come as well: it learns that, and then the rest. */
static void tell_later(struct task *self, int status)
{
	if (!self->thrown)
		self->thrown = status;
}

/* All watches, which have begun, until await->nmissing is 0. */
static int wait_watches(struct watch *watches, size_t nwatches,
	struct await *await, const struct task_why *why, uint64_t deadline_ns)
{
	int status = 0;

	if (await->nmissing)
		status = task_line_wait(NULL, why, deadline_ns);
	if (await->nmissing == 0) {
		if (status < 0 &&
			!is_deadline(await->task, status, deadline_ns))
			tell_later(await->task, status);
		status = 0;
	}
	await->nmissing = 0;
	for (size_t i = 0; i < nwatches; i++)
		end_watch(&watches[i], why);
	return status;
}

/* A task of this loop, or NULL. */
static struct task *own_task(const struct task *self, struct future *future)
{
	struct task *task = (struct task *)future;

	return task_owns(future) && task->loop == self->loop ? task : NULL;
}

/* Only what ends elsewhere can end while the loop has nothing to do. */
static int wait_one(
	struct task *self, struct future *future, uint64_t deadline_ns)
{
	struct task *task = own_task(self, future);
	const struct task_why why = {
		.what = task ? "the end" : "a future",
		.of = &task,
		.object = task ? NULL : future,
		.holder = task ? &task->id : NULL,
	};
	struct await await = {.task = self, .loop = self->loop, .nmissing = 1};
	struct watch watch;
	int status;

	if (!task)
		loop_hold(await.loop);
	begin_watch(&watch, &await, future);
	status = wait_watches(&watch, 1, &await, &why, deadline_ns);
	if (!task)
		loop_release(await.loop);
	return status;
}

/* Returns whether its end is still to come. */
static bool cancel_awaited(struct task *self, struct future *future)
{
	struct task *task = own_task(self, future);

	if (!task && future_cancel(future))
		return false;
	if (!task) {
		future_ask_to_stop(future);
		return true;
	}
	task_cancel(task);
	return task->state != TASK_DONE;
}

/*
 * The waiter was told to stop, and stops what it waits for. If that ends in
 * another way nevertheless, the waiter learns so, and is told again at its
 * next wait. A deadline of its own is not told again.
 */
static int cancel_and_wait(
	struct task *self, struct future *future, int status, bool own_deadline)
{
	if (cancel_awaited(self, future)) {
		int error;

		task_shield();
		error = wait_one(self, future, CLOCK_NEVER);
		task_unshield();
		if (error < 0)
			return error;
	}
	if (future_state(future) == FUTURE_CANCELLED)
		return status;
	if (!own_deadline)
		tell_later(self, status);
	return 0;
}

int task_await(struct future *future, enum task_await how, uint64_t deadline_ns)
{
	struct task *self = task_self();
	int status;

	if (!self)
		return -EPERM;
	if (future_is_over(future))
		return 0;
	if (deadline_ns == 0)
		return -EAGAIN;
	status = wait_one(self, future, deadline_ns);
	if (status == 0 || how == TASK_AWAIT_LEAVE || status == -ENOMEM ||
		status == -EDEADLK)
		return status;
	if (is_deadline(self, status, deadline_ns))
		return status;
	return cancel_and_wait(self, future, status, false);
}

int task_join(struct task *task, uint64_t deadline_ns)
{
	if (task == task_self())
		return -EDEADLK;
	return task_await(&task->future, TASK_AWAIT_LEAVE, deadline_ns);
}

int task_wait_for(struct task *task, uint64_t deadline_ns)
{
	struct task *self = task_self();
	int status;

	if (task->state != TASK_DONE && self &&
		deadline_ns <= loop_now(self->loop))
		status = -ETIMEDOUT;
	else
		status = task_join(task, deadline_ns);
	if (status != -ETIMEDOUT && status != -ECANCELED)
		return status;
	return cancel_and_wait(self, &task->future, status,
		is_deadline(self, status, deadline_ns));
}

/* --- many --- */

/* Each of them once: those that are left to wait for come first. */
static size_t distinct(struct task *const tasks[], size_t ntasks,
	struct watch *watches, size_t *nover)
{
	uint64_t stamp = ++task_self()->tasks->nstamps;
	size_t n = 0;

	*nover = 0;
	for (size_t i = 0; i < ntasks; i++) {
		if (tasks[i]->stamp == stamp)
			continue;
		tasks[i]->stamp = stamp;
		if (tasks[i]->state == TASK_DONE)
			++*nover;
		else
			watches[n++].future = &tasks[i]->future;
	}
	return n;
}

static struct task *first_failed(struct task *const tasks[], size_t ntasks)
{
	struct task *first = NULL;

	for (size_t i = 0; i < ntasks; i++) {
		if (!future_has_failed(&tasks[i]->future))
			continue;
		if (!first || tasks[i]->rank < first->rank)
			first = tasks[i];
	}
	return first;
}

static int wait_many(
	struct watch *watches, size_t n, size_t nmissing, uint64_t deadline_ns)
{
	struct await await = {.task = task_self(), .loop = task_self()->loop};
	const struct task_why why = {.what = "the end of several",
		.of = (struct task *const *)&watches[0].future};

	if (nmissing == 0)
		return 0;
	if (deadline_ns == 0)
		return -EAGAIN;
	await.nmissing = nmissing;
	for (size_t i = 0; i < n; i++)
		begin_watch(&watches[i], &await, watches[i].future);
	return wait_watches(watches, n, &await, &why, deadline_ns);
}

int task_join_all(struct task *const tasks[], size_t ntasks, size_t count,
	uint64_t deadline_ns, struct task **failed)
{
	struct watch *watches;
	size_t n, nover;
	int status;

	if (!task_self())
		return -EPERM;
	watches = calloc(ntasks ? ntasks : 1, sizeof(*watches));
	if (!watches)
		return -ENOMEM;
	n = distinct(tasks, ntasks, watches, &nover);
	if (count == 0 || count > n + nover)
		count = n + nover;
	status = wait_many(
		watches, n, count > nover ? count - nover : 0, deadline_ns);
	free(watches);
	if (failed)
		*failed = first_failed(tasks, ntasks);
	return status;
}
