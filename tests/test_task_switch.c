/* A task goes into a thread and comes back: where it is, and what it may. */
#include "lib/task_switch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/coro.h"
#include "lib/portal.h"
#include "lib/task_event.h"
#include "lib/task_lock.h"
#include "tests/away.h"

/* --- T1: where it is --- */

BODY(there_and_back)
{
	pthread_t home = this_thread(), there;
	int here = 7;

	UNUSED_BODY_ARGS;
	must(!task_switch_is_away());
	must_zero(task_switch_to(pool));
	there = this_thread();
	must(!pthread_equal(home, there) && pool_is_mine(pool));
	must(task_switch_is_away() && !task_self() && !loop_current());
	must(++here == 8);
	must_zero(task_switch_back());
	must(is_here(home) && task_self() && loop_current() == loop);
	must(!task_switch_is_away() && ++here == 9);
	must_zero(task_switch_to(pool));
	must(is_here(there)); /* of a pool of one */
	must_zero(task_switch_back());
	must(is_here(home));
	return task_sleep(CLOCK_NS_PER_S);
}

START_TEST(t1_from_the_loop_to_a_thread_and_back)
{
	ck_assert_int_eq(run_with_pool(1, there_and_back, NULL), 0);
	ck_assert_int_eq(nreported, 0);
}
END_TEST

BODY(to_the_default_pool)
{
	struct pool *usual;

	UNUSED_BODY_ARGS;
	must_zero(to_thread_pool(&usual));
	must_zero(task_switch_to(NULL));
	must(pool_is_mine(usual));
	return task_switch_back();
}

START_TEST(a2_the_default_pool_is_that_of_to_thread)
{
	ck_assert_int_eq(green_run(to_the_default_pool, NULL), 0);
}
END_TEST

/* --- the loop goes on --- */

BODY(tick_while_one_is_away)
{
	struct task *task = send_to_the_gate();

	UNUSED_BODY_ARGS;
	for (int i = 0; i < 9; i++)
		must_zero(task_yield());
	must(task_state(task) == TASK_AWAY);
	ck_assert_str_eq(task_state_name(task_state(task)), "away");
	ring(job.gate);
	green_join(task);
	return 0;
}

START_TEST(a2_the_loop_goes_on_meanwhile)
{
	ck_assert_int_eq(run_with_pool(1, tick_while_one_is_away, NULL), 0);
	ck_assert_int_eq(job.status, 0);
	ck_assert_int_eq(job.next, 0);
}
END_TEST

/* --- T2: failures --- */

struct failing {
	bool comes_back;
	pthread_t home, ended_in;
};

BODY(fail_away)
{
	struct failing *failing = arg;

	(void)value;
	must_zero(task_switch_to(pool));
	failure_set(failure, -EIO, NULL, "the disk");
	if (failing->comes_back)
		must_zero(task_switch_back());
	return -EIO;
}

static int note_thread(struct future *future, void *arg)
{
	struct failing *failing = arg;

	(void)future;
	failing->ended_in = this_thread();
	return 0;
}

BODY(watch_it_fail)
{
	struct failing *failing = arg;
	struct task *task = green_spawn("failing", fail_away, failing);
	struct failure reason;

	(void)value, (void)failure;
	failing->home = this_thread();
	must_zero(future_on_done(task_future(task), note_thread, failing));
	must_zero(task_join(task, CLOCK_NEVER));
	must(task_result(task, NULL, &reason) == FUTURE_FAILED);
	must(reason.code == -EIO && !strcmp(reason.text, "the disk"));
	must(!strcmp(reason.origin, "hand_0"));
	must(pthread_equal(failing->ended_in, failing->home));
	task_unref(task);
	return 0;
}

START_TEST(t2_a_failure_away_comes_back_with_the_task)
{
	struct failing failing = {.comes_back = true};

	ck_assert_int_eq(run_with_pool(1, watch_it_fail, &failing), 0);
}
END_TEST

START_TEST(t2_a_body_that_returns_away_comes_back_first)
{
	struct failing failing = {.comes_back = false};

	ck_assert_int_eq(run_with_pool(1, watch_it_fail, &failing), 0);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

/* --- T3: nothing that waits as a task --- */

BODY(do_nothing)
{
	UNUSED_BODY_ARGS;
	return 0;
}

BODY(wait_away)
{
	struct task_event event;
	struct task_lock lock;
	struct task *task = NULL;

	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "event");
	task_lock_init(&lock, tasks, "lock");
	must_zero(task_switch_to(pool));
	must(task_yield() == -EPERM);
	must(task_sleep(1) == -EPERM);
	must(task_await(job.gate, TASK_AWAIT_LEAVE, CLOCK_NEVER) == -EPERM);
	must(task_event_wait(&event, CLOCK_NEVER) == -EPERM);
	must(task_event_set(&event) == -EPERM);
	must(task_lock_take(&lock, CLOCK_NEVER) == -EPERM);
	must(task_spawn(tasks, "x", do_nothing, NULL, &task) == -EPERM);
	must(!task);
	must(to_thread(NULL, do_nothing, NULL, TO_THREAD_SHIELD, NULL, NULL) ==
		-EPERM);
	must(!task_cancel_requested());
	must_zero(task_switch_back());
	return task_yield();
}

