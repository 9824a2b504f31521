/* Tasks that are away and cancelled, or whose pool or loop ends. */
#include "lib/task_switch.h"

#include <sched.h>
#include <stdatomic.h>

#include "lib/task_timeout.h"
#include "tests/away.h"

/* --- T7: cancelled inside --- */

BODY(cancel_four_times)
{
	struct task *task = send_to_the_gate();

	UNUSED_BODY_ARGS;
	for (int i = 0; i < 4; i++) {
		task_cancel(task);
		must_zero(task_yield());
		must_zero(task_yield());
		must(task_state(task) == TASK_AWAY);
	}
	ring(job.gate);
	green_join(task);
	return 0;
}

START_TEST(t7_a_cancel_inside_is_told_by_the_way_back)
{
	ck_assert_int_eq(run_with_pool(1, cancel_four_times, NULL), 0);
	ck_assert_int_eq(job.status, 0);
	ck_assert_int_eq(job.next, -ECANCELED);
	ck_assert(job.stop_asked);
	ck_assert_uint_eq(job.nruns, 1);
}
END_TEST

BODY(return_after_a_cancel)
{
	UNUSED_BODY_ARGS;
	must_zero(task_switch_to(pool));
	pass_the_gate();
	return 0;
}

BODY(cancel_one_that_returns)
{
	struct task *task = green_spawn("task", return_after_a_cancel, NULL);

	UNUSED_BODY_ARGS;
	await(job.began);
	task_cancel(task);
	ring(job.gate);
	must_zero(task_join(task, CLOCK_NEVER));
	must(task_result(task, NULL, NULL) == -ECANCELED);
	task_unref(task);
	return 0;
}

START_TEST(t7_a_body_that_returns_away_is_cancelled_all_the_same)
{
	ck_assert_int_eq(run_with_pool(1, cancel_one_that_returns, NULL), 0);
}
END_TEST

static void stay_until_asked(void)
{
	ring(job.began);
	while (!future_asked_to_stop())
		sched_yield();
	ring(job.ended);
}

BODY(time_out_away)
{
	struct task_timeout *timeout = arg;

	(void)value, (void)failure;
	must_zero(task_timeout_begin(timeout, green_now() + CLOCK_NS_PER_S));
	must_zero(task_switch_to(pool));
	stay_until_asked();
	must(task_switch_back() == -ETIMEDOUT);
	must(task_timeout_end(timeout));
	return task_yield();
}

/* Virtual time stands still while a task is away: the timer is moved. */
BODY(let_time_pass)
{
	struct task_timeout timeout;
	struct task *task = green_spawn("task", time_out_away, &timeout);

	UNUSED_BODY_ARGS;
	await(job.began);
	must_zero(loop_timer_start(loop, &timeout.timer, green_now()));
	must_zero(task_join(task, CLOCK_NEVER));
	must_zero(task_result(task, NULL, NULL));
	task_unref(task);
	return 0;
}

START_TEST(t7_a_timeout_inside_is_told_by_the_way_back)
{
	ck_assert_int_eq(run_with_pool(1, let_time_pass, NULL), 0);
}
END_TEST

BODY(go_with_a_shield)
{
	UNUSED_BODY_ARGS;
	task_shield();
	must_zero(task_switch_to(pool));
	pass_the_gate();
	must_zero(task_switch_back());
	task_unshield();
	job.next = task_yield();
	return 0;
}

BODY(cancel_the_shielded)
{
	struct task *task = green_spawn("shielded", go_with_a_shield, NULL);

	UNUSED_BODY_ARGS;
	await(job.began);
	task_cancel(task);
	ring(job.gate);
	green_join(task);
	return 0;
}

START_TEST(t7_a_shield_puts_off_both)
{
	ck_assert_int_eq(run_with_pool(1, cancel_the_shielded, NULL), 0);
	ck_assert_int_eq(job.next, -ECANCELED);
	ck_assert(!job.stop_asked);
}
END_TEST

/* --- T7: cancelled before it is inside --- */

struct second {
	int status;
	bool was_here;
};

BODY(go_second)
{
	struct second *second = arg;
	pthread_t home = this_thread();

	(void)value, (void)failure;
	second->status = task_switch_to(pool);
	second->was_here = is_here(home) && task_self();
	return second->status == 0 ? task_switch_back() : task_yield();
}

static void end_first(struct task *first)
{
	ring(job.gate);
	green_join(first);
}

BODY(cancel_the_second)
{
	struct second *second = arg;
	struct task *first = send_to_the_gate();
	struct task *task = green_spawn("second", go_second, second);

	(void)value, (void)failure;
	must_zero(task_yield()); /* it asks to leave */
	must_zero(task_yield()); /* it waits for the only thread */
	must(task_state(task) == TASK_AWAY);
	task_cancel(task);
	green_join(task);
	must(task_state(first) == TASK_AWAY);
	end_first(first);
	return 0;
}

START_TEST(t7_who_waits_for_a_thread_is_told_at_once)
{
	struct second second = {.status = 1};

	ck_assert_int_eq(run_with_pool(1, cancel_the_second, &second), 0);
	ck_assert_int_eq(second.status, -ECANCELED);
	ck_assert(second.was_here);
}
END_TEST

BODY(cancel_on_the_way)
{
	struct second *second = arg;
	struct task *task = green_spawn("leaver", go_second, second);

	(void)value, (void)failure;
	must_zero(task_yield()); /* it has left its stack, and no more */
	must(task_state(task) == TASK_AWAY);
	task_throw(task, -EINTR);
	green_join(task);
	return 0;
}

