#include "lib/task_impl.h"

#include <errno.h>

#include "lib/must.h"

int tasks_check(const struct tasks *tasks)
{
	return loop_is_mine(tasks->loop) ? 0 : -EPERM;
}

int tasks_check_self(const struct tasks *tasks)
{
	struct task *self = task_self();

	return self && self->tasks == tasks ? 0 : -EPERM;
}

/* --- lines --- */

static void line_append(struct task_line *line, struct task *task)
{
	task->line = line;
	task->line_next = NULL;
	task->line_previous = line->last;
	if (line->last)
		line->last->line_next = task;
	else
		line->first = task;
	line->last = task;
}

void task_line_leave(struct task *task)
{
	struct task_line *line = task->line;

	if (!line)
		return;
	if (task->line_previous)
		task->line_previous->line_next = task->line_next;
	else
		line->first = task->line_next;
	if (task->line_next)
		task->line_next->line_previous = task->line_previous;
	else
		line->last = task->line_previous;
	task->line = NULL;
}

struct task *task_line_wake(struct task_line *line, int answer)
{
	struct task *first = line->first;

	if (first)
		must(task_wake(first, answer));
	return first;
}

void task_line_wake_all(struct task_line *line, int answer)
{
	while (task_line_wake(line, answer))
		;
}

void *task_line_token(const struct task_line *line)
{
	return line->first ? line->first->token : NULL;
}

void task_set_token(void *token)
{
	task_self()->token = token;
}

/* --- suspending --- */

/* tag::suspend[] */
int task_suspend(const struct task_why *why)
{
	struct task *self = task_self();
	int thrown;

	if (!self)
		return -EPERM;
	thrown = task_take_thrown(self);
	if (thrown)
		return thrown;
	self->state = TASK_WAITING;
	self->why = *why;
	task_row_wait(self);
	coro_yield();
	return self->answer;
}

bool task_wake(struct task *task, int answer)
{
	if (task->state != TASK_WAITING)
		return false;
	task_line_leave(task);
	loop_timer_stop(task->loop, &task->deadline);
	task->state = TASK_READY;
	task->answer = answer;
	task_row_woken(task);
	loop_soon(task->loop, &task->step);
	return true;
}
/* end::suspend[] */

static int deadline_came(void *arg)
{
	task_wake(arg, -ETIMEDOUT);
	return 0;
}

static int slept_enough(void *arg)
{
	task_wake(arg, 0);
	return 0;
}

static int start_timer(struct task *self, loop_fn fn, uint64_t due_ns)
{
	self->deadline.call = (struct loop_call){
		.fn = fn, .arg = self, .name = self->name};
	return loop_timer_start(self->loop, &self->deadline, due_ns);
}

int task_line_wait(struct task_line *line, const struct task_why *why,
	uint64_t deadline_ns)
{
	struct task *self = task_self();
	int error;

	if (!self)
		return -EPERM;
	if (deadline_ns == 0)
		return -EAGAIN;
	error = start_timer(self, deadline_came, deadline_ns);
	if (error < 0)
		return error;
	if (line)
		line_append(line, self);
	error = task_suspend(why);
	task_line_leave(self); /* it was thrown before it could wait */
	loop_timer_stop(self->loop, &self->deadline);
	return error;
}

/* What was thrown while it was ready: nothing was handed over to it. */
static int told(struct task *self, int status)
{
	int thrown = status ? 0 : task_take_thrown(self);

	return thrown ? thrown : status;
}

int task_yield(void)
{
	struct task *self = task_self();
	int thrown;

	if (!self)
		return -EPERM;
	thrown = task_take_thrown(self);
	if (thrown)
		return thrown;
	self->state = TASK_READY;
	task_row_state(self);
	loop_soon(self->loop, &self->step);
	coro_yield();
	return told(self, 0);
}

int task_sleep_until(uint64_t due_ns)
{
	struct task *self = task_self();
	int error;

	if (!self)
		return -EPERM;
	error = start_timer(self, slept_enough, due_ns);
	if (error < 0)
		return error;
	error = task_suspend(&(struct task_why){.what = NULL});
	loop_timer_stop(self->loop, &self->deadline);
	return told(self, error);
}

int task_sleep(uint64_t ns)
{
	struct task *self = task_self();
	uint64_t now;

	if (!self)
		return -EPERM;
	if (ns == 0)
		return task_yield();
	now = loop_now(self->loop);
	return task_sleep_until(
		ns < CLOCK_NEVER - now ? now + ns : CLOCK_NEVER);
}

/* --- throwing --- */

int task_take_thrown(struct task *self)
{
	int thrown = self->nshields ? 0 : self->thrown;

	if (thrown)
		self->thrown = 0;
	return thrown;
}

/* Only a cancel overtakes what is on its way, and only for a timeout. */
static bool overtakes(const struct task *task, const bool *thrower)
{
	return !thrower && task->thrower;
}

/* Who waits for a thread comes back at once; who is in one is asked to. */
static void call_home(struct task *task)
{
	if (task->trip && !future_cancel(task->trip))
		future_ask_to_stop(task->trip);
}

void task_throw_for(struct task *task, int code, bool *thrower)
{
	bool under_way = task->thrown || task->telling;

	if (task->state == TASK_DONE ||
		(under_way && !overtakes(task, thrower)))
		return;
	must(loop_is_mine(task->loop));
	if (task->thrown)
		*task->thrower = false;
	if (thrower)
		*thrower = true;
	task->thrower = thrower;
	if (task->state == TASK_WAITING && !task->nshields) {
		task_wake(task, code);
		task->telling = true;
		return;
	}
	task->thrown = code;
	if (task->state == TASK_CREATED)
		task_end_unbegun(task);
	else if (task->state == TASK_AWAY && !task->nshields)
		call_home(task);
}

bool task_take_back(struct task *self, bool *thrower)
{
	if (!*thrower || !self->thrown || self->thrower != thrower)
		return *thrower;
	self->thrown = 0;
	return false;
}

void task_throw(struct task *task, int code)
{
	must(code < 0);
	task_throw_for(task, code, NULL);
}

void task_cancel(struct task *task)
{
	task_throw(task, -ECANCELED);
}

int task_kill(struct task *task, uint64_t deadline_ns)
{
	task_cancel(task);
	return task_join(task, deadline_ns);
}

bool task_cancel_requested(void)
{
	struct task *self = task_self();

	return self && self->thrown != 0;
}

void task_shield(void)
{
	must(task_self());
	task_self()->nshields++;
}

void task_unshield(void)
{
	must(task_self() && task_self()->nshields);
	task_self()->nshields--;
}
