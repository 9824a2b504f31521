/* Cancelling tasks wherever they wait, shields, and who waits for whom. */
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

BODY(wait_for_godot)
{
	UNUSED_BODY_ARGS;
	ran = true;
	return task_suspend(&(struct task_why){.what = "godot"});
}

static bool was_cancelled(struct task *task)
{
	return task_state(task) == TASK_DONE &&
	       future_state(task_future(task)) == FUTURE_CANCELLED;
}

static int note_link(struct future *future, void *arg)
{
	(void)future;
	note(arg);
	return 0;
}

BODY(kill_before_start)
{
	struct task *spawned = green_spawn("a", run_and_note, NULL), *created;

	UNUSED_BODY_ARGS;
	must_zero(task_create(tasks, "b", run_and_note, NULL, &created));
	must_zero(future_on_done(task_future(spawned), note_link, "a "));
	must_zero(future_on_done(task_future(created), note_link, "b "));
	task_cancel(spawned);
	task_cancel(created);
	must(was_cancelled(created));
	must(task_start(created) == -ECANCELED);
	must_zero(task_join(spawned, CLOCK_NEVER));
	must(was_cancelled(spawned) && !ran);
	task_unref(spawned);
	task_unref(created);
	return 0;
}

START_TEST(h6_killed_before_the_start_only_its_links_run)
{
	ck_assert_int_eq(green_run(kill_before_start, NULL), 0);
	ck_assert_str_eq(events, "b a ");
	ck_assert_int_eq(nreported, 0);
}
END_TEST

BODY(sleep_an_hour)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_sleep(3600 * CLOCK_NS_PER_S);
	note(status == -ECANCELED ? "told " : "slept ");
	return status;
}

BODY(kill_a_sleeper)
{
	struct task *task = green_spawn("a", sleep_an_hour, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_sleep(10));
	task_cancel(task);
	note("cancelled ");
	must(task_state(task) != TASK_DONE); /* in the next turn */
	must_zero(task_yield());
	must(was_cancelled(task) && green_now() == 10);
	task_cancel(task);
	must_zero(task_kill(task, CLOCK_NEVER)); /* dead already */
	task_unref(task);
	return 0;
}

START_TEST(h6_h20_a_sleeper_is_killed_in_the_next_turn)
{
	ck_assert_int_eq(green_run(kill_a_sleeper, NULL), 0);
	ck_assert_str_eq(events, "cancelled told ");
}
END_TEST

BODY(throw_other_codes)
{
	struct task *task = green_spawn("a", wait_for_godot, NULL);
	struct failure why;

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	task_throw(task, -EIO);
	must_zero(task_join(task, CLOCK_NEVER));
	must(task_result(task, NULL, &why) == FUTURE_FAILED);
	must(why.code == -EIO);
	task_unref(task);
	task = green_spawn("b", run_and_note, NULL);
	task_throw(task, -EPIPE);
	must_zero(task_join(task, CLOCK_NEVER));
	must(task_result(task, NULL, &why) == FUTURE_FAILED);
	must(why.code == -EPIPE && !strcmp(why.origin, "b"));
	task_unref(task);
	return 0;
}

START_TEST(h6_a_kill_is_no_failure_but_another_code_is_one)
{
	ck_assert_int_eq(green_run(throw_other_codes, NULL), 0);
}
END_TEST

/* --- H20 --- */

BODY(catch_it)
{
	UNUSED_BODY_ARGS;
	must(task_sleep(100) == -ECANCELED);
	must_zero(task_sleep(5)); /* told once */
	value->word = 7;
	return 0;
}

BODY(catch_once)
{
	struct task *task = green_spawn("a", catch_it, NULL);
	union future_value got;

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	task_cancel(task);
	task_cancel(task); /* it has not noticed the first yet */
	must_zero(task_join(task, CLOCK_NEVER));
	must_zero(task_result(task, &got, NULL));
	must(got.word == 7 && green_now() == 5);
	task_unref(task);
	return 0;
}

START_TEST(h20_who_catches_it_and_returns_was_successful)
{
	ck_assert_int_eq(green_run(catch_once, NULL), 0);
}
END_TEST

BODY(cancel_myself)
{
	UNUSED_BODY_ARGS;
	task_cancel(task_self());
	must(task_cancel_requested());
	note("still here ");
	must(task_sleep(1) == -ECANCELED);
	must(!task_cancel_requested());
	return -ECANCELED;
}

BODY(cancel_myself_and_return)
{
	UNUSED_BODY_ARGS;
	task_cancel(task_self());
	return 0;
}

START_TEST(h20_self_cancel_takes_effect_at_the_next_wait_or_return)
{
	ck_assert_int_eq(green_run(cancel_myself, NULL), -ECANCELED);
	ck_assert_str_eq(events, "still here ");
	ck_assert_int_eq(green_run(cancel_myself_and_return, NULL), -ECANCELED);
}
END_TEST

