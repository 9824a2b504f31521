#include "lib/task_lock.h"

#include <pthread.h>

#include "tests/green.h"

static struct task_lock lock;
static struct task_cond cond;
static bool ready;

BODY(take_and_hold)
{
	const char *name = arg;

	UNUSED_BODY_ARGS;
	if (task_lock_take(&lock, CLOCK_NEVER) < 0)
		return -ECANCELED;
	note(name);
	must_zero(task_sleep(10));
	note(name);
	must_zero(task_lock_give(&lock));
	return 0;
}

BODY(take_turns)
{
	struct task *all[3];

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	all[0] = green_spawn("a", take_and_hold, "a");
	all[1] = green_spawn("b", take_and_hold, "b");
	all[2] = green_spawn("c", take_and_hold, "c");
	for (int i = 0; i < 3; i++)
		green_join(all[i]);
	must(green_now() == 30);
	return 0;
}

START_TEST(a_lock_is_handed_over_in_the_order_of_waiting)
{
	ck_assert_int_eq(green_run(take_turns, NULL), 0);
	ck_assert_str_eq(events, "aabbcc");
}
END_TEST

BODY(misuse)
{
	struct task *holder;

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	must(task_lock_give(&lock) == -EPERM); /* L1 */
	must_zero(task_lock_take(&lock, 0));
	must(task_lock_take(&lock, CLOCK_NEVER) == -EDEADLK);
	must_zero(task_lock_give(&lock));
	holder = green_spawn("a", take_and_hold, "a");
	must_zero(task_sleep(1));
	must(task_lock_give(&lock) == -EPERM); /* of another */
	must(task_lock_take(&lock, 0) == -EAGAIN); /* L2 */
	must(task_lock_take(&lock, green_now() + 2) == -ETIMEDOUT);
	must(green_now() == 3);
	green_join(holder);
	return 0;
}

START_TEST(l1_l2_release_not_held_fails_and_try_does_not_wait)
{
	ck_assert_int_eq(green_run(misuse, NULL), 0);
}
END_TEST

BODY(cancel_in_line)
{
	struct task *a, *b, *c;

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	a = green_spawn("a", take_and_hold, "a");
	b = green_spawn("b", take_and_hold, "b");
	c = green_spawn("c", take_and_hold, "c");
	must_zero(task_sleep(5));
	task_throw(b, -ECANCELED);
	green_join(a);
	green_join(c);
	must(green_now() == 20);
	task_unref(b);
	return 0;
}

BODY(take_or_give_up)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_lock_take(&lock, CLOCK_NEVER);
	note(status == 0 ? "got " : "gave up ");
	if (status == 0) {
		must(task_sleep(1) == -ECANCELED);
		must_zero(task_lock_give(&lock));
	}
	return status;
}

/* Handed over, then cancelled: it has the lock, and is told afterwards. */
BODY(cancel_after_the_hand_over)
{
	struct task *b, *c;

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	must_zero(task_lock_take(&lock, 0));
	b = green_spawn("b", take_or_give_up, NULL);
	c = green_spawn("c", take_or_give_up, NULL);
	must_zero(task_yield());
	must_zero(task_lock_give(&lock));
	task_cancel(b);
	must_zero(task_join(b, CLOCK_NEVER));
	must_zero(task_kill(c, CLOCK_NEVER));
	must_zero(task_lock_take(&lock, 0));
	must_zero(task_lock_give(&lock));
	task_unref(b);
	task_unref(c);
	return 0;
}

START_TEST(a_cancel_loses_no_lock)
{
	ck_assert_int_eq(green_run(cancel_after_the_hand_over, NULL), 0);
	ck_assert_str_eq(events, "got got ");
}
END_TEST

BODY(take_a_lock_for_ever)
{
	struct task_lock *mine = arg;

	UNUSED_BODY_ARGS;
	must_zero(task_lock_take(mine, CLOCK_NEVER));
	return task_suspend(&(struct task_why){.what = "rain"});
}

BODY(wait_for_a_holder)
{
	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	must_zero(task_spawn(tasks, "mary", take_a_lock_for_ever, &lock, NULL));
	must_zero(task_yield());
	must(task_lock_take(&lock, CLOCK_NEVER) == -EDEADLK);
	return 0;
}

START_TEST(h10_a_lock_says_who_holds_it)
{
	ck_assert_int_eq(green_run(wait_for_a_holder, NULL), 0);
	ck_assert_int_eq(nreported, 2);
	ck_assert_str_eq(reported[0].origin, "main");
	ck_assert_str_eq(reported[0].text, "waits for lock 'tea' of 'mary'");
	ck_assert_str_eq(reported[1].text, "waits for rain");
}
END_TEST

/* --- conditions --- */

