/*
 * The loop must not hand a task over before it has left its stack, nor may a
 * thread hand it back. So leaving is done in two steps: the task says what is
 * to be done and yields; then whoever had resumed it does it, the loop by a
 * call that submits a job to the pool, the thread by ending that job.
 */
#include "lib/task_switch.h"

#include <errno.h>

#include "lib/must.h"
#include "lib/overflow.h"
#include "lib/task_impl.h"
#include "lib/to_thread.h"

/* On the stack of the task, which may be gone once it has been submitted. */
struct departure {
	struct loop_call call;
	struct task *task;
	struct pool *pool;
};

/* --- in a thread of the pool --- */

/* Without memory for overflow_watch an overflow is a SIGSEGV without words. */
static int carry(void *arg, union future_value *value, struct failure *failure)
{
	(void)value, (void)failure;
	overflow_watch();
	task_go_on(arg);
	return 0;
}

/* The job has ended, or was cancelled by whatever thread. */
static int go_home(struct future *future, void *arg)
{
	struct task *task = arg;
	struct loop *loop = loop_ref(task->loop); /* as in task_await.c */

	(void)future;
	must_zero(loop_post(loop, &task->step));
	loop_unref(loop);
	return 0;
}

/* --- in the loop's thread --- */

static int submit(struct task *task, struct pool *pool)
{
	if (task->thrown && !task->nshields)
		return -ECANCELED; /* it will be told what */
	return pool_submit(pool, carry, task, &task->trip);
}

static int depart(void *arg)
{
	const struct departure *departure = arg;
	struct task *task = departure->task;
	int status = submit(task, departure->pool);

	if (status == 0) {
		future_listen(task->trip, &task->trip_over, go_home, task);
		return 0;
	}
	task->answer = status;
	return task_step(task);
}

/* tag::leave[] */
static void leave(struct task *self, struct pool *pool)
{
	struct departure departure = {
		.call = {.fn = depart, .arg = &departure, .name = self->name},
		.task = self,
		.pool = pool,
	};

	self->state = TASK_AWAY;
	self->answer = -ESHUTDOWN; /* if the pool drops it */
	task_row_state(self);
	loop_hold(self->loop);
	loop_soon(self->loop, &departure.call);
	coro_yield();
}
/* end::leave[] */

static int turned_away(struct task *self)
{
	int status = self->answer, thrown;

	task_end_trip(self);
	thrown = task_take_thrown(self);
	return thrown ? thrown : status;
}

/* A generator of the task's would yield to the task instead of the loop. */
static bool may_leave(const struct task *self)
{
	return self && coro_self() == self->coro;
}

int task_switch_to(struct pool *pool)
{
	struct task *self = task_self();
	int status;

	if (task_switch_is_away())
		return -EALREADY;
	if (!may_leave(self))
		return -EPERM;
	status = task_take_thrown(self);
	if (status == 0 && !pool)
		status = to_thread_pool(&pool);
	if (status < 0)
		return status;
	leave(self, pool);
	return task_switch_is_away() ? 0 : turned_away(self);
}

int task_switch_back(void)
{
	struct task *self = task_here();

	if (!may_leave(self))
		return -EPERM;
	if (!task_switch_is_away())
		return -EALREADY;
	task_come_home(self);
	return task_take_thrown(self);
}

/* What a loop calls that the task runs in there is not the task. */
bool task_switch_is_away(void)
{
	const struct task *here = task_here();

	return here && here->state == TASK_AWAY && !loop_current();
}