BODY(yield_for_ever)
{
	int status = 0;

	UNUSED_BODY_ARGS;
	while (status == 0)
		status = task_yield();
	return status;
}

BODY(cancel_one_that_is_ready)
{
	struct task *task = green_spawn("a", yield_for_ever, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	must(task_state(task) == TASK_READY);
	must_zero(task_kill(task, CLOCK_NEVER));
	must(was_cancelled(task));
	task_unref(task);
	return 0;
}

START_TEST(h20_one_that_yields_is_told_too)
{
	ck_assert_int_eq(green_run(cancel_one_that_is_ready, NULL), 0);
}
END_TEST

BODY(join_it)
{
	UNUSED_BODY_ARGS;
	return task_join(arg, CLOCK_NEVER);
}

BODY(cancel_a_waiter)
{
	struct task *shared = green_spawn("shared", sleep_an_hour, NULL);
	struct task *a = green_spawn("a", join_it, shared);
	struct task *b = green_spawn("b", join_it, shared);

	UNUSED_BODY_ARGS;
	must_zero(task_sleep(5));
	must_zero(task_kill(a, CLOCK_NEVER));
	must(was_cancelled(a));
	must(task_state(shared) == TASK_WAITING);
	must(task_state(b) == TASK_WAITING);
	task_cancel(shared);
	green_join(b);
	task_unref(a);
	task_unref(shared);
	return 0;
}

START_TEST(h20_cancelling_a_waiter_leaves_what_it_waits_for)
{
	ck_assert_int_eq(green_run(cancel_a_waiter, NULL), 0);
}
END_TEST

BODY(await_it)
{
	UNUSED_BODY_ARGS;
	return task_await(task_future(arg), TASK_AWAIT_CANCEL, CLOCK_NEVER);
}

BODY(cancel_a_waiter_that_cancels)
{
	struct task *inner = green_spawn("inner", sleep_an_hour, NULL);
	struct task *outer = green_spawn("outer", await_it, inner);

	UNUSED_BODY_ARGS;
	must_zero(task_sleep(5));
	must_zero(task_kill(outer, CLOCK_NEVER));
	must(was_cancelled(inner) && was_cancelled(outer));
	must(green_now() == 5);
	task_unref(inner);
	task_unref(outer);
	return 0;
}

START_TEST(h20_asked_for_it_cancels_what_it_waits_for)
{
	ck_assert_int_eq(green_run(cancel_a_waiter_that_cancels, NULL), 0);
}
END_TEST

/* --- shields --- */

BODY(sleep_in_a_shield)
{
	UNUSED_BODY_ARGS;
	task_shield();
	task_shield();
	must_zero(task_sleep(10));
	task_unshield();
	must_zero(task_sleep(10));
	must(task_cancel_requested());
	task_unshield();
	must(task_sleep(10) == -ECANCELED);
	return -ECANCELED;
}

BODY(cancel_one_in_a_shield)
{
	struct task *task = green_spawn("a", sleep_in_a_shield, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_sleep(5));
	for (int i = 0; i < 4; i++)
		task_cancel(task);
	must_zero(task_join(task, CLOCK_NEVER));
	must(was_cancelled(task) && green_now() == 20);
	task_unref(task);
	return 0;
}

START_TEST(a_shield_puts_off_the_cancel)
{
	ck_assert_int_eq(green_run(cancel_one_in_a_shield, NULL), 0);
}
END_TEST

BODY(begin_though_cancelled)
{
	struct task *task = green_spawn("a", wait_for_godot, NULL);

	UNUSED_BODY_ARGS;
	task_begin_anyway(task);
	task_cancel(task);
	must_zero(task_join(task, CLOCK_NEVER));
	must(ran && was_cancelled(task));
	task_unref(task);
	return 0;
}

START_TEST(b11_one_that_begins_anyway_stops_at_its_first_wait)
{
	ck_assert_int_eq(green_run(begin_though_cancelled, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task_cancel", 30,
		(const TTest *const[]){
			h6_killed_before_the_start_only_its_links_run,
			h6_h20_a_sleeper_is_killed_in_the_next_turn,
			h6_a_kill_is_no_failure_but_another_code_is_one,
			h20_who_catches_it_and_returns_was_successful,
			h20_self_cancel_takes_effect_at_the_next_wait_or_return,
			h20_one_that_yields_is_told_too,
			h20_cancelling_a_waiter_leaves_what_it_waits_for,
			h20_asked_for_it_cancels_what_it_waits_for,
			a_shield_puts_off_the_cancel,
			b11_one_that_begins_anyway_stops_at_its_first_wait,
			NULL,
		});
}
