#include "lib/task_semaphore.h"

#include <pthread.h>

#include "tests/green.h"

static struct task_semaphore semaphore;
static int ninside, most_inside;

BODY(pass_through)
{
	UNUSED_BODY_ARGS;
	must_zero(task_semaphore_take(&semaphore, CLOCK_NEVER));
	if (++ninside > most_inside)
		most_inside = ninside;
	note(arg);
	must_zero(task_sleep(10));
	ninside--;
	must_zero(task_semaphore_give(&semaphore));
	return 0;
}

BODY(share_two_permits)
{
	static char *const names[] = {"a", "b", "c", "d", "e"};
	struct task *all[5];

	UNUSED_BODY_ARGS;
	task_semaphore_init(&semaphore, tasks, "s", 2, 2);
	for (int i = 0; i < 5; i++)
		all[i] = green_spawn(names[i], pass_through, names[i]);
	for (int i = 0; i < 5; i++)
		green_join(all[i]);
	must(green_now() == 30);
	must(task_semaphore_give(&semaphore) == -EOVERFLOW);
	return 0;
}

START_TEST(no_more_are_inside_than_there_are_permits)
{
	ck_assert_int_eq(green_run(share_two_permits, NULL), 0);
	ck_assert_str_eq(events, "abcde");
	ck_assert_int_eq(most_inside, 2);
}
END_TEST

BODY(take_one)
{
	int status;

	UNUSED_BODY_ARGS;
	status = task_semaphore_take(&semaphore, CLOCK_NEVER);
	note(status == 0 ? "got " : "told ");
	return status;
}

BODY(wait_and_give_up)
{
	struct task *a, *b;

	UNUSED_BODY_ARGS;
	task_semaphore_init(&semaphore, tasks, "s", 0, 0);
	must(task_semaphore_take(&semaphore, 0) == -EAGAIN);
	must(task_semaphore_take(&semaphore, 5) == -ETIMEDOUT);
	a = green_spawn("a", take_one, NULL);
	b = green_spawn("b", take_one, NULL);
	must_zero(task_yield());
	task_cancel(a);
	must_zero(task_semaphore_give(&semaphore));
	green_join(a);
	green_join(b);
	must(task_semaphore_take(&semaphore, 0) == -EAGAIN);
	return 0;
}

START_TEST(a_cancel_loses_no_permit)
{
	ck_assert_int_eq(green_run(wait_and_give_up, NULL), 0);
	ck_assert_str_eq(events, "told got ");
}
END_TEST

/* Whoever comes along later does not go first. */
BODY(come_late)
{
	struct task *early;

	UNUSED_BODY_ARGS;
	task_semaphore_init(&semaphore, tasks, "s", 0, 0);
	early = green_spawn("early", take_one, NULL);
	must_zero(task_yield());
	must_zero(task_semaphore_give(&semaphore));
	must(task_semaphore_take(&semaphore, 0) == -EAGAIN);
	green_join(early);
	return 0;
}

START_TEST(a_permit_goes_to_the_first_in_the_line)
{
	ck_assert_int_eq(green_run(come_late, NULL), 0);
}
END_TEST

static int from_thread[2];

static void *use_from_thread(void *arg)
{
	(void)arg;
	from_thread[0] = task_semaphore_take(&semaphore, CLOCK_NEVER);
	from_thread[1] = task_semaphore_give(&semaphore);
	return NULL;
}

BODY(let_a_thread_try)
{
	pthread_t thread;

	UNUSED_BODY_ARGS;
	task_semaphore_init(&semaphore, tasks, "s", 1, 0);
	must_zero(pthread_create(&thread, NULL, use_from_thread, NULL));
	must_zero(pthread_join(thread, NULL));
	return 0;
}

START_TEST(h14_semaphores_are_refused_to_other_threads)
{
	ck_assert_int_eq(green_run(let_a_thread_try, NULL), 0);
	ck_assert_int_eq(from_thread[0], -EPERM);
	ck_assert_int_eq(from_thread[1], -EPERM);
}
END_TEST

int main(void)
{
	return suite_run("task_semaphore", 30,
		(const TTest *const[]){
			no_more_are_inside_than_there_are_permits,
			a_cancel_loses_no_permit,
			a_permit_goes_to_the_first_in_the_line,
			h14_semaphores_are_refused_to_other_threads,
			NULL,
		});
}