BODY(wait_until_ready)
{
	int status = 0;

	UNUSED_BODY_ARGS;
	must_zero(task_lock_take(&lock, CLOCK_NEVER));
	while (status == 0 && !ready)
		status = task_cond_wait(&cond, &lock, CLOCK_NEVER);
	note(status == 0 ? "ready " : "told ");
	must_zero(task_lock_give(&lock));
	return status;
}

BODY(notify_some)
{
	struct task *all[3];

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	task_cond_init(&cond, tasks, "hot");
	must_zero(task_cond_notify(&cond, 1)); /* before: it is lost */
	for (int i = 0; i < 3; i++)
		all[i] = green_spawn("w", wait_until_ready, NULL);
	must_zero(task_sleep(1));
	must_zero(task_cond_notify(&cond, 1)); /* not true: it waits again */
	must_zero(task_sleep(1));
	ready = true;
	must_zero(task_cond_notify(&cond, 2));
	must_zero(task_sleep(1));
	note("| ");
	must_zero(task_cond_notify(&cond, 99));
	for (int i = 0; i < 3; i++)
		green_join(all[i]);
	return 0;
}

START_TEST(l4_notify_wakes_n_and_the_predicate_is_looked_at_again)
{
	ck_assert_int_eq(green_run(notify_some, NULL), 0);
	ck_assert_str_eq(events, "ready ready | ready ");
}
END_TEST

BODY(cancel_a_cond_wait)
{
	struct task *waiter;

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	task_cond_init(&cond, tasks, "hot");
	must(task_cond_wait(&cond, &lock, CLOCK_NEVER) == -EPERM);
	waiter = green_spawn("w", wait_until_ready, NULL);
	must_zero(task_yield());
	must_zero(task_lock_take(&lock, 0));
	task_cancel(waiter);
	must_zero(task_sleep(5));
	must(task_state(waiter) == TASK_WAITING); /* for the lock */
	must_zero(task_lock_give(&lock));
	must_zero(task_join(waiter, CLOCK_NEVER));
	must(task_result(waiter, NULL, NULL) == -ECANCELED);
	task_unref(waiter);
	return 0;
}

START_TEST(l4_a_cancelled_wait_has_the_lock_again)
{
	ck_assert_int_eq(green_run(cancel_a_cond_wait, NULL), 0);
	ck_assert_str_eq(events, "told ");
}
END_TEST

BODY(wait_too_long)
{
	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	task_cond_init(&cond, tasks, "hot");
	must_zero(task_lock_take(&lock, 0));
	must(task_cond_wait(&cond, &lock, 20) == -ETIMEDOUT);
	must(task_cond_wait(&cond, &lock, 0) == -EAGAIN);
	must_zero(task_lock_give(&lock));
	return 0;
}

START_TEST(l4_a_wait_that_timed_out_has_the_lock_again)
{
	ck_assert_int_eq(green_run(wait_too_long, NULL), 0);
}
END_TEST

static int from_thread[4];

static void *use_from_thread(void *arg)
{
	(void)arg;
	from_thread[0] = task_lock_take(&lock, CLOCK_NEVER);
	from_thread[1] = task_lock_give(&lock);
	from_thread[2] = task_cond_wait(&cond, &lock, CLOCK_NEVER);
	from_thread[3] = task_cond_notify(&cond, 1);
	return NULL;
}

BODY(let_a_thread_try)
{
	pthread_t thread;

	UNUSED_BODY_ARGS;
	task_lock_init(&lock, tasks, "tea");
	task_cond_init(&cond, tasks, "hot");
	must_zero(pthread_create(&thread, NULL, use_from_thread, NULL));
	must_zero(pthread_join(thread, NULL));
	return 0;
}

START_TEST(h14_locks_are_refused_to_other_threads)
{
	ck_assert_int_eq(green_run(let_a_thread_try, NULL), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(from_thread[i], -EPERM);
}
END_TEST

START_TEST(a_cancel_in_the_line_leaves_it)
{
	ck_assert_int_eq(green_run(cancel_in_line, NULL), 0);
	ck_assert_str_eq(events, "aacc");
}
END_TEST

int main(void)
{
	return suite_run("task_lock", 30,
		(const TTest *const[]){
			a_lock_is_handed_over_in_the_order_of_waiting,
			l1_l2_release_not_held_fails_and_try_does_not_wait,
			a_cancel_loses_no_lock,
			a_cancel_in_the_line_leaves_it,
			h10_a_lock_says_who_holds_it,
			l4_notify_wakes_n_and_the_predicate_is_looked_at_again,
			l4_a_cancelled_wait_has_the_lock_again,
			l4_a_wait_that_timed_out_has_the_lock_again,
			h14_locks_are_refused_to_other_threads,
			NULL,
		});
}
