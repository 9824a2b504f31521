/* Tasks that are left, forgotten or blocked for ever, and how they look. */
#include "lib/task.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sanitizer.h"
#include "tests/green.h"

BODY(return_42)
{
	UNUSED_BODY_ARGS;
	value->word = 42;
	return 0;
}

BODY(fail_with_eio)
{
	UNUSED_BODY_ARGS;
	return -EIO;
}

BODY(sleep_long)
{
	const uint64_t *ns = arg;

	UNUSED_BODY_ARGS;
	return task_sleep(*ns);
}

BODY(wait_for_nobody)
{
	UNUSED_BODY_ARGS;
	return task_suspend(&(struct task_why){.what = "godot"});
}

BODY(leave_some_behind)
{
	UNUSED_BODY_ARGS;
	must_zero(task_spawn(tasks, "left", wait_for_nobody, NULL, NULL));
	return task_yield();
}

START_TEST(tasks_that_are_left_are_cancelled_at_the_end)
{
	ck_assert_int_eq(green_run(leave_some_behind, NULL), 0);
	ck_assert_int_eq(nreported, 0);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
}
END_TEST

BODY(wait_and_go_on)
{
	UNUSED_BODY_ARGS;
	must_zero(task_spawn(tasks, "vladimir", wait_for_nobody, NULL, NULL));
	must(task_suspend(&(struct task_why){.what = "lock", .name = "tea"}) ==
		-EDEADLK);
	note("went on");
	return 0;
}

START_TEST(h10_would_block_forever_names_who_waits_for_what)
{
	char text[100];

	ck_assert_int_eq(green_run(wait_and_go_on, NULL), 0);
	ck_assert_str_eq(events, "went on");
	ck_assert_int_eq(nreported, 2);
	ck_assert_int_eq(reported[0].code, -EDEADLK);
	failure_format(&reported[0], text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "main: waits for lock 'tea'"));
	failure_format(&reported[1], text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "vladimir: waits for godot"));
}
END_TEST

BODY(join_in_a_circle)
{
	struct task *const *other = arg;

	UNUSED_BODY_ARGS;
	return task_join(*other, CLOCK_NEVER);
}

BODY(make_a_circle)
{
	static struct task *a, *b;

	UNUSED_BODY_ARGS;
	a = green_spawn("a", join_in_a_circle, &b);
	b = green_spawn("b", join_in_a_circle, &a);
	must(task_join(a, CLOCK_NEVER) == -EDEADLK);
	task_unref(a);
	task_unref(b);
	return 0;
}

START_TEST(h10_a_circle_of_joins_is_found)
{
	ck_assert_int_eq(green_run(make_a_circle, NULL), 0);
	ck_assert_int_eq(nreported, 3);
	ck_assert_str_eq(reported[1].text, "waits for the end of 'b'");
	ck_assert_str_eq(reported[2].text, "waits for the end of 'a'");
}
END_TEST

BODY(create_and_forget)
{
	struct task *task;

	UNUSED_BODY_ARGS;
	must_zero(task_create(tasks, "forgotten", return_42, NULL, &task));
	task_unref(task);
	return task_sleep(10);
}

START_TEST(h23_a_task_that_was_never_started_is_reported)
{
	ck_assert_int_eq(green_run(create_and_forget, NULL), 0);
	ck_assert_int_eq(nreported, 1);
	ck_assert_str_eq(reported[0].origin, "forgotten");
	ck_assert_str_eq(reported[0].text, "never awaited");
}
END_TEST

BODY(wait_in_a_shield)
{
	UNUSED_BODY_ARGS;
	task_shield();
	return task_suspend(&(struct task_why){.what = "godot"});
}

BODY(join_in_a_shield)
{
	struct task *const *other = arg;

	UNUSED_BODY_ARGS;
	task_shield();
	return task_join(*other, CLOCK_NEVER);
}

BODY(leave_two_that_never_end)
{
	static struct task *stubborn;
	struct task *joiner;

	UNUSED_BODY_ARGS;
	stubborn = green_spawn("stubborn", wait_in_a_shield, NULL);
	joiner = green_spawn("joiner", join_in_a_shield, &stubborn);
	must_zero(task_yield());
	task_unref(joiner);
	task_unref(stubborn);
	return 0;
}

START_TEST(tasks_that_will_not_end_are_reported_and_ended)
{
	ck_assert_int_eq(green_run(leave_two_that_never_end, NULL), 0);
	ck_assert_int_eq(nreported, 2);
	ck_assert_str_eq(reported[0].origin, "stubborn");
	ck_assert_str_eq(reported[0].text, "never ended");
	ck_assert_str_eq(reported[1].origin, "joiner");
}
END_TEST

static void keep_unretrieved(const struct failure *failure, void *arg)
{
	*(struct failure *)arg = *failure;
}

BODY(drop_a_failure)
{
	UNUSED_BODY_ARGS;
	task_unref(green_spawn("lost", fail_with_eio, NULL));
	return task_sleep(10);
}

