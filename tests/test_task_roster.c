/* Tasks in the table of all tasks. */
#include "lib/roster.h"
#include "lib/task_lock.h"

#include "tests/green.h"

static struct task_lock left, right;

static void note_row(const struct roster_row *row, void *arg)
{
	char text[160];

	(void)arg;
	snprintf(text, sizeof(text), "%s %s%s; ", row->name,
		row->waits ? "waits for " : "",
		row->waits ? row->waits_for : row->state);
	note(text);
}

BODY(sleep_a_bit)
{
	UNUSED_BODY_ARGS;
	return task_sleep(10);
}

BODY(join_it)
{
	UNUSED_BODY_ARGS;
	return task_join(arg, CLOCK_NEVER);
}

BODY(look_around)
{
	struct task *sleeper, *joiner;

	UNUSED_BODY_ARGS;
	sleeper = green_spawn("sleeper", sleep_a_bit, NULL);
	joiner = green_spawn("joiner", join_it, sleeper);
	must_zero(task_yield());
	must_zero(task_spawn(tasks, "fresh", sleep_a_bit, NULL, NULL));
	roster_each(note_row, NULL);
	green_join(sleeper);
	green_join(joiner);
	return 0;
}

START_TEST(each_task_has_a_row_while_it_lives)
{
	green_setup();
	tasks_enroll(tasks);
	ck_assert_int_eq(green_main(look_around, NULL), 0);
	ck_assert_ptr_nonnull(strstr(events, "main running; "));
	ck_assert_ptr_nonnull(strstr(events, "sleeper waits for its time; "));
	ck_assert_ptr_nonnull(
		strstr(events, "joiner waits for the end, held by sleeper; "));
	ck_assert_ptr_nonnull(strstr(events, "fresh ready; "));
	green_teardown();
	events[0] = '\0';
	roster_each(note_row, NULL);
	ck_assert_str_eq(events, "");
}
END_TEST

BODY(take_both)
{
	struct task_lock *first = arg;
	struct task_lock *second = first == &left ? &right : &left;

	UNUSED_BODY_ARGS;
	must_zero(task_lock_take(first, CLOCK_NEVER));
	must_zero(task_yield());
	(void)task_lock_take(second, CLOCK_NEVER);
	return task_lock_give(first);
}

BODY(make_a_deadlock)
{
	struct roster_edge edges[4];
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	task_lock_init(&left, tasks, "left");
	task_lock_init(&right, tasks, "right");
	a = green_spawn("a", take_both, &left);
	b = green_spawn("b", take_both, &right);
	must_zero(task_sleep(5));
	must(roster_find_deadlock(edges, 4) == 2);
	must(!strcmp(edges[0].task, "a") || !strcmp(edges[0].task, "b"));
	task_cancel(a);
	green_join(a);
	green_join(b);
	return 0;
}

START_TEST(h10_a_circle_of_locks_is_in_the_graph)
{
	green_setup();
	tasks_enroll(tasks);
	ck_assert_int_eq(green_main(make_a_deadlock, NULL), 0);
	green_teardown();
}
END_TEST

int main(void)
{
	return suite_run("task_roster", 30,
		(const TTest *const[]){
			each_task_has_a_row_while_it_lives,
			h10_a_circle_of_locks_is_in_the_graph,
			NULL,
		});
}
