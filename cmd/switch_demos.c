/* The demonstration of conc switch in which a task moves. */
#include "cmd/switch.h"

#include "lib/clock.h"
#include "lib/task_switch.h"
#include "lib/to_thread.h"

#include <errno.h>
#include <unistd.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

static void ring(struct future *future)
{
	future_set(future, (union future_value){0});
}

static void tell_place(
	const struct switch_show *show, int number, const char *what, pid_t tid)
{
	report_item(show->report, "%d %s tid %d", number, what, (int)tid);
}

/* --- inside: in a thread of the pool --- */

/* Which comes first, its end or what the loop does, is not left to luck. */
static void stay_inside(struct switch_show *show)
{
	show->there = gettid();
	if (show->nested)
		show->refused = task_switch_to(show->pool);
	if (show->await_inside)
		show->refused = task_sleep(CLOCK_NS_PER_MS);
	ring(show->inside);
	nap_until(&show->nap, clock_now() + show->block);
	future_wait(show->told, CLOCK_NEVER);
}

/* --- the task that moves --- */

/* tag::travel[] */
BODY(travel)
{
	struct switch_show *show = arg;
	int status;

	(void)value, (void)failure;
	tell_place(show, 1, "loop", gettid());
	status = task_switch_to(show->pool);
	if (status < 0)
		return status;
	stay_inside(show);
	status = task_switch_back();
	tell_place(show, 3, "loop", gettid());
	if (status == -ECANCELED)
		report_item(show->report, "cancel delivered after block");
	return status;
}
/* end::travel[] */

/* --- the task that watches --- */

static void tell_inside(const struct switch_show *show)
{
	tell_place(show, 2, "worker", show->there);
	if (show->refused == -EALREADY)
		report_item(show->report,
			"refused: the task is away already, error %d "
			"(EALREADY)",
			EALREADY);
	if (show->refused == -EPERM)
		report_item(show->report,
			"refused: who is away cannot wait as a task, error %d "
			"(EPERM)",
			EPERM);
}

static void cancel(struct switch_show *show, struct task *traveller)
{
	report_item(show->report,
		"cancel deferred: the task is in a thread of the pool");
	task_cancel(traveller);
}

static int watch(struct switch_show *show, struct task *traveller)
{
	int status = task_await(show->inside, TASK_AWAIT_LEAVE, CLOCK_NEVER);
	uint64_t before = show->heart.nticks;

	if (status < 0)
		return status;
	if (show->there)
		tell_inside(show);
	if (show->cancel && show->there)
		cancel(show, traveller);
	ring(show->told);
	status = task_join(traveller, CLOCK_NEVER);
	show->nticks = show->heart.nticks - before;
	return status;
}

/* Else nobody would tell that it could not go. */
static int ring_when_over(struct future *future, void *arg)
{
	(void)future;
	ring(arg);
	return 0;
}

static int result_of(struct task *traveller, struct failure *failure)
{
	int status = task_result(traveller, NULL, failure);

	if (status == FUTURE_FAILED)
		return failure->code;
	return status == -ECANCELED ? 0 : status;
}

static int send_and_watch(struct switch_show *show, struct failure *failure)
{
	struct task *traveller;
	int status = task_spawn(
		show->tasks, "traveller", travel, show, &traveller);

	if (status < 0)
		return status;
	status = future_on_done(
		task_future(traveller), ring_when_over, show->inside);
	if (status == 0)
		status = watch(show, traveller);
	nap_ring(&show->nap);
	ring(show->told);
	if (status == 0)
		status = result_of(traveller, failure);
	task_unref(traveller);
	return status;
}

int switch_show_demo(
	void *arg, union future_value *value, struct failure *failure)
{
	struct switch_show *show = arg;
	int status = heartbeat_start(&show->heart, show->loop, show->beat);

	(void)value;
	if (status == 0)
		status = send_and_watch(show, failure);
	heartbeat_stop(&show->heart);
	return status;
}

/* --- decorated: a function that knows where it is called --- */

/* tag::decorated[] */
BODY(find_tid)
{
	pid_t *tid = arg;

	(void)value, (void)failure;
	*tid = gettid();
	return 0;
}

static int decorated(const struct switch_show *show, pid_t *tid)
{
	return to_thread_or_here(show->pool, find_tid, tid, NULL, NULL);
}
/* end::decorated[] */

int switch_show_decorated(
	void *arg, union future_value *value, struct failure *failure)
{
	struct switch_show *show = arg;
	pid_t from_loop, from_worker = 0;
	int status = decorated(show, &from_loop), called = 0;

	(void)value, (void)failure;
	if (status == 0)
		status = task_switch_to(show->pool);
	if (status < 0)
		return status;
	show->there = gettid();
	called = decorated(show, &from_worker);
	status = task_switch_back();
	tell_place(show, 1, "called by the loop", gettid());
	tell_place(show, 2, "it ran in the worker", from_loop);
	tell_place(show, 3, "called by the worker", show->there);
	tell_place(show, 4, "it ran in the worker", from_worker);
	return status < 0 ? status : called;
}
