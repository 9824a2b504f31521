#include "lib/task.h"

#include <pthread.h>

#include "lib/locals.h"
#include "tests/green.h"

/* --- spawning, order --- */

BODY(note_twice)
{
	const char *name = arg;
	char text[8];

	UNUSED_BODY_ARGS;
	snprintf(text, sizeof(text), "1%s ", name);
	note(text);
	must_zero(task_sleep(0));
	snprintf(text, sizeof(text), "2%s ", name);
	note(text);
	return 0;
}

BODY(spawn_two)
{
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	a = green_spawn("a", note_twice, "A");
	b = green_spawn("b", note_twice, "B");
	note("spawned ");
	must(task_state(a) == TASK_READY);
	green_join(a);
	green_join(b);
	return 0;
}

START_TEST(h1_spawn_is_fifo_and_does_not_run_at_once)
{
	ck_assert_int_eq(green_run(spawn_two, NULL), 0);
	ck_assert_str_eq(events, "spawned 1A 1B 2A 2B ");
}
END_TEST

BODY(two_spawn_in_other_order)
{
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	a = green_spawn("a", note_twice, "A");
	must_zero(task_sleep(0));
	b = green_spawn("b", note_twice, "B");
	green_join(a);
	green_join(b);
	return 0;
}

START_TEST(h2_sleep_0_goes_to_the_end_of_the_ready_list)
{
	ck_assert_int_eq(green_run(two_spawn_in_other_order, NULL), 0);
	ck_assert_str_eq(events, "1A 2A 1B 2B ");
}
END_TEST

BODY(sleep_long)
{
	const uint64_t *ns = arg;

	UNUSED_BODY_ARGS;
	return task_sleep(*ns);
}

BODY(sleep_in_parallel)
{
	static const uint64_t times[] = {300, 100, 200};
	struct task *all[3];

	UNUSED_BODY_ARGS;
	for (int i = 0; i < 3; i++)
		all[i] = green_spawn("s", sleep_long, (void *)&times[i]);
	for (int i = 0; i < 3; i++)
		green_join(all[i]);
	must(green_now() == 300);
	return 0;
}

START_TEST(sleeps_overlap_in_virtual_time)
{
	ck_assert_int_eq(green_run(sleep_in_parallel, NULL), 0);
}
END_TEST

/* --- results --- */

BODY(return_42)
{
	UNUSED_BODY_ARGS;
	value->word = 42;
	return 0;
}

BODY(fail_with_eio)
{
	UNUSED_BODY_ARGS;
	failure_set(failure, -EIO, task_name(task_self()), "the disk");
	return -EIO;
}

BODY(fail_briefly)
{
	UNUSED_BODY_ARGS;
	return -ENOENT;
}

BODY(look_at_results)
{
	struct task *good = green_spawn("good", return_42, NULL);
	struct task *bad = green_spawn("bad", fail_with_eio, NULL);
	struct task *brief = green_spawn("brief", fail_briefly, NULL);
	union future_value got;
	struct failure why;

	UNUSED_BODY_ARGS;
	must(task_result(good, &got, &why) == -EAGAIN);
	must(task_join(good, 0) == -EAGAIN);
	must_zero(task_join(good, CLOCK_NEVER));
	for (int i = 0; i < 2; i++) {
		must_zero(task_result(good, &got, &why));
		must(got.word == 42);
	}
	must_zero(task_join(bad, CLOCK_NEVER));
	must(task_result(bad, &got, &why) == FUTURE_FAILED);
	must(why.code == -EIO && !strcmp(why.origin, "bad"));
	must(!strcmp(why.text, "the disk"));
	must_zero(task_join(brief, CLOCK_NEVER));
	must(task_result(brief, &got, &why) == FUTURE_FAILED);
	must(why.code == -ENOENT && !strcmp(why.origin, "brief"));
	task_unref(good);
	task_unref(bad);
	task_unref(brief);
	return 0;
}

