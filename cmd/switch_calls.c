/* Demonstrations of conc switch in which a task stays, and calls. */
#include "cmd/switch.h"

#include "lib/clock.h"
#include "lib/portal.h"
#include "lib/task_switch.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

/* --- calls: two futures at once --- */

enum {
	NCALLS = 2
};

struct calls {
	struct switch_show *show;
	atomic_int ninside, most;
	struct call {
		struct calls *calls;
		struct future *job;
		pid_t tid;
	} call[NCALLS];
};

static void count_inside(struct calls *calls)
{
	int now = atomic_fetch_add(&calls->ninside, 1) + 1;
	int most = atomic_load(&calls->most);

	while (now > most &&
		!atomic_compare_exchange_weak(&calls->most, &most, now))
		;
}

BODY(stay)
{
	struct call *call = arg;
	struct calls *calls = call->calls;

	(void)value, (void)failure;
	call->tid = gettid();
	count_inside(calls);
	future_wait(calls->show->inside, CLOCK_NEVER);
	atomic_fetch_sub(&calls->ninside, 1);
	return 0;
}

/* All that can be inside at once are: fewer, if threads were refused. */
static bool all_inside(struct calls *calls)
{
	struct pool_state state;

	pool_inspect(calls->show->pool, &state);
	return atomic_load(&calls->ninside) >=
	       (state.nrefused ? state.nlive : NCALLS);
}

static int submit_all(struct calls *calls)
{
	int status = 0;

	for (int i = 0; i < NCALLS && status == 0; i++) {
		struct call *call = &calls->call[i];

		call->calls = calls;
		status = pool_submit(calls->show->pool, stay, call, &call->job);
	}
	while (status == 0 && !all_inside(calls))
		status = task_sleep(CLOCK_NS_PER_MS);
	return status;
}

static int await_all(struct calls *calls, int status)
{
	for (int i = 0; i < NCALLS; i++) {
		struct future *job = calls->call[i].job;

		if (job && task_await(job, TASK_AWAIT_LEAVE, CLOCK_NEVER) < 0)
			future_wait(job, CLOCK_NEVER);
		future_unref(job);
	}
	return status;
}

int switch_show_calls(
	void *arg, union future_value *value, struct failure *failure)
{
	struct calls calls = {.show = arg};
	struct switch_show *show = arg;
	int status = submit_all(&calls);

	(void)value, (void)failure;
	future_set(show->inside, (union future_value){0});
	status = await_all(&calls, status);
	if (status < 0)
		return status;
	report_item(show->report, "loop tid %d", (int)gettid());
	for (int i = 0; i < NCALLS; i++)
		report_item(show->report, "call %d ran in tid %d", i + 1,
			(int)calls.call[i].tid);
	report_item(show->report, "calls that ran at once: %d",
		atomic_load(&calls.most));
	return 0;
}

/* --- call-async: from a thread into the loop --- */

struct addition {
	uint64_t a, b;
	pid_t tid;
};

/* tag::call-async[] */
static int add(void *arg, struct portal_answer *answer)
{
	struct addition *numbers = arg;

	numbers->tid = gettid();
	answer->value.word = numbers->a + numbers->b;
	return 0;
}

BODY(add_slowly)
{
	struct addition *numbers = arg;

	(void)failure;
	numbers->tid = gettid();
	value->word = numbers->a + numbers->b;
	return task_sleep(CLOCK_NS_PER_MS);
}
/* end::call-async[] */

/* What the calls came to; told when the task is back. */
struct answers {
	struct portal *portal;
	pid_t from;
	struct addition called, run;
	union future_value sum, slow_sum;
	int from_loop, call, run_status, closed;
};

static int call(struct answers *answers)
{
	return portal_call(answers->portal, add, &answers->called, CLOCK_NEVER,
		&answers->sum, NULL);
}

static int call_away(struct switch_show *show, struct answers *answers)
{
	int status = task_switch_to(show->pool);

	if (status < 0)
		return status;
	answers->from = gettid();
	answers->call = call(answers);
	answers->run_status = portal_run(answers->portal, "add", add_slowly,
		&answers->run, CLOCK_NEVER, &answers->slow_sum, NULL);
	return task_switch_back();
}

static int call_closed(struct switch_show *show, struct answers *answers)
{
	int status = task_switch_to(show->pool);

	if (status < 0)
		return status;
	answers->closed = call(answers);
	return task_switch_back();
}

static int call_through(struct switch_show *show, struct answers *answers)
{
	int status = portal_open(answers->portal);

	if (status < 0)
		return status;
	answers->from_loop = call(answers);
	status = call_away(show, answers);
	portal_close(answers->portal, PORTAL_DRAIN);
	if (status == 0)
		status = answers->call < 0 ? answers->call
					   : answers->run_status;
	return status == 0 ? call_closed(show, answers) : status;
}

static void tell(const struct switch_show *show, const struct answers *answers)
{
	report_item(show->report, "loop tid %d", (int)gettid());
	if (answers->from_loop == -EDEADLK)
		report_item(show->report,
			"called by the loop: refused, error %d (EDEADLK)",
			EDEADLK);
	report_item(show->report, "called by the worker tid %d",
		(int)answers->from);
	report_item(show->report, "a function: 1+2=%llu, made in tid %d",
		(unsigned long long)answers->sum.word,
		(int)answers->called.tid);
	report_item(show->report, "a task: 1+2=%llu, made in tid %d",
		(unsigned long long)answers->slow_sum.word,
		(int)answers->run.tid);
	if (answers->closed == -EPIPE)
		report_item(show->report,
			"called after the end: refused, error %d (EPIPE)",
			EPIPE);
}

int switch_show_call_async(
	void *arg, union future_value *value, struct failure *failure)
{
	struct switch_show *show = arg;
	struct answers answers = {.called = {1, 2, 0}, .run = {1, 2, 0}};
	int status = portal_create(show->tasks, &answers.portal);

	(void)value, (void)failure;
	if (status == 0)
		status = call_through(show, &answers);
	if (status == 0)
		tell(show, &answers);
	portal_unref(answers.portal);
	return status;
}