START_TEST(t7_cancelled_on_the_way_it_never_enters)
{
	struct second second = {.status = 1};
	struct pool_state state;

	setup(1);
	ck_assert_int_eq(green_run(cancel_on_the_way, &second), 0);
	pool_inspect(pool, &state);
	teardown();
	ck_assert_int_eq(second.status, -EINTR);
	ck_assert(second.was_here);
	ck_assert_uint_eq(state.nran, 0);
}
END_TEST

BODY(cancel_oneself_and_go)
{
	UNUSED_BODY_ARGS;
	task_cancel(task_self());
	must(task_switch_to(pool) == -ECANCELED);
	must_zero(task_switch_to(pool));
	return task_switch_back();
}

START_TEST(t7_cancelled_before_it_stays_once)
{
	ck_assert_int_eq(run_with_pool(1, cancel_oneself_and_go, NULL), 0);
}
END_TEST

/* --- T8: the pool ends --- */

BODY(shut_down_around_the_first)
{
	struct second second = {.status = 1};
	struct task *first = send_to_the_gate();

	UNUSED_BODY_ARGS;
	must_zero(pool_shutdown(pool, 0));
	go_second(&second, NULL, NULL);
	must(second.status == -ESHUTDOWN && second.was_here);
	must(task_state(first) == TASK_AWAY);
	end_first(first);
	must_zero(to_thread_shutdown(pool, 0));
	return 0;
}

START_TEST(t8_a_pool_that_is_shut_lets_out_but_nobody_in)
{
	ck_assert_int_eq(run_with_pool(1, shut_down_around_the_first, NULL), 0);
	ck_assert_int_eq(job.status, 0);
	ck_assert_int_eq(job.next, 0);
}
END_TEST

static atomic_bool shut;

static void *shut_and_wait(void *arg)
{
	(void)arg;
	must_zero(pool_shutdown(pool, POOL_WAIT));
	must(future_is_over(job.ended));
	atomic_store(&shut, true);
	return NULL;
}

BODY(open_after_the_shutdown_began)
{
	struct task *first = send_to_the_gate();
	struct pool_state state = {.shut = false};
	pthread_t thread;

	UNUSED_BODY_ARGS;
	must_zero(pthread_create(&thread, NULL, shut_and_wait, NULL));
	while (!state.shut) {
		must_zero(task_yield());
		pool_inspect(pool, &state);
	}
	must(!atomic_load(&shut));
	end_first(first);
	must_zero(pthread_join(thread, NULL));
	return 0;
}

START_TEST(t8_a_shutdown_waits_for_who_is_inside)
{
	ck_assert_int_eq(
		run_with_pool(1, open_after_the_shutdown_began, NULL), 0);
	ck_assert(atomic_load(&shut));
}
END_TEST

BODY(drop_the_second)
{
	struct second second = {.status = 1};
	struct task *first = send_to_the_gate();
	struct task *task = green_spawn("second", go_second, &second);

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	must_zero(task_yield());
	must_zero(pool_shutdown(pool, POOL_CANCEL));
	green_join(task);
	must(second.status == -ESHUTDOWN && second.was_here);
	end_first(first);
	return 0;
}

START_TEST(t8_who_is_dropped_by_the_pool_is_told_so)
{
	ck_assert_int_eq(run_with_pool(1, drop_the_second, NULL), 0);
}
END_TEST

/* --- the loop ends --- */

BODY(go_until_asked)
{
	UNUSED_BODY_ARGS;
	must_zero(task_switch_to(pool));
	stay_until_asked();
	job.next = task_switch_back();
	return 0;
}

BODY(leave_one_away)
{
	UNUSED_BODY_ARGS;
	task_unref(green_spawn("away", go_until_asked, NULL));
	await(job.began);
	return 0;
}

START_TEST(the_end_of_the_main_task_waits_for_who_is_away)
{
	ck_assert_int_eq(run_with_pool(1, leave_one_away, NULL), 0);
	ck_assert_int_eq(job.next, -ECANCELED);
	ck_assert_int_eq(nreported, 0);
}
END_TEST

BODY(stop_the_loop)
{
	UNUSED_BODY_ARGS;
	task_unref(green_spawn("away", go_until_asked, NULL));
	await(job.began);
	loop_stop(loop);
	return task_sleep(CLOCK_NEVER - 1);
}

START_TEST(a_loop_that_is_stopped_waits_for_who_is_away)
{
	ck_assert_int_eq(run_with_pool(1, stop_the_loop, NULL), -EINTR);
	ck_assert_int_eq(job.next, -ECANCELED);
}
END_TEST

int main(void)
{
	return suite_run("task_switch_end", 60,
		(const TTest *const[]){
			t7_a_cancel_inside_is_told_by_the_way_back,
			t7_a_body_that_returns_away_is_cancelled_all_the_same,
			t7_a_timeout_inside_is_told_by_the_way_back,
			t7_a_shield_puts_off_both,
			t7_who_waits_for_a_thread_is_told_at_once,
			t7_cancelled_on_the_way_it_never_enters,
			t7_cancelled_before_it_stays_once,
			t8_a_pool_that_is_shut_lets_out_but_nobody_in,
			t8_a_shutdown_waits_for_who_is_inside,
			t8_who_is_dropped_by_the_pool_is_told_so,
			the_end_of_the_main_task_waits_for_who_is_away,
			a_loop_that_is_stopped_waits_for_who_is_away,
			NULL,
		});
}
