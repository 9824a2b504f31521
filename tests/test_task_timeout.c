#include "lib/task_timeout.h"

#include "tests/green.h"

BODY(expire_once)
{
	struct task_timeout limit;

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&limit, 10));
	must_zero(task_sleep(4));
	must_zero(task_sleep(4));
	must(task_sleep(4) == -ETIMEDOUT && green_now() == 10);
	must_zero(task_sleep(4)); /* told once */
	must(task_timeout_end(&limit));
	must_zero(task_sleep(100));
	return 0;
}

START_TEST(h12_a_limit_ends_the_wait_it_falls_into)
{
	ck_assert_int_eq(green_run(expire_once, NULL), 0);
}
END_TEST

BODY(end_in_time)
{
	struct task_timeout limit;

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&limit, 10));
	must_zero(task_sleep(4));
	must(!task_timeout_end(&limit));
	must_zero(task_sleep(100)); /* it does not come later */
	must_zero(task_timeout_begin(&limit, CLOCK_NEVER));
	must_zero(task_sleep(1000));
	must(!task_timeout_end(&limit));
	return 0;
}

START_TEST(h12_a_limit_that_was_ended_never_expires)
{
	ck_assert_int_eq(green_run(end_in_time, NULL), 0);
}
END_TEST

BODY(nest)
{
	struct task_timeout outer, inner;

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&outer, 10));
	must_zero(task_timeout_begin(&inner, 20));
	must(task_sleep(100) == -ETIMEDOUT && green_now() == 10);
	must(!task_timeout_end(&inner)); /* not its own: it goes on up */
	must(task_timeout_end(&outer));

	must_zero(task_timeout_begin(&outer, 40));
	must_zero(task_timeout_begin(&inner, 30));
	must(task_sleep(100) == -ETIMEDOUT && green_now() == 30);
	must(task_timeout_end(&inner));
	must(task_sleep(100) == -ETIMEDOUT && green_now() == 40);
	must(task_timeout_end(&outer));
	return 0;
}

START_TEST(h12_nested_limits_know_their_own)
{
	ck_assert_int_eq(green_run(nest, NULL), 0);
}
END_TEST

BODY(zero)
{
	struct task_timeout limit;

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&limit, 0));
	note("not yet ");
	must(task_sleep(5) == -ETIMEDOUT && green_now() == 0);
	must(task_timeout_end(&limit));
	return 0;
}

START_TEST(h12_a_limit_of_zero_expires_at_the_first_wait)
{
	ck_assert_int_eq(green_run(zero, NULL), 0);
	ck_assert_str_eq(events, "not yet ");
}
END_TEST

BODY(single_deadline)
{
	struct task_timeout limit;
	struct task_line line = {0};
	const struct task_why why = {.what = "nothing"};

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&limit, 50));
	must(task_line_wait(&line, &why, 20) == -ETIMEDOUT);
	must(green_now() == 20);
	must(!task_timeout_end(&limit)); /* that was the wait's own deadline */
	return 0;
}

START_TEST(h12_the_deadline_of_a_wait_is_not_the_limits)
{
	ck_assert_int_eq(green_run(single_deadline, NULL), 0);
}
END_TEST

BODY(shielded)
{
	struct task_timeout limit;

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&limit, 10));
	task_shield();
	must_zero(task_sleep(20));
	task_unshield();
	must(!task_timeout_end(&limit)); /* it had no chance to tell */
	must_zero(task_sleep(20));
	return 0;
}

START_TEST(h12_what_was_not_told_is_taken_back)
{
	ck_assert_int_eq(green_run(shielded, NULL), 0);
}
END_TEST

BODY(cancelled_in_a_shield)
{
	struct task_timeout limit;

	UNUSED_BODY_ARGS;
	must_zero(task_timeout_begin(&limit, 10));
	task_shield();
	must_zero(task_sleep(20));
	task_cancel(task_self());
	task_unshield();
	must(!task_timeout_end(&limit));
	must(task_sleep(20) == -ECANCELED);
	return 0;
}

START_TEST(h12_a_cancel_is_not_hidden_by_a_limit)
{
	ck_assert_int_eq(green_run(cancelled_in_a_shield, NULL), 0);
}
END_TEST

static int begin_outside;

START_TEST(h14_a_limit_is_for_tasks)
{
	struct task_timeout limit;

	begin_outside = task_timeout_begin(&limit, 10);
	ck_assert_int_eq(begin_outside, -EPERM);
	ck_assert(!task_timeout_end(&limit));
}
END_TEST

int main(void)
{
	return suite_run("task_timeout", 30,
		(const TTest *const[]){
			h12_a_limit_ends_the_wait_it_falls_into,
			h12_a_limit_that_was_ended_never_expires,
			h12_nested_limits_know_their_own,
			h12_a_limit_of_zero_expires_at_the_first_wait,
			h12_the_deadline_of_a_wait_is_not_the_limits,
			h12_what_was_not_told_is_taken_back,
			h12_a_cancel_is_not_hidden_by_a_limit,
			h14_a_limit_is_for_tasks,
			NULL,
		});
}
