/* What comes back from a thread, and cancels while it runs. */
#include "lib/to_thread.h"

#include <pthread.h>

#include "lib/cpus.h"
#include "lib/sync.h"
#include "tests/to_thread.h"

/* --- E1: results --- */

BODY(call_with_open_gate)
{
	UNUSED_BODY_ARGS;
	ring(job.gate);
	green_join(green_spawn("caller", call_it, NULL));
	return 0;
}

START_TEST(e1_the_value_comes_back_and_the_body_runs_once)
{
	ck_assert_int_eq(run_with_pool(2, call_with_open_gate, NULL), 0);
	ck_assert_int_eq(job.status, 0);
	ck_assert_uint_eq(job.value.word, 42);
	ck_assert_uint_eq(job.nruns, 1);
	ck_assert_int_eq(job.next, 0);
	ck_assert(!job.stop_asked);
}
END_TEST

BODY(call_for_a_failure)
{
	job.code = -EIO;
	return call_with_open_gate(arg, value, failure);
}

START_TEST(e1_a_failure_comes_back_with_its_words)
{
	ck_assert_int_eq(run_with_pool(2, call_for_a_failure, NULL), 0);
	ck_assert_int_eq(job.status, FUTURE_FAILED);
	ck_assert_int_eq(job.failure.code, -EIO);
	ck_assert_str_eq(job.failure.text, "the disk");
	ck_assert_str_eq(job.failure.origin, "hand_0");
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

BODY(look_around)
{
	(void)arg, (void)failure;
	must(!task_self() && !loop_current());
	value->word = pthread_equal(pthread_self(), *(pthread_t *)arg);
	return 0;
}

BODY(call_look_around)
{
	pthread_t here = pthread_self();
	union future_value same;

	UNUSED_BODY_ARGS;
	must_zero(to_thread(
		NULL, look_around, &here, TO_THREAD_SHIELD, &same, NULL));
	must(!same.word);
	return to_thread(
		NULL, look_around, &here, TO_THREAD_ABANDON, NULL, NULL);
}

START_TEST(e7_the_body_is_in_no_task_and_no_loop)
{
	ck_assert_int_eq(green_run(call_look_around, NULL), 0);
}
END_TEST

static struct barrier meeting;

BODY(meet)
{
	UNUSED_BODY_ARGS;
	barrier_wait(&meeting);
	return 0;
}

BODY(call_meet)
{
	UNUSED_BODY_ARGS;
	return to_thread(pool, meet, NULL, TO_THREAD_SHIELD, NULL, NULL);
}

BODY(call_three_at_once)
{
	struct task *tasks_of[3];

	UNUSED_BODY_ARGS;
	for (int i = 0; i < 3; i++)
		tasks_of[i] = green_spawn("meet", call_meet, NULL);
	for (int i = 0; i < 3; i++)
		green_join(tasks_of[i]);
	return 0;
}

START_TEST(e1_bodies_of_several_tasks_overlap)
{
	barrier_init(&meeting, 3);
	ck_assert_int_eq(run_with_pool(3, call_three_at_once, NULL), 0);
	barrier_fini(&meeting);
}
END_TEST

/* A thread may not have come back from its post when the loop goes. */
START_TEST(b19_the_loop_is_gone_before_all_posts_have_returned)
{
	barrier_init(&meeting, 3);
	setup(3);
	for (int i = 0; i < 200; i++)
		ck_assert_int_eq(green_run(call_three_at_once, NULL), 0);
	teardown();
	barrier_fini(&meeting);
}
END_TEST

START_TEST(e1_the_default_pool_has_4_more_than_processors)
{
	int wanted = cpus_usable() + 4;
	struct pool_state state;
	struct pool *first, *second;

	ck_assert_int_eq(to_thread_pool(&first), 0);
	ck_assert_int_eq(to_thread_pool(&second), 0);
	ck_assert_ptr_eq(first, second);
	pool_inspect(first, &state);
	ck_assert_int_eq(state.size, wanted < 32 ? wanted : 32);
}
END_TEST

/* --- E1: cancelled while it runs --- */

BODY(cancel_four_times)
{
	struct task *task = call_and_begin();

	UNUSED_BODY_ARGS;
	for (int i = 0; i < 4; i++) {
		task_cancel(task);
		must_zero(task_yield());
		must_zero(task_yield());
		must(task_state(task) == TASK_WAITING);
	}
	ring(job.gate);
	green_join(task);
	return 0;
}

START_TEST(e1_with_a_shield_four_cancels_wait_for_the_end)
{
	ck_assert_int_eq(run_with_pool(1, cancel_four_times, NULL), 0);
	ck_assert_int_eq(job.status, 0);
	ck_assert_uint_eq(job.value.word, 42);
	ck_assert_int_eq(job.next, -ECANCELED);
	ck_assert(job.stop_asked);
}
END_TEST

BODY(cancel_and_let_go)
{
	struct task *task;

	UNUSED_BODY_ARGS;
	job.how = TO_THREAD_ABANDON;
	task = call_and_begin();
	task_throw(task, *(int *)arg);
	green_join(task);
	must(!future_is_over(job.ended));
	ring(job.gate);
	await(job.ended);
	return 0;
}

START_TEST(e1_abandoned_the_task_is_told_and_the_thread_goes_on)
{
	int codes[] = {-ECANCELED, -ETIMEDOUT};

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(
			run_with_pool(1, cancel_and_let_go, &codes[i]), 0);
		ck_assert_int_eq(job.status, codes[i]);
		ck_assert_int_eq(job.next, 0);
		ck_assert_uint_eq(job.nruns, 1);
		ck_assert(job.stop_asked);
	}
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

BODY(abandon_what_fails)
{
	int code = -ECANCELED;

	(void)arg;
	job.code = -EIO;
	return cancel_and_let_go(&code, value, failure);
}

START_TEST(e1_the_failure_of_an_abandoned_body_is_not_lost)
{
	ck_assert_int_eq(run_with_pool(1, abandon_what_fails, NULL), 0);
	ck_assert_int_eq(job.status, -ECANCELED);
	ck_assert_uint_eq(failure_nunretrieved(), 1);
}
END_TEST

/* --- E17: a body that asks --- */

static struct semaphore did_a_piece, go_on;
static unsigned npieces;

BODY(work_in_pieces)
{
	UNUSED_BODY_ARGS;
	for (npieces = 0; !future_asked_to_stop(); npieces++) {
		semaphore_post(&did_a_piece);
		semaphore_wait(&go_on, CLOCK_NEVER);
	}
	return -ECANCELED;
}

BODY(call_work_in_pieces)
{
	UNUSED_BODY_ARGS;
	job.status = to_thread(
		pool, work_in_pieces, NULL, job.how, NULL, &job.failure);
	job.next = task_yield();
	return 0;
}

/* It asks before each piece, and so needs a look in each 50 ms to end in 50 */
BODY(cancel_between_pieces)
{
	struct task *task = green_spawn("pieces", call_work_in_pieces, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_yield());
	for (int i = 0; i < 3; i++) {
		semaphore_wait(&did_a_piece, CLOCK_NEVER);
		if (i == 2)
			task_cancel(task);
		must_zero(task_yield());
		semaphore_post(&go_on);
	}
	green_join(task);
	return 0;
}

START_TEST(e17_the_next_look_sees_the_cancel)
{
	ck_assert_int_eq(run_with_pool(1, cancel_between_pieces, NULL), 0);
	ck_assert_uint_eq(npieces, 3);
	ck_assert_int_eq(job.status, FUTURE_FAILED);
	ck_assert_int_eq(job.failure.code, -ECANCELED);
	ck_assert_int_eq(job.next, -ECANCELED);
}
END_TEST

/* The pool waits for its thread, which only the next look ends. */
START_TEST(e17_an_abandoned_body_sees_the_cancel_too)
{
	setup(1);
	job.how = TO_THREAD_ABANDON;
	ck_assert_int_eq(green_run(cancel_between_pieces, NULL), 0);
	teardown();
	ck_assert_uint_eq(npieces, 3);
	ck_assert_int_eq(job.status, -ECANCELED);
}
END_TEST

int main(void)
{
	return suite_run("to_thread", 60,
		(const TTest *const[]){
			e1_the_value_comes_back_and_the_body_runs_once,
			e1_a_failure_comes_back_with_its_words,
			e7_the_body_is_in_no_task_and_no_loop,
			e1_bodies_of_several_tasks_overlap,
			b19_the_loop_is_gone_before_all_posts_have_returned,
			e1_the_default_pool_has_4_more_than_processors,
			e1_with_a_shield_four_cancels_wait_for_the_end,
			e1_abandoned_the_task_is_told_and_the_thread_goes_on,
			e1_the_failure_of_an_abandoned_body_is_not_lost,
			e17_the_next_look_sees_the_cancel,
			e17_an_abandoned_body_sees_the_cancel_too,
			NULL,
		});
}