START_TEST(t3_what_waits_as_a_task_is_refused_away)
{
	ck_assert_int_eq(run_with_pool(1, wait_away, NULL), 0);
	ck_assert_int_eq(nreported, 0);
}
END_TEST

BODY(sleep_long)
{
	UNUSED_BODY_ARGS;
	return task_sleep(CLOCK_NS_PER_S);
}

BODY(cancel_away)
{
	struct task *other = green_spawn("other", sleep_long, NULL);

	UNUSED_BODY_ARGS;
	must_zero(task_switch_to(pool));
	task_cancel(other);
	return task_switch_back();
}

/* Cancelling returns nothing that could refuse. */
START_TEST(t3_a_cancel_from_away_stops_the_program)
{
	int status;
	pid_t child = fork();

	must(child >= 0);
	if (child == 0) {
		must(freopen("/dev/null", "w", stderr));
		_exit(run_with_pool(1, cancel_away, NULL));
	}
	must(waitpid(child, &status, 0) == child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
}
END_TEST

/* --- T5: functions that may be called in both places --- */

BODY(who_runs_this)
{
	pthread_t *thread = arg;

	(void)failure;
	*thread = this_thread();
	value->word = 5;
	return 0;
}

BODY(fail_here)
{
	UNUSED_BODY_ARGS;
	return -EDOM;
}

static int call_in_the_loop(void *arg)
{
	return to_thread_or_here(pool, who_runs_this, arg, NULL, NULL);
}

BODY(call_in_both_places)
{
	pthread_t home = this_thread(), away, ran;
	union future_value word = {0};
	struct failure reason;

	UNUSED_BODY_ARGS;
	must_zero(to_thread_or_here(pool, who_runs_this, &ran, &word, NULL));
	must(!pthread_equal(ran, home) && word.word == 5);
	must_zero(task_switch_to(pool));
	away = this_thread();
	word.word = 0;
	must_zero(to_thread_or_here(pool, who_runs_this, &ran, &word, NULL));
	must(pthread_equal(ran, away) && word.word == 5);
	must(to_thread_or_here(pool, fail_here, NULL, NULL, &reason) ==
		FUTURE_FAILED);
	must(reason.code == -EDOM && !strcmp(reason.origin, "hand_0"));
	return task_switch_back();
}

START_TEST(t5_a_function_for_both_places_runs_here_or_there)
{
	ck_assert_int_eq(run_with_pool(1, call_in_both_places, NULL), 0);
}
END_TEST

BODY(call_from_a_callback)
{
	pthread_t ran;
	struct loop_call call = {
		.fn = call_in_the_loop, .arg = &ran, .name = "callback"};

	UNUSED_BODY_ARGS;
	loop_soon(loop, &call);
	return task_yield();
}

START_TEST(t5_in_a_callback_of_the_loop_it_is_refused)
{
	ck_assert_int_eq(run_with_pool(1, call_from_a_callback, NULL), 0);
	ck_assert_int_eq(nreported, 1);
	ck_assert_int_eq(reported[0].code, -EPERM);
}
END_TEST

/* --- T6: nested --- */

BODY(go_further)
{
	pthread_t home = this_thread(), there;

	UNUSED_BODY_ARGS;
	must(task_switch_back() == -EALREADY);
	must_zero(task_switch_to(pool));
	there = this_thread();
	must(task_switch_to(pool) == -EALREADY && is_here(there));
	must(task_switch_to(NULL) == -EALREADY && is_here(there));
	must_zero(task_switch_back());
	must(task_switch_back() == -EALREADY && is_here(home));
	return 0;
}

START_TEST(t6_a_nested_switch_is_refused_and_moves_nobody)
{
	ck_assert_int_eq(run_with_pool(2, go_further, NULL), 0);
}
END_TEST

/* --- who may not --- */

static void switch_in_a_coroutine(void *arg)
{
	must((arg ? task_switch_back() : task_switch_to(pool)) == -EPERM);
}

static void try_in_a_coroutine(struct stack_pool *stacks, void *away)
{
	struct coro *inner;

	must_zero(coro_create(
		stacks, "inner", switch_in_a_coroutine, away, &inner));
	must_zero(coro_resume(inner));
	coro_destroy(inner);
}

BODY(run_a_coroutine)
{
	struct stack_pool *stacks;

	UNUSED_BODY_ARGS;
	must_zero(stack_pool_create(&(struct stack_rules){0}, &stacks));
	try_in_a_coroutine(stacks, NULL);
	must_zero(task_switch_to(pool));
	try_in_a_coroutine(stacks, stacks);
	must_zero(task_switch_back());
	stack_pool_destroy(stacks);
	return 0;
}

static void *switch_in_a_thread(void *arg)
{
	must(task_switch_to(arg) == -EPERM);
	must(task_switch_back() == -EPERM);
	return NULL;
}

START_TEST(nobody_but_a_task_in_its_body_may_switch)
{
	pthread_t thread;

	ck_assert_int_eq(run_with_pool(1, run_a_coroutine, NULL), 0);
	ck_assert_int_eq(task_switch_to(NULL), -EPERM);
	ck_assert_int_eq(task_switch_back(), -EPERM);
	must_zero(pthread_create(&thread, NULL, switch_in_a_thread, NULL));
	must_zero(pthread_join(thread, NULL));
}
END_TEST

/* --- a loop of its own, away --- */

static int switch_in_a_call(void *arg)
{
	must(task_switch_to(arg) == -EPERM);
	must(task_switch_back() < 0 && !task_switch_is_away());
	return 0;
}

BODY(inner_main)
{
	pthread_t home = this_thread();

	UNUSED_BODY_ARGS;
	must_zero(task_switch_to(NULL));
	must(!is_here(home));
	return task_switch_back();
}

BODY(run_a_loop_away)
{
	struct loop_call call = {
		.fn = switch_in_a_call, .arg = NULL, .name = "call"};
	struct loop *inner;
	struct tasks *inner_tasks;

	UNUSED_BODY_ARGS;
	must_zero(task_switch_to(pool));
	must_zero(loop_create(NULL, &inner));
	must_zero(tasks_create(inner, &inner_tasks));
	loop_soon(inner, &call);
	must_zero(
		tasks_run(inner_tasks, "inner", inner_main, NULL, NULL, NULL));
	tasks_destroy(inner_tasks);
	loop_destroy(inner);
	must(task_switch_is_away());
	return task_switch_back();
}

START_TEST(a_task_that_is_away_may_run_a_loop_whose_tasks_switch)
{
	ck_assert_int_eq(run_with_pool(1, run_a_loop_away, NULL), 0);
}
END_TEST

/* --- A5: back into the loop without switching back --- */

static int add_one_and_two(void *arg, struct portal_answer *answer)
{
	must(is_here(*(pthread_t *)arg) && loop_current() == loop);
	answer->value.word = 1 + 2;
	return 0;
}

BODY(call_async)
{
	pthread_t home = this_thread();
	union future_value sum = {0};
	struct portal *portal;

	UNUSED_BODY_ARGS;
	must_zero(portal_create(tasks, &portal));
	must_zero(portal_open(portal));
	must(portal_call(portal, add_one_and_two, &home, CLOCK_NEVER, &sum,
		     NULL) == -EDEADLK);
	must_zero(task_switch_to(pool));
	must_zero(portal_call(
		portal, add_one_and_two, &home, CLOCK_NEVER, &sum, NULL));
	must(sum.word == 3 && !is_here(home));
	must_zero(task_switch_back());
	must_zero(portal_close(portal, PORTAL_DRAIN));
	must_zero(task_switch_to(pool));
	must(portal_call(portal, add_one_and_two, &home, CLOCK_NEVER, &sum,
		     NULL) == -EPIPE);
	portal_unref(portal);
	return task_switch_back();
}

START_TEST(a5_a_task_that_is_away_calls_into_its_loop)
{
	ck_assert_int_eq(run_with_pool(1, call_async, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task_switch", 60,
		(const TTest *const[]){
			t1_from_the_loop_to_a_thread_and_back,
			a2_the_default_pool_is_that_of_to_thread,
			a2_the_loop_goes_on_meanwhile,
			t2_a_failure_away_comes_back_with_the_task,
			t2_a_body_that_returns_away_comes_back_first,
			t3_what_waits_as_a_task_is_refused_away,
			t3_a_cancel_from_away_stops_the_program,
			t5_a_function_for_both_places_runs_here_or_there,
			t5_in_a_callback_of_the_loop_it_is_refused,
			t6_a_nested_switch_is_refused_and_moves_nobody,
			nobody_but_a_task_in_its_body_may_switch,
			a_task_that_is_away_may_run_a_loop_whose_tasks_switch,
			a5_a_task_that_is_away_calls_into_its_loop,
			NULL,
		});
}