START_TEST(h24_a_failure_nobody_asked_for_is_kept_for_the_exit)
{
	struct failure failure;

	ck_assert_int_eq(green_run(drop_a_failure, NULL), 0);
	ck_assert_uint_eq(
		failure_take_unretrieved(keep_unretrieved, &failure), 1);
	ck_assert_str_eq(failure.origin, "lost");
	ck_assert_int_eq(failure.code, -EIO);
}
END_TEST

/* --- looking --- */

static void note_task(const struct task *task, void *arg)
{
	char text[64], line[120];

	(void)arg;
	snprintf(line, sizeof(line), "%s %s; ", task_name(task),
		task_describe(task, text, sizeof(text)));
	note(line);
}

BODY(dump_all)
{
	static const uint64_t ns = 5;
	struct task *fresh;

	UNUSED_BODY_ARGS;
	must_zero(task_create(tasks, "fresh", return_42, NULL, &fresh));
	must_zero(task_spawn(tasks, "s", sleep_long, (void *)&ns, NULL));
	must_zero(task_spawn(tasks, "w", wait_for_nobody, NULL, NULL));
	must_zero(task_yield());
	must_zero(task_spawn(tasks, "r", return_42, NULL, NULL));
	tasks_each(tasks, note_task, NULL);
	task_cancel(fresh);
	task_unref(fresh);
	return 0;
}

START_TEST(every_task_says_what_it_does)
{
	ck_assert_int_eq(green_run(dump_all, NULL), 0);
	ck_assert_str_eq(events, "main is running; fresh is created; s sleeps; "
				 "w waits for godot; r is ready; ");
}
END_TEST

/* --- stacks --- */

/* Not a tail call, and not to be seen through. */
static int recurse(int depth)
{
	char frame[200];

	memset(frame, depth, sizeof(frame));
	__asm__ volatile("" : : "r"(frame) : "memory");
	return depth ? recurse(depth + 1) + frame[depth % 200] : 0;
}

BODY(recurse_for_ever)
{
	UNUSED_BODY_ARGS;
	return recurse(1);
}

BODY(recurse_in_a_task)
{
	UNUSED_BODY_ARGS;
	must_zero(task_spawn(tasks, "deep", recurse_for_ever, NULL, NULL));
	return task_sleep(1);
}

static _Noreturn void overflow(int errors)
{
	const struct rlimit no_core = {0, 0};
	const struct stack_rules stacks = {.size = 256 << 10};
	struct tasks *roomy;

	setrlimit(RLIMIT_CORE, &no_core);
	dup2(errors, STDERR_FILENO);
	must_zero(loop_create(NULL, &loop));
	must_zero(tasks_create_with(loop, &stacks, &roomy));
	tasks = roomy;
	green_main(recurse_in_a_task, NULL);
	_exit(99);
}

START_TEST(r34_an_overflow_names_the_task_and_its_size)
{
	char words[400] = "";
	int ends[2], status;
	pid_t child;

	if (SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND)
		return;
	must_zero(pipe(ends));
	child = fork();
	must(child >= 0);
	if (child == 0)
		overflow(ends[1]);
	close(ends[1]);
	must(read(ends[0], words, sizeof(words) - 1) > 0);
	close(ends[0]);
	must(waitpid(child, &status, 0) == child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	ck_assert_ptr_nonnull(strstr(words, "'deep' used more than its stack"));
	ck_assert_ptr_nonnull(strstr(words, "262144 bytes"));
}
END_TEST

/* --- many --- */

enum {
	ROUND = SANITIZER_ADDRESS || SANITIZER_THREAD ? 500 : 5000,
	NROUNDS = 10
};

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = 0;

	must(file && fscanf(file, "%*d %ld", &pages) == 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

BODY(sleep_one)
{
	UNUSED_BODY_ARGS;
	return task_sleep(1);
}

BODY(spawn_many_times)
{
	long first = 0;
	int n = RUNNING_ON_VALGRIND ? 100 : ROUND;

	UNUSED_BODY_ARGS;
	for (int round = 0; round < NROUNDS; round++) {
		for (int i = 0; i < n; i++)
			must_zero(task_spawn(
				tasks, "one", sleep_one, NULL, NULL));
		must_zero(task_sleep(2));
		if (round == 0)
			first = resident_kib();
	}
	must(SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND ||
		resident_kib() - first < 4096);
	return 0;
}

START_TEST(r44_tasks_that_are_done_leave_nothing)
{
	ck_assert_int_eq(green_run(spawn_many_times, NULL), 0);
}
END_TEST

int main(void)
{
	return suite_run("task_run", 30,
		(const TTest *const[]){
			tasks_that_are_left_are_cancelled_at_the_end,
			h10_would_block_forever_names_who_waits_for_what,
			h10_a_circle_of_joins_is_found,
			h23_a_task_that_was_never_started_is_reported,
			h24_a_failure_nobody_asked_for_is_kept_for_the_exit,
			every_task_says_what_it_does,
			tasks_that_will_not_end_are_reported_and_ended,
			r34_an_overflow_names_the_task_and_its_size,
			r44_tasks_that_are_done_leave_nothing,
			NULL,
		});
}
