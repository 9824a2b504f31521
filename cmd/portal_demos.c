/*
 * The demonstrations of conc portal. Only the loop's thread tells anything:
 * what a worker has to say goes through the portal as well.
 */
#include "cmd/portal.h"

#include "lib/clock.h"
#include "lib/sync.h"
#include "lib/task_event.h"

#include <errno.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

static void say(const struct portal_show *show, const char *what)
{
	uint64_t ns = loop_now(show->loop) - show->begun;

	report_item(show->report, "%s at %.1f seconds", what,
		(double)ns / (double)show->second);
}

/* 0, or what a body fails with. */
static int failed_with(int status, const struct failure *failure)
{
	return status == FUTURE_FAILED ? failure->code : status;
}

int portal_show_await(struct future *job, union future_value *value)
{
	struct failure failure;
	int status = task_await(job, TASK_AWAIT_CANCEL, CLOCK_NEVER);

	if (status == 0)
		status = failed_with(
			future_result(job, 0, value, &failure), &failure);
	future_unref(job);
	return status;
}

/* --- event: a worker sets an event --- */

struct event_show {
	struct portal_show *show;
	struct task_event event;
};

static int call_nothing(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	return 0;
}

BODY(try_to_call)
{
	const struct portal_show *show = arg;

	(void)value;
	return portal_call(
		show->portal, call_nothing, NULL, CLOCK_NEVER, NULL, failure);
}

static int tell_refused(struct portal_show *show, const char *when)
{
	struct future *job;
	int status = pool_submit(show->pool, try_to_call, show, &job);

	if (status == 0)
		status = portal_show_await(job, NULL);
	if (status != -EPIPE)
		return status;
	report_item(show->report, "%s: error: the portal is not running", when);
	return 0;
}

/* tag::event[] */
static int set_event(void *arg, struct portal_answer *answer)
{
	struct event_show *event = arg;
	pthread_t loop_thread = event->show->loop_thread;

	(void)answer;
	say(event->show, pthread_equal(pthread_self(), loop_thread)
				 ? "set() ran in the loop thread"
				 : "set() ran in another thread");
	return task_event_set(&event->event);
}

BODY(work_and_set)
{
	struct event_show *event = arg;
	struct portal_show *show = event->show;
	struct semaphore nobody = {0};

	(void)value;
	semaphore_wait(&nobody, clock_now() + show->second);
	return portal_call(
		show->portal, set_event, event, CLOCK_NEVER, NULL, failure);
}

BODY(handle)
{
	struct event_show *event = arg;
	int status = task_event_wait(&event->event, CLOCK_NEVER);

	(void)value, (void)failure;
	if (status == 0)
		say(event->show, "the handler replies");
	return status;
}
/* end::event[] */

/* To wait for oneself would be for ever. */
static int set_from_loop(struct event_show *event)
{
	int status = portal_call(
		event->show->portal, set_event, event, CLOCK_NEVER, NULL, NULL);

	if (status != -EDEADLK)
		return status;
	report_item(event->show->report,
		"refused: called from the loop thread, error %d (EDEADLK)",
		-status);
	return task_event_set(&event->event);
}

static int set_from_worker(struct event_show *event)
{
	struct future *job;
	int status = pool_submit(event->show->pool, work_and_set, event, &job);

	return status == 0 ? portal_show_await(job, NULL) : status;
}

static int have_it_set(struct event_show *event)
{
	struct task *handler;
	int status = task_spawn(
		event->show->tasks, "handler", handle, event, &handler);

	if (status < 0)
		return status;
	status = event->show->from_loop ? set_from_loop(event)
					: set_from_worker(event);
	if (status < 0)
		task_cancel(handler);
	task_join(handler, CLOCK_NEVER);
	task_unref(handler);
	return status;
}

