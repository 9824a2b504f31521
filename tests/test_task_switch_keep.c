/*
 * What goes along with a task, and what belongs to the thread: its errno and
 * its locals, and knowing where it is. tests/cross/coroutines.sh has each
 * compiler make this at -O2.
 */
#include "lib/task_switch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/coro.h"
#include "lib/locals.h"
#include "lib/sanitizer.h"
#include "tests/away.h"

/* Only functions that do not switch may name errno. */
__attribute__((noinline)) static void set_errno(int error)
{
	__asm__ volatile("" ::: "memory");
	errno = error;
}

static _Thread_local int mark;

__attribute__((noinline)) static int *this_mark(void)
{
	__asm__ volatile("" ::: "memory");
	return &mark;
}

/* --- what is where --- */

enum {
	NTRIPS = 200
};

struct mutual {
	int number;
	pid_t home;
	struct mutex lock;
};

/* A lock knows its owner by the thread: it must be the one that is now. */
static void check_identity(struct mutual *mutual, bool away)
{
	mutex_lock(&mutual->lock);
	must(mutex_held(&mutual->lock));
	mutex_unlock(&mutual->lock);
	must((gettid() == mutual->home) == !away);
	must((*this_mark() == 1) == !away);
	must((task_self() != NULL) == !away);
	must((loop_current() == loop) == !away);
	must(pool_is_mine(pool) == away);
}

/* Each fails in its own way here and there, and finds that again. */
BODY(go_with_an_errno)
{
	struct mutual *mutual = arg;
	int here = 100 + mutual->number, there = 200 + mutual->number;

	(void)value, (void)failure;
	must(coro_errno() == 0);
	for (int i = 0; i < NTRIPS; i++) {
		set_errno(here);
		check_identity(mutual, false);
		must_zero(task_switch_to(pool));
		must(coro_errno() == here);
		check_identity(mutual, true);
		set_errno(there);
		must_zero(task_switch_back());
		must(coro_errno() == there);
		close(-1);
		must(coro_errno() == EBADF);
	}
	return 0;
}

BODY(send_two)
{
	struct mutual mutual[2] = {{.number = 0}, {.number = 1}};
	struct task *two[2];

	UNUSED_BODY_ARGS;
	*this_mark() = 1;
	for (int i = 0; i < 2; i++) {
		mutual[i].home = gettid();
		two[i] = green_spawn("two", go_with_an_errno, &mutual[i]);
	}
	for (int i = 0; i < 2; i++) {
		green_join(two[i]);
		mutex_fini(&mutual[i].lock);
	}
	return 0;
}

START_TEST(errno_goes_along_and_identity_does_not)
{
	ck_assert_int_eq(run_with_pool(2, send_two, NULL), 0);
}
END_TEST

/* --- whether the test above could fail --- */

/*
 * What is not to be done: errno is named in a function that switches. Where
 * the compiler asks for its address once, it is that of the loop's thread,
 * which close(-1) in another thread leaves as it is.
 */
static int seen_by_careless, seen_by_careful;

BODY(be_careless)
{
	UNUSED_BODY_ARGS;
	errno = EDOM;
	must_zero(task_switch_to(pool));
	close(-1);
	seen_by_careless = errno;
	seen_by_careful = coro_errno();
	return task_switch_back();
}

START_TEST(errno_in_a_function_that_switches_is_another_threads)
{
	if (SANITIZER_THREAD) /* which sees the race, and is right */
		return;
	ck_assert_int_eq(run_with_pool(1, be_careless, NULL), 0);
	ck_assert_int_eq(seen_by_careful, EBADF);
	if (seen_by_careless == EBADF)
		printf("this compiler asks for errno each time\n");
	else
		printf("this compiler keeps the address of errno\n");
	fflush(stdout);
}
END_TEST

/* --- E7: locals --- */

static bool has_local(const char *name, const char *value)
{
	const char *found = locals_get(name);

	return found && !strcmp(found, value);
}

BODY(go_with_locals)
{
	UNUSED_BODY_ARGS;
	must_zero(locals_set("req", "7"));
	must_zero(task_switch_to(pool));
	must(has_local("req", "7"));
	must_zero(locals_set("req", "8"));
	must_zero(locals_set("step", "read"));
	must_zero(task_switch_back());
	must(has_local("req", "8") && has_local("step", "read"));
	must_zero(task_switch_to(pool));
	must(has_local("step", "read"));
	return task_switch_back();
}

BODY(look_for_locals)
{
	UNUSED_BODY_ARGS;
	must(!locals_get("req") && !locals_get("step"));
	return 0;
}

BODY(send_with_locals)
{
	UNUSED_BODY_ARGS;
	must_zero(locals_set("user", "ann"));
	green_join(green_spawn("request", go_with_locals, NULL));
	must(has_local("user", "ann") && !locals_get("req"));
	return 0;
}

START_TEST(e7_locals_go_along_and_come_back_with_the_task)
{
	struct future *other;

	setup(1);
	ck_assert_int_eq(green_run(send_with_locals, NULL), 0);
	must_zero(pool_submit(pool, look_for_locals, NULL, &other));
	ck_assert_int_eq(future_result(other, CLOCK_NEVER, NULL, NULL), 0);
	future_unref(other);
	teardown();
}
END_TEST

/* --- line 34: an overflow away --- */

/* Not a tail call, and not to be seen through. */
static int recurse(int depth)
{
	char frame[256];

	memset(frame, depth, sizeof(frame));
	__asm__ volatile("" : : "r"(frame) : "memory");
	return depth ? recurse(depth + 1) + frame[depth % 200] : 0;
}

BODY(overflow_away)
{
	UNUSED_BODY_ARGS;
	must_zero(task_switch_to(pool));
	return recurse(1);
}

static int overflow_in_child(int out)
{
	const struct rlimit no_core = {0, 0};
	int status;
	pid_t child = fork();

	must(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		must(dup2(out, STDERR_FILENO) == STDERR_FILENO);
		run_with_pool(1, overflow_away, NULL);
		_exit(99);
	}
	must(waitpid(child, &status, 0) == child);
	return status;
}

/* The sanitizers have handlers and words of their own. */
START_TEST(line34_an_overflow_away_says_who_it_was)
{
	char words[256] = "";
	int ends[2], status;

	if (SANITIZER_ADDRESS || SANITIZER_THREAD)
		return;
	must_zero(pipe(ends));
	status = overflow_in_child(ends[1]);
	ck_assert(read(ends[0], words, sizeof(words) - 1) > 0);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSEGV);
	ck_assert_msg(
		strstr(words, "coroutine 'main' used more than"), "%s", words);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

int main(void)
{
	return suite_run("task_switch_keep", 60,
		(const TTest *const[]){
			errno_goes_along_and_identity_does_not,
			errno_in_a_function_that_switches_is_another_threads,
			e7_locals_go_along_and_come_back_with_the_task,
			line34_an_overflow_away_says_who_it_was,
			NULL,
		});
}
