/* Waiting for tasks with a time limit, and for futures of other threads. */
#include "lib/task.h"

#include <pthread.h>

#include "tests/green.h"

static bool ran;

BODY(run_and_note)
{
	UNUSED_BODY_ARGS;
	ran = true;
	return 0;
}

static bool was_cancelled(struct task *task)
{
	return task_state(task) == TASK_DONE &&
	       future_state(task_future(task)) == FUTURE_CANCELLED;
}

BODY(sleep_an_hour)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_sleep(3600 * CLOCK_NS_PER_S);
	note(status == -ECANCELED ? "told " : "slept ");
	return status;
}

BODY(clean_up_slowly)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_sleep(1000);
	must(status == -ECANCELED);
	must_zero(task_sleep(50));
	note("cleaned up ");
	return status;
}

BODY(fail_while_cleaning)
{
	UNUSED_BODY_ARGS;
	must(task_sleep(1000) == -ECANCELED);
	return -EIO;
}

BODY(wait_for_some)
{
	struct task *never = green_spawn("never", run_and_note, NULL);
	struct task *slow = green_spawn("slow", clean_up_slowly, NULL);
	struct task *bad = green_spawn("bad", fail_while_cleaning, NULL);
	struct task *quick;
	struct failure why;

	UNUSED_BODY_ARGS;
	must(task_wait_for(never, 0) == -ETIMEDOUT);
	must(was_cancelled(never) && !ran);
	must(task_wait_for(slow, green_now() + 100) == -ETIMEDOUT);
	must(was_cancelled(slow) && green_now() == 150);
	must_zero(task_wait_for(bad, green_now() + 100));
	must(task_result(bad, NULL, &why) == FUTURE_FAILED);
	must(why.code == -EIO);
	quick = green_spawn("quick", run_and_note, NULL);
	must_zero(task_yield());
	must_zero(task_wait_for(quick, green_now()));
	task_unref(never);
	task_unref(slow);
	task_unref(bad);
	task_unref(quick);
	return 0;
}

START_TEST(h21_wait_for_cancels_and_waits_for_the_clean_up)
{
	ck_assert_int_eq(green_run(wait_for_some, NULL), 0);
	ck_assert_str_eq(events, "cleaned up ");
}
END_TEST

BODY(wait_for_inner)
{
	UNUSED_BODY_ARGS;
	return task_wait_for(arg, CLOCK_NEVER);
}

BODY(cancel_during_wait_for)
{
	struct task *inner = green_spawn("inner", clean_up_slowly, NULL);
	struct task *outer = green_spawn("outer", wait_for_inner, inner);

	UNUSED_BODY_ARGS;
	must_zero(task_sleep(10));
	must_zero(task_kill(outer, CLOCK_NEVER));
	must(was_cancelled(inner) && was_cancelled(outer));
	must(green_now() == 60);
	task_unref(inner);
	task_unref(outer);
	return 0;
}

START_TEST(h21_cancelled_it_waits_for_the_clean_up_too)
{
	ck_assert_int_eq(green_run(cancel_during_wait_for, NULL), 0);
	ck_assert_str_eq(events, "cleaned up ");
}
END_TEST

/* --- futures that end in other threads --- */

static void *complete(void *arg)
{
	struct future *future = arg;

	future_set(future, (union future_value){.word = 9});
	return NULL;
}

BODY(await_a_thread)
{
	struct future *future;
	union future_value got;
	pthread_t thread;

	UNUSED_BODY_ARGS;
	must_zero(future_create(&future));
	must(task_await(future, TASK_AWAIT_LEAVE, 0) == -EAGAIN);
	must_zero(pthread_create(&thread, NULL, complete, future));
	must_zero(task_await(future, TASK_AWAIT_LEAVE, CLOCK_NEVER));
	must_zero(task_await(future, TASK_AWAIT_LEAVE, 0));
	must_zero(future_result(future, 0, &got, NULL));
	must(got.word == 9);
	must_zero(pthread_join(thread, NULL));
	future_unref(future);
	return 0;
}

START_TEST(a_future_that_ends_in_a_thread_is_awaited)
{
	ck_assert_int_eq(green_run(await_a_thread, NULL), 0);
}
END_TEST

BODY(await_future)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_await(arg, TASK_AWAIT_CANCEL, CLOCK_NEVER);
	note(status == 0 ? "over " : "cancelled ");
	return status == 0 ? task_yield() : status;
}

