#include "lib/task_event.h"

#include <pthread.h>

#include "tests/green.h"

static struct task_event event;

BODY(wait_for_it)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_event_wait(&event, CLOCK_NEVER);
	note(status == 0 ? arg : "told ");
	return status;
}

BODY(set_before)
{
	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "e");
	must(task_event_wait(&event, 0) == -EAGAIN);
	must(task_event_wait(&event, 10) == -ETIMEDOUT);
	must_zero(task_event_set(&event));
	must_zero(task_event_wait(&event, 0));
	must_zero(task_event_wait(&event, CLOCK_NEVER));
	must_zero(task_event_clear(&event));
	must(task_event_wait(&event, 0) == -EAGAIN);
	return 0;
}

START_TEST(h17_a_wait_for_what_has_happened_returns_at_once)
{
	ck_assert_int_eq(green_run(set_before, NULL), 0);
}
END_TEST

/* c waits after the set and the clear, though in the turn of the notify. */
BODY(set_during)
{
	struct task *a, *b, *c;

	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "e");
	a = green_spawn("a", wait_for_it, "a ");
	b = green_spawn("b", wait_for_it, "b ");
	must_zero(task_yield());
	c = green_spawn("c", wait_for_it, "c ");
	must_zero(task_event_set(&event));
	must_zero(task_event_clear(&event));
	must_zero(task_sleep(5));
	must(task_state(a) == TASK_DONE && task_state(b) == TASK_DONE);
	must(task_state(c) == TASK_WAITING);
	must_zero(task_event_set(&event));
	green_join(c);
	task_unref(a);
	task_unref(b);
	return 0;
}

START_TEST(h17_a_set_wakes_exactly_those_who_wait)
{
	ck_assert_int_eq(green_run(set_during, NULL), 0);
	ck_assert_str_eq(events, "a b c ");
}
END_TEST

BODY(cancel_one)
{
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "e");
	a = green_spawn("a", wait_for_it, "a ");
	b = green_spawn("b", wait_for_it, "b ");
	must_zero(task_yield());
	task_cancel(a);
	must_zero(task_event_set(&event));
	green_join(a);
	green_join(b);
	return 0;
}

START_TEST(h20_a_wait_for_an_event_can_be_cancelled)
{
	ck_assert_int_eq(green_run(cancel_one, NULL), 0);
	ck_assert_str_eq(events, "told b ");
}
END_TEST

static int set_it(void *arg)
{
	return task_event_set(arg);
}

BODY(wait_for_a_timer)
{
	struct loop_timer timer = {.call = {.fn = set_it, .arg = &event}};

	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "e");
	must_zero(loop_timer_start(loop, &timer, 30));
	must_zero(task_event_wait(&event, CLOCK_NEVER));
	must(green_now() == 30);
	return 0;
}

START_TEST(a_call_of_the_loop_may_set_it)
{
	ck_assert_int_eq(green_run(wait_for_a_timer, NULL), 0);
}
END_TEST

static int from_thread[3];

static void *use_from_thread(void *arg)
{
	(void)arg;
	from_thread[0] = task_event_wait(&event, CLOCK_NEVER);
	from_thread[1] = task_event_set(&event);
	from_thread[2] = task_event_clear(&event);
	return NULL;
}

BODY(let_a_thread_try)
{
	pthread_t thread;

	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "e");
	must_zero(pthread_create(&thread, NULL, use_from_thread, NULL));
	must_zero(pthread_join(thread, NULL));
	return 0;
}

START_TEST(h14_events_are_refused_to_other_threads)
{
	ck_assert_int_eq(green_run(let_a_thread_try, NULL), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(from_thread[i], -EPERM);
}
END_TEST

BODY(wait_in_vain)
{
	UNUSED_BODY_ARGS;
	task_event_init(&event, tasks, "dawn");
	must(task_event_wait(&event, CLOCK_NEVER) == -EDEADLK);
	return 0;
}

START_TEST(h10_a_wait_for_an_event_names_it)
{
	ck_assert_int_eq(green_run(wait_in_vain, NULL), 0);
	ck_assert_int_eq(nreported, 1);
	ck_assert_str_eq(reported[0].text, "waits for event 'dawn'");
}
END_TEST

int main(void)
{
	return suite_run("task_event", 30,
		(const TTest *const[]){
			h17_a_wait_for_what_has_happened_returns_at_once,
			h17_a_set_wakes_exactly_those_who_wait,
			h20_a_wait_for_an_event_can_be_cancelled,
			a_call_of_the_loop_may_set_it,
			h14_events_are_refused_to_other_threads,
			h10_a_wait_for_an_event_names_it,
			NULL,
		});
}
