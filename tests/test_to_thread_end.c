/* Bodies that never run, locals, and the ends of pools and loops. */
#include "lib/to_thread.h"

#include <pthread.h>

#include "lib/locals.h"
#include "tests/to_thread.h"

/* --- E1, E3: cancelled before it begins --- */

static bool ran;

BODY(note_that_it_ran)
{
	UNUSED_BODY_ARGS;
	ran = true;
	return 0;
}

BODY(call_second)
{
	const enum to_thread *how = arg;

	UNUSED_BODY_ARGS;
	return to_thread(pool, note_that_it_ran, NULL, *how, NULL, NULL);
}

/* The only thread is at the gate: what comes after waits in the line. */
static struct task *call_behind(struct task **first, enum to_thread *how)
{
	struct task *second;

	*first = call_and_begin();
	second = green_spawn("second", call_second, how);
	must_zero(task_yield());
	must(task_state(second) == TASK_WAITING);
	return second;
}

BODY(cancel_in_line)
{
	struct task *first, *second = call_behind(&first, arg);

	UNUSED_BODY_ARGS;
	must_zero(task_kill(second, CLOCK_NEVER));
	must(task_result(second, NULL, NULL) == -ECANCELED);
	must(!future_is_over(job.ended));
	ring(job.gate);
	green_join(first);
	task_unref(second);
	return 0;
}

START_TEST(e3_cancelled_in_the_line_it_never_runs)
{
	enum to_thread hows[] = {TO_THREAD_SHIELD, TO_THREAD_ABANDON};

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(run_with_pool(1, cancel_in_line, &hows[i]), 0);
	ck_assert(!ran);
}
END_TEST

BODY(cancel_oneself)
{
	UNUSED_BODY_ARGS;
	task_cancel(task_self());
	must(to_thread(NULL, note_that_it_ran, NULL, TO_THREAD_SHIELD, NULL,
		     NULL) == -ECANCELED);
	return task_yield();
}

START_TEST(e1_cancelled_before_the_call_it_never_runs)
{
	ck_assert_int_eq(green_run(cancel_oneself, NULL), 0);
	ck_assert(!ran);
}
END_TEST

/* --- E2, E3: pools that are shut down --- */

static bool cancels_too;

BODY(shut_down_with_one_in_line)
{
	enum to_thread how = TO_THREAD_SHIELD;
	struct task *first, *second = call_behind(&first, &how);
	struct failure why;

	UNUSED_BODY_ARGS;
	must_zero(pool_shutdown(pool, POOL_CANCEL));
	if (cancels_too)
		task_cancel(second);
	must_zero(task_join(second, CLOCK_NEVER));
	if (cancels_too)
		must(task_result(second, NULL, &why) == -ECANCELED);
	else
		must(task_result(second, NULL, &why) == FUTURE_FAILED &&
			why.code == -ESHUTDOWN);
	must(call_second(&how, value, failure) == -ESHUTDOWN);
	ring(job.gate);
	green_join(first);
	task_unref(second);
	return 0;
}

START_TEST(e3_a_pool_that_drops_the_body_says_so)
{
	ck_assert_int_eq(run_with_pool(1, shut_down_with_one_in_line, NULL), 0);
	ck_assert(!ran);
	ck_assert_int_eq(job.status, 0);
}
END_TEST

START_TEST(e3_of_both_cancels_that_of_the_task_counts)
{
	cancels_too = true;
	ck_assert_int_eq(run_with_pool(1, shut_down_with_one_in_line, NULL), 0);
	ck_assert(!ran);
}
END_TEST

BODY(shut_down)
{
	UNUSED_BODY_ARGS;
	return to_thread_shutdown(pool, 0);
}

/* Only the loop opens the gate: if it waited, all would wait for ever. */
BODY(shut_down_and_go_on)
{
	struct task *first = call_and_begin(), *shutting;
	struct pool *standard;

	UNUSED_BODY_ARGS;
	shutting = green_spawn("shutting", shut_down, NULL);
	for (int i = 0; i < 10; i++)
		must_zero(task_yield());
	must(task_state(shutting) == TASK_WAITING);
	ring(job.gate);
	green_join(shutting);
	must(future_is_over(job.ended));
	green_join(first);
	must_zero(to_thread_shutdown(pool, POOL_CANCEL));
	must_zero(to_thread_pool(&standard));
	must(to_thread_shutdown(standard, 0) == -EDEADLK);
	return 0;
}

START_TEST(e2_shutting_down_leaves_the_loop_alive)
{
	ck_assert_int_eq(run_with_pool(1, shut_down_and_go_on, NULL), 0);
}
END_TEST

/* --- E7: locals --- */

BODY(look_at_locals)
{
	UNUSED_BODY_ARGS;
	must(!strcmp(locals_get("request"), "7"));
	must_zero(locals_set("request", "8"));
	must_zero(locals_set("mine", "yes"));
	return 0;
}

BODY(call_with_locals)
{
	UNUSED_BODY_ARGS;
	must_zero(locals_set("request", "7"));
	for (int i = 0; i < 2; i++)
		must_zero(to_thread(pool, look_at_locals, NULL,
			TO_THREAD_SHIELD, NULL, NULL));
	must(!strcmp(locals_get("request"), "7"));
	must(!locals_get("mine"));
	return 0;
}