/* E3: what is pending is cancelled; what runs is waited for. */
BODY(cancel_awaits)
{
	struct future *pending, *running;
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	must_zero(future_create(&pending));
	must_zero(future_create(&running));
	must(future_start(running));
	a = green_spawn("a", await_future, pending);
	b = green_spawn("b", await_future, running);
	must_zero(task_yield());
	task_cancel(a);
	for (int i = 0; i < 4; i++) {
		task_cancel(b);
		must_zero(task_yield());
	}
	must(was_cancelled(a));
	must(future_state(pending) == FUTURE_CANCELLED);
	must(task_state(b) == TASK_WAITING);
	must_zero(future_complete(running, (union future_value){.word = 1}));
	must_zero(task_join(b, CLOCK_NEVER));
	must(was_cancelled(b)); /* told at its next wait */
	future_unref(pending);
	future_unref(running);
	task_unref(a);
	task_unref(b);
	return 0;
}

START_TEST(e3_cancelling_an_await_cancels_what_is_pending_only)
{
	ck_assert_int_eq(green_run(cancel_awaits, NULL), 0);
	ck_assert_str_eq(events, "cancelled over ");
}
END_TEST

static void *cancel_future(void *arg)
{
	must(future_cancel(arg));
	must(future_wait(arg, CLOCK_NEVER) == 0);
	return NULL;
}

BODY(cancel_through_the_future)
{
	struct task *task = green_spawn("a", sleep_an_hour, NULL);
	pthread_t thread;

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	loop_hold(loop);
	must_zero(pthread_create(
		&thread, NULL, cancel_future, task_future(task)));
	while (task_state(task) != TASK_DONE)
		must_zero(task_yield());
	loop_release(loop);
	must_zero(pthread_join(thread, NULL));
	must(green_now() == 0);
	task_unref(task);
	return 0;
}

START_TEST(e14_cancelling_its_future_in_a_thread_cancels_a_task)
{
	ck_assert_int_eq(green_run(cancel_through_the_future, NULL), 0);
	ck_assert_str_eq(events, "told ");
}
END_TEST

BODY(swallow_and_fail)
{
	UNUSED_BODY_ARGS;
	must(task_sleep(1000) == -ECANCELED);
	return -EIO;
}

BODY(cancel_and_let_it_fail)
{
	struct task *task = green_spawn("a", swallow_and_fail, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	must(future_cancel(task_future(task)));
	while (task_state(task) != TASK_DONE)
		must_zero(task_yield());
	must(task_result(task, NULL, NULL) == -ECANCELED);
	task_unref(task);
	return 0;
}

START_TEST(b10_a_failure_behind_a_cancelled_future_is_reported)
{
	ck_assert_int_eq(green_run(cancel_and_let_it_fail, NULL), 0);
	ck_assert_uint_eq(failure_nunretrieved(), 1);
}
END_TEST

BODY(wait_for_go)
{
	UNUSED_BODY_ARGS;
	return task_suspend(&(struct task_why){.what = "go"});
}

BODY(join_and_look)
{
	struct task *task = arg;

	UNUSED_BODY_ARGS;
	note(task_join(task, CLOCK_NEVER) == 0 ? "joined " : "told ");
	note(task_yield() == -ECANCELED ? "told" : "never told");
	return 0;
}

/* The waiter goes on after the other has ended, in the same turn. */
BODY(end_and_cancel)
{
	struct task *other = green_spawn("other", wait_for_go, NULL);
	struct task *waiter = green_spawn("waiter", join_and_look, other);

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	must(task_wake(other, 0));
	task_cancel(waiter);
	green_join(waiter);
	task_unref(other);
	return 0;
}

START_TEST(h20_a_cancel_beside_the_end_of_the_other_is_not_lost)
{
	ck_assert_int_eq(green_run(end_and_cancel, NULL), 0);
	ck_assert_str_eq(events, "joined told");
}
END_TEST

int main(void)
{
	return suite_run("task_await", 30,
		(const TTest *const[]){
			h21_wait_for_cancels_and_waits_for_the_clean_up,
			h21_cancelled_it_waits_for_the_clean_up_too,
			a_future_that_ends_in_a_thread_is_awaited,
			e3_cancelling_an_await_cancels_what_is_pending_only,
			e14_cancelling_its_future_in_a_thread_cancels_a_task,
			b10_a_failure_behind_a_cancelled_future_is_reported,
			h20_a_cancel_beside_the_end_of_the_other_is_not_lost,
			NULL,
		});
}
