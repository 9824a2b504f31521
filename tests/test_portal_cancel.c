/* Tasks and calls that are cancelled, or come too late. */
#include "tests/portal_rig.h"

static int nran;

static int count(void *arg, struct portal_answer *answer)
{
	(void)arg, (void)answer;
	nran++;
	return 0;
}

/* --- B9, B10, B11: cancelling --- */

static int told, after_cancel;

BODY(until_cancelled)
{
	UNUSED_BODY_ARGS;
	nran++;
	told = wait_for_cancel();
	return after_cancel;
}

/* The future is cancelled at once, whatever the task does. */
static void spawn_and_cancel(struct caller *caller)
{
	must_zero(portal_spawn(
		portal, "t", until_cancelled, NULL, &caller->future));
	must(future_cancel(caller->future));
	caller->status = future_wait(caller->future, 0);
}

BODY(serve_cancelled)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	serve_one(spawn_and_cancel, &caller);
	ck_assert_int_eq(caller.status, 0);
	return 0;
}

static void expect_told(uint64_t nunretrieved)
{
	portal_test(serve_cancelled);
	ck_assert_int_eq(nran, 1);
	ck_assert_int_eq(told, -ECANCELED);
	ck_assert_uint_eq(failure_nunretrieved(), nunretrieved);
}

START_TEST(b9_a_task_that_waits_is_cancelled)
{
	after_cancel = -ECANCELED;
	expect_told(0);
}
END_TEST

START_TEST(b10_what_it_returns_all_the_same_is_dropped)
{
	after_cancel = 0;
	expect_told(0);
}
END_TEST

START_TEST(b10_how_it_fails_all_the_same_is_told_once)
{
	after_cancel = 9;
	expect_told(1);
}
END_TEST

static void cancel_unbegun(const struct task *task, void *arg)
{
	(void)arg;
	if (nran == 0 && !strcmp(task_name(task), "t"))
		task_cancel((struct task *)task);
}

/* In the turn after that in which the task was created. */
static void before_each_turn(void *context, const struct loop *of)
{
	(void)context, (void)of;
	if (tasks)
		tasks_each(tasks, cancel_unbegun, NULL);
}

static void run_until_cancelled(struct caller *caller)
{
	caller->status = portal_run(
		portal, "t", until_cancelled, NULL, CLOCK_NEVER, NULL, NULL);
}

BODY(serve_unbegun)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	serve_one(run_until_cancelled, &caller);
	ck_assert_int_eq(caller.status, -ECANCELED);
	return 0;
}

START_TEST(b11_cancelled_unbegun_it_runs_to_its_first_wait)
{
	const struct loop_rules rules = {
		.report = green_report, .turn = before_each_turn};

	after_cancel = -ECANCELED;
	must_zero(loop_create(&rules, &loop));
	must_zero(tasks_create(loop, &tasks));
	must_zero(portal_create(tasks, &portal));
	ck_assert_int_eq(green_main(serve_unbegun, NULL), 0);
	portal_teardown();
	ck_assert_int_eq(nran, 1);
	ck_assert_int_eq(told, -ECANCELED);
}
END_TEST

/* --- B17: deadlines --- */

static struct semaphore late;

/* The loop cannot come to the call meanwhile. */
static void call_without_time(struct caller *caller)
{
	caller->status = portal_call(portal, count, NULL, 0, NULL, NULL);
	semaphore_post(&late);
}

static void run_without_time(struct caller *caller)
{
	caller->status = portal_run(
		portal, "t", until_cancelled, NULL, 0, NULL, NULL);
}

BODY(serve_without_time)
{
	struct caller caller;

	UNUSED_BODY_ARGS;
	open_portal();
	caller_start(&caller, call_without_time);
	semaphore_wait(&late, CLOCK_NEVER);
	caller_join(&caller);
	ck_assert_int_eq(caller.status, -EAGAIN);
	caller_start(&caller, run_without_time);
	caller_join(&caller);
	ck_assert_int_eq(caller.status, -EAGAIN);
	drain_portal();
	return 0;
}

START_TEST(b17_what_is_too_late_is_cancelled_and_nothing_is_left)
{
	portal_test(serve_without_time);
	ck_assert_int_eq(nran, 1); /* the task, and not the call */
	ck_assert_int_eq(told, -ECANCELED);
}
END_TEST

int main(void)
{
	return suite_run("portal_cancel", 60,
		(const TTest *const[]){b9_a_task_that_waits_is_cancelled,
			b10_what_it_returns_all_the_same_is_dropped,
			b10_how_it_fails_all_the_same_is_told_once,
			b11_cancelled_unbegun_it_runs_to_its_first_wait,
			b17_what_is_too_late_is_cancelled_and_nothing_is_left,
			NULL});
}