START_TEST(h7_get_gives_the_value_or_the_failure_or_times_out)
{
	ck_assert_int_eq(green_run(look_at_results, NULL), 0);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

BODY(join_too_short)
{
	static const uint64_t long_time = 1000;
	struct task *task = green_spawn("slow", sleep_long, (void *)&long_time);

	UNUSED_BODY_ARGS;
	must(task_join(task, green_now() + 10) == -ETIMEDOUT);
	must(green_now() == 10);
	green_join(task);
	must(green_now() == 1000);
	return 0;
}

START_TEST(h7_join_has_a_deadline)
{
	ck_assert_int_eq(green_run(join_too_short, NULL), 0);
}
END_TEST

BODY(start_again)
{
	struct task *task = green_spawn("once", return_42, NULL);

	UNUSED_BODY_ARGS;
	must(task_start(task) == -EALREADY);
	must_zero(task_join(task, CLOCK_NEVER));
	must(task_start(task) == -EALREADY);
	task_unref(task);
	must(task_join(task_self(), CLOCK_NEVER) == -EDEADLK);
	return 0;
}

START_TEST(h8_a_task_cannot_be_started_again)
{
	ck_assert_int_eq(green_run(start_again, NULL), 0);
}
END_TEST

START_TEST(the_main_task_hands_its_result_out)
{
	union future_value value;
	struct failure failure;

	green_setup();
	ck_assert_int_eq(
		tasks_run(tasks, "m", return_42, NULL, &value, NULL), 0);
	ck_assert_uint_eq(value.word, 42);
	ck_assert_int_eq(
		tasks_run(tasks, "m", fail_with_eio, NULL, NULL, &failure),
		FUTURE_FAILED);
	ck_assert_int_eq(failure.code, -EIO);
	green_teardown();
}
END_TEST

START_TEST(h18_the_loop_is_usable_after_an_error_of_main)
{
	green_setup();
	ck_assert_int_eq(green_main(fail_with_eio, NULL), FUTURE_FAILED);
	ck_assert_int_eq(green_main(spawn_two, NULL), 0);
	ck_assert_str_eq(events, "spawned 1A 1B 2A 2B ");
	green_teardown();
}
END_TEST

/* --- locals --- */

BODY(change_locals)
{
	UNUSED_BODY_ARGS;
	note(locals_get("who"));
	must_zero(locals_set("who", arg));
	must_zero(task_yield());
	note(locals_get("who"));
	return 0;
}

BODY(spawn_with_locals)
{
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	must_zero(locals_set("who", "main "));
	a = green_spawn("a", change_locals, "a ");
	b = green_spawn("b", change_locals, "b ");
	green_join(a);
	green_join(b);
	note(locals_get("who"));
	return 0;
}

START_TEST(e7_a_task_has_copies_of_its_spawners_locals)
{
	ck_assert_int_eq(green_run(spawn_with_locals, NULL), 0);
	ck_assert_str_eq(events, "main main a b main ");
	ck_assert_ptr_null(locals_get("who"));
}
END_TEST

/* --- joining many --- */

BODY(end_after)
{
	const int *ms = arg;

	UNUSED_BODY_ARGS;
	must_zero(task_sleep((uint64_t)(*ms < 0 ? -*ms : *ms)));
	return *ms < 0 ? *ms : 0;
}

BODY(join_many)
{
	static const int ends[] = {30, -20, -10, 40};
	struct task *all[6], *failed = NULL;

	UNUSED_BODY_ARGS;
	for (int i = 0; i < 4; i++)
		all[i] = green_spawn("t", end_after, (void *)&ends[i]);
	all[4] = all[0];
	all[5] = all[2];
	must(task_join_all(all, 6, 0, 0, NULL) == -EAGAIN);
	must_zero(task_join_all(all, 6, 1, CLOCK_NEVER, &failed));
	must(green_now() == 10 && failed == all[2]);
	must(task_join_all(all, 6, 3, 15, &failed) == -ETIMEDOUT);
	must_zero(task_join_all(all, 6, 3, CLOCK_NEVER, &failed));
	must(green_now() == 30);
	must_zero(task_join_all(all, 6, 0, CLOCK_NEVER, &failed));
	must(green_now() == 40);
	must(failed == all[2]); /* the earliest, not the first in the list */
	must_zero(task_join_all(all, 6, 99, 0, &failed));
	must_zero(task_join_all(NULL, 0, 0, 0, &failed));
	must(!failed);
	for (int i = 0; i < 4; i++) {
		task_result(all[i], NULL, NULL);
		task_unref(all[i]);
	}
	return 0;
}

START_TEST(h4_join_all_duplicates_count_and_earliest_failure)
{
	ck_assert_int_eq(green_run(join_many, NULL), 0);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

static int note_link(struct future *future, void *arg)
{
	(void)future;
	note(arg);
	return 0;
}

BODY(link_some)
{
	struct task *task = green_spawn("t", return_42, NULL);
	struct future_callback taken_back;

	UNUSED_BODY_ARGS;
	must_zero(future_on_done(task_future(task), note_link, "a"));
	future_listen(task_future(task), &taken_back, note_link, "X");
	must_zero(future_on_done(task_future(task), note_link, "b"));
	must(future_unlisten(task_future(task), &taken_back));
	must_zero(task_join(task, CLOCK_NEVER));
	note("|");
	must_zero(future_on_done(task_future(task), note_link, "c"));
	task_unref(task);
	return 0;
}

START_TEST(h5_links_run_in_order_and_can_be_taken_back)
{
	ck_assert_int_eq(green_run(link_some, NULL), 0);
	ck_assert_str_eq(events, "ab|c");
}
END_TEST

/* --- what is refused --- */

static int from_thread[6];

static void *use_from_thread(void *arg)
{
	struct task *task = arg;

	from_thread[0] = task_yield();
	from_thread[1] = task_sleep(1);
	from_thread[2] = task_join(task, CLOCK_NEVER);
	from_thread[3] = tasks_check(tasks);
	from_thread[4] = task_join_all(&task, 1, 0, CLOCK_NEVER, NULL);
	from_thread[5] = task_suspend(&(struct task_why){0});
	return NULL;
}

BODY(let_a_thread_try)
{
	pthread_t thread;

	UNUSED_BODY_ARGS;
	must_zero(pthread_create(&thread, NULL, use_from_thread, task_self()));
	must_zero(pthread_join(thread, NULL));
	return 0;
}

START_TEST(h14_other_threads_are_refused)
{
	ck_assert_int_eq(green_run(let_a_thread_try, NULL), 0);
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(from_thread[i], -EPERM);
	ck_assert_int_eq(task_yield(), -EPERM);
}
END_TEST

BODY(run_inside)
{
	UNUSED_BODY_ARGS;
	must(green_main(return_42, NULL) == -EBUSY);
	must(future_wait(task_future(task_self()), CLOCK_NEVER) == -EDEADLK);
	return 0;
}

START_TEST(a_nested_run_is_refused)
{
	ck_assert_int_eq(green_run(run_inside, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task", 30,
		(const TTest *const[]){
			h1_spawn_is_fifo_and_does_not_run_at_once,
			h2_sleep_0_goes_to_the_end_of_the_ready_list,
			sleeps_overlap_in_virtual_time,
			h7_get_gives_the_value_or_the_failure_or_times_out,
			h7_join_has_a_deadline,
			h8_a_task_cannot_be_started_again,
			the_main_task_hands_its_result_out,
			h18_the_loop_is_usable_after_an_error_of_main,
			e7_a_task_has_copies_of_its_spawners_locals,
			h4_join_all_duplicates_count_and_earliest_failure,
			h5_links_run_in_order_and_can_be_taken_back,
			h14_other_threads_are_refused,
			a_nested_run_is_refused,
			NULL,
		});
}