int portal_show_event(
	void *arg, union future_value *value, struct failure *failure)
{
	struct event_show event = {.show = arg};
	struct portal_show *show = arg;
	int status = tell_refused(show, "before open");

	(void)value, (void)failure;
	task_event_init(&event.event, show->tasks, "event");
	if (status == 0)
		status = portal_open(show->portal);
	if (status < 0)
		return status;
	if (portal_open(show->portal) == -EALREADY)
		report_item(show->report,
			"opened twice: error: it was opened before");
	show->begun = loop_now(show->loop);
	status = have_it_set(&event);
	portal_close(show->portal, PORTAL_DRAIN);
	return status == 0 ? tell_refused(show, "after close") : status;
}

/* --- spawn: a worker starts tasks --- */

struct numbered {
	struct portal_show *show;
	uint64_t number;
	struct future *future;
};

struct spawn_show {
	struct portal_show *show;
	struct numbered tasks[PORTAL_MOST_TASKS];
	struct future *futures[PORTAL_MOST_TASKS];
	int n;
};

/* tag::spawn[] */
BODY(long_running_task)
{
	struct numbered *self = arg;
	const struct portal_show *show = self->show;
	int status = task_sleep(show->second);

	(void)failure;
	if (status < 0)
		return status;
	report_item(show->report, "Task %llu running...",
		(unsigned long long)self->number);
	value->word = self->number;
	return task_sleep(self->number * show->second);
}

static int start_all(struct spawn_show *spawn)
{
	struct portal_show *show = spawn->show;

	for (int i = 0; i < show->nnumbers; i++) {
		struct numbered *task = &spawn->tasks[i];
		int status;

		*task = (struct numbered){show, show->numbers[i], NULL};
		status = portal_spawn(show->portal, "numbered",
			long_running_task, task, &task->future);
		if (status < 0)
			return status;
		spawn->futures[spawn->n++] = task->future;
		if (task->number == show->cancel)
			future_cancel(task->future);
	}
	return 0;
}
/* end::spawn[] */

static int tell_numbered(void *arg, struct portal_answer *answer)
{
	const struct numbered *task = arg;
	int status = future_result(task->future, 0, NULL, &answer->failure);

	if (status == FUTURE_FAILED)
		return answer->failure.code;
	report_item(task->show->report, "Task %llu %s",
		(unsigned long long)task->number,
		status == 0 ? "return value" : "cancelled");
	return 0;
}

static struct numbered *find_numbered(
	struct spawn_show *spawn, const struct future *future)
{
	int i = 0;

	while (spawn->tasks[i].future != future)
		i++;
	return &spawn->tasks[i];
}

static int tell_as_completed(struct spawn_show *spawn)
{
	struct as_completed *iterator;
	struct future *future;
	struct failure failure;
	int status = as_completed_create(
		spawn->futures, (size_t)spawn->n, CLOCK_NEVER, &iterator);

	if (status < 0)
		return status;
	while (status == 0 && as_completed_next(iterator, &future) == 1) {
		status = portal_call(spawn->show->portal, tell_numbered,
			find_numbered(spawn, future), CLOCK_NEVER, NULL,
			&failure);
		status = failed_with(status, &failure);
	}
	as_completed_destroy(iterator);
	return status;
}

BODY(spawn_from_worker)
{
	struct spawn_show *spawn = arg;
	int status = start_all(spawn);

	(void)value, (void)failure;
	if (status == 0)
		status = tell_as_completed(spawn);
	return status;
}

int portal_show_spawn(
	void *arg, union future_value *value, struct failure *failure)
{
	struct portal_show *show = arg;
	struct spawn_show spawn = {.show = show};
	struct future *job;
	int status = portal_open(show->portal);

	(void)value, (void)failure;
	if (status < 0)
		return status;
	show->begun = loop_now(show->loop);
	status = pool_submit(show->pool, spawn_from_worker, &spawn, &job);
	if (status == 0)
		status = portal_show_await(job, NULL);
	portal_close(show->portal, status == 0 ? PORTAL_DRAIN : PORTAL_CANCEL);
	for (int i = 0; i < spawn.n; i++)
		future_unref(spawn.futures[i]);
	say(show, "all done");
	return status;
}