START_TEST(e7_locals_are_copied_in_and_never_back)
{
	ck_assert_int_eq(run_with_pool(1, call_with_locals, NULL), 0);
}
END_TEST

/* --- loops and their ends --- */

BODY(open_when_cancelled)
{
	UNUSED_BODY_ARGS;
	must(task_sleep(3600 * CLOCK_NS_PER_S) == -ECANCELED);
	ring(job.gate);
	return -ECANCELED;
}

BODY(leave_one_behind)
{
	struct task *task = call_and_begin();

	UNUSED_BODY_ARGS;
	must_zero(task_spawn(tasks, "opener", open_when_cancelled, NULL, NULL));
	must_zero(task_yield());
	task_unref(task);
	return 0;
}

START_TEST(e1_the_end_of_the_tasks_waits_for_the_thread)
{
	setup(1);
	green_setup();
	ck_assert_int_eq(green_main(leave_one_behind, NULL), 0);
	ck_assert(future_is_over(job.ended));
	ck_assert_int_eq(job.status, 0);
	ck_assert_int_eq(job.next, -ECANCELED);
	green_teardown();
	teardown();
}
END_TEST

BODY(abandon_one)
{
	struct task *task;

	UNUSED_BODY_ARGS;
	job.how = TO_THREAD_ABANDON;
	task = call_and_begin();
	must_zero(task_kill(task, CLOCK_NEVER));
	task_unref(task);
	return 0;
}

START_TEST(b19_the_loop_is_gone_before_an_abandoned_body_ends)
{
	setup(1);
	ck_assert_int_eq(green_run(abandon_one, NULL), 0);
	ck_assert(!future_is_over(job.ended));
	ring(job.gate);
	ck_assert_int_eq(future_wait(job.ended, CLOCK_NEVER), 0);
	teardown();
}
END_TEST

BODY(leave_one_abandoned_behind)
{
	struct task *task;

	UNUSED_BODY_ARGS;
	job.how = TO_THREAD_ABANDON;
	task = call_and_begin();
	task_unref(task);
	return 0;
}

/* Nobody opens the gate before the loop has gone. */
START_TEST(e1_the_end_of_the_tasks_waits_for_none_abandoned)
{
	setup(1);
	ck_assert_int_eq(green_run(leave_one_abandoned_behind, NULL), 0);
	ck_assert(!future_is_over(job.ended));
	ck_assert_int_eq(job.status, -ECANCELED);
	ring(job.gate);
	ck_assert_int_eq(future_wait(job.ended, CLOCK_NEVER), 0);
	teardown();
	ck_assert(job.stop_asked);
}
END_TEST

BODY(tell_arg)
{
	(void)failure;
	value->word = *(uint64_t *)arg;
	return 0;
}

BODY(call_many)
{
	pthread_t here = pthread_self();

	UNUSED_BODY_ARGS;
	for (uint64_t i = 0; i < 100; i++) {
		union future_value got;
		uint64_t wanted = i + *(uint64_t *)arg;

		must_zero(to_thread(
			pool, tell_arg, &wanted, TO_THREAD_SHIELD, &got, NULL));
		must(got.word == wanted);
		must(pthread_equal(here, pthread_self()));
	}
	return 0;
}

static void *run_own_loop(void *arg)
{
	struct loop *own;
	struct tasks *own_tasks;

	must_zero(loop_create(NULL, &own));
	must_zero(tasks_create(own, &own_tasks));
	must_zero(tasks_run(own_tasks, "main", call_many, arg, NULL, NULL));
	tasks_destroy(own_tasks);
	loop_destroy(own);
	return NULL;
}

START_TEST(h15_two_loops_share_a_pool_each_is_answered_itself)
{
	uint64_t starts[] = {0, 1000000};
	pthread_t threads[2];

	setup(2);
	for (int i = 0; i < 2; i++)
		must_zero(pthread_create(
			&threads[i], NULL, run_own_loop, &starts[i]));
	for (int i = 0; i < 2; i++)
		must_zero(pthread_join(threads[i], NULL));
	teardown();
}
END_TEST

START_TEST(h15_only_tasks_may_call)
{
	ck_assert_int_eq(to_thread(NULL, note_that_it_ran, NULL,
				 TO_THREAD_SHIELD, NULL, NULL),
		-EPERM);
	ck_assert_int_eq(to_thread_shutdown(NULL, 0), -EPERM);
	ck_assert(!ran);
}
END_TEST

int main(void)
{
	return suite_run("to_thread_end", 60,
		(const TTest *const[]){
			e3_cancelled_in_the_line_it_never_runs,
			e1_cancelled_before_the_call_it_never_runs,
			e3_a_pool_that_drops_the_body_says_so,
			e3_of_both_cancels_that_of_the_task_counts,
			e2_shutting_down_leaves_the_loop_alive,
			e7_locals_are_copied_in_and_never_back,
			e1_the_end_of_the_tasks_waits_for_the_thread,
			b19_the_loop_is_gone_before_an_abandoned_body_ends,
			e1_the_end_of_the_tasks_waits_for_none_abandoned,
			h15_two_loops_share_a_pool_each_is_answered_itself,
			h15_only_tasks_may_call,
			NULL,
		});
}