/* --- close: what becomes of those who wait --- */

enum {
	NCALLERS = 2
};

struct close_show {
	struct portal_show *show;
	struct task_event event; /* each task has begun, or never will */
	int nbegun;
	struct waiting {
		struct close_show *close;
		uint64_t nseconds;
		struct future *job;
		struct task *watch;
		bool has_begun;
	} callers[NCALLERS];
};

static void note_begun(struct waiting *caller)
{
	if (caller->has_begun)
		return;
	caller->has_begun = true;
	if (++caller->close->nbegun == NCALLERS)
		task_event_set(&caller->close->event);
}

BODY(take_long)
{
	struct waiting *caller = arg;

	(void)failure;
	note_begun(caller);
	value->word = caller->nseconds;
	return task_sleep(caller->nseconds * caller->close->show->second);
}

/* The value tells how the call ended; a job does not end as cancelled. */
BODY(run_from_worker)
{
	struct waiting *caller = arg;
	int status = portal_run(caller->close->show->portal, "long", take_long,
		caller, CLOCK_NEVER, NULL, failure);

	value->word = status == -ECANCELED;
	if (status == -ECANCELED)
		return 0;
	return failed_with(status, failure);
}

/* Else nobody would tell that a task could not be started. */
BODY(watch_job)
{
	struct waiting *caller = arg;

	(void)value, (void)failure;
	task_await(caller->job, TASK_AWAIT_LEAVE, CLOCK_NEVER);
	note_begun(caller);
	return 0;
}

static int send_caller(struct waiting *caller)
{
	struct portal_show *show = caller->close->show;
	int status = pool_submit(
		show->pool, run_from_worker, caller, &caller->job);

	if (status < 0)
		return status;
	return task_spawn(
		show->tasks, "watch", watch_job, caller, &caller->watch);
}

static int tell_outcome(const struct portal_show *show, struct waiting *caller)
{
	union future_value cancelled;
	int status;

	if (caller->watch)
		task_kill(caller->watch, CLOCK_NEVER);
	task_unref(caller->watch);
	if (!caller->job)
		return 0;
	status = portal_show_await(caller->job, &cancelled);
	if (status == 0)
		report_item(show->report, "caller %llu: %s",
			(unsigned long long)caller->nseconds,
			cancelled.word ? "cancelled" : "answered");
	return status;
}

/* With one thread the second would call when the first has its answer. */
static int check_threads(struct pool *pool)
{
	struct pool_state state;

	pool_inspect(pool, &state);
	return state.nrefused ? -EAGAIN : 0;
}

static int close_on(struct close_show *close)
{
	struct portal_show *show = close->show;
	int status = 0;

	for (int i = 0; i < NCALLERS && status == 0; i++) {
		close->callers[i] = (struct waiting){
			.close = close, .nseconds = (uint64_t)i + 1};
		status = send_caller(&close->callers[i]);
	}
	if (status == 0)
		status = check_threads(show->pool);
	if (status == 0)
		status = task_event_wait(&close->event, CLOCK_NEVER);
	portal_close(show->portal, status == 0 ? show->how : PORTAL_CANCEL);
	for (int i = 0; i < NCALLERS; i++) {
		int outcome = tell_outcome(show, &close->callers[i]);

		status = status ? status : outcome;
	}
	return status;
}

int portal_show_close(
	void *arg, union future_value *value, struct failure *failure)
{
	struct portal_show *show = arg;
	struct close_show close = {.show = show};
	int status = portal_open(show->portal);

	(void)value, (void)failure;
	if (status < 0)
		return status;
	show->begun = loop_now(show->loop);
	task_event_init(&close.event, show->tasks, "all have begun");
	status = close_on(&close);
	say(show, "closed");
	return status;
}
