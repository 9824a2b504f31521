#include "lib/overflow.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/coro.h"
#include "lib/must.h"
#include "lib/sanitizer.h"
#include "tests/suite.h"

#ifndef EMULATED
#define EMULATED 0
#endif

enum {
	SIZE = 64 << 10
};

static const struct stack_rules rules = {.size = SIZE};

/* What the last words of a child were, and how it ended. */
static char words[4096];
static int status;

static void run_in_child(void (*body)(void))
{
	const struct rlimit no_core = {0, 0};
	size_t length = 0;
	ssize_t n;
	pid_t child;
	int ends[2];

	must_zero(pipe(ends));
	child = fork();
	must(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		must(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
		body();
		_exit(99);
	}
	close(ends[1]);
	while ((n = read(ends[0], words + length, sizeof words - 1 - length)) >
		0)
		length += (size_t)n;
	words[length] = '\0';
	close(ends[0]);
	must(waitpid(child, &status, 0) == child);
}

static void assert_died_saying(const char *line)
{
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSEGV);
	if (EMULATED) /* the emulator has something to add */
		words[strlen(line)] = '\0';
	ck_assert_str_eq(words, line);
}

static struct coro *create(const char *name, coro_fn fn, void *arg)
{
	static struct stack_pool *pool;
	struct coro *coro = NULL;

	if (!pool)
		must_zero(stack_pool_create(&rules, &pool));
	must_zero(coro_create(pool, name, fn, arg, &coro));
	return coro;
}

/* Not a tail call, and not to be seen through. */
static int recurse(int depth)
{
	char frame[200];

	memset(frame, depth, sizeof frame);
	__asm__ volatile("" : : "r"(frame) : "memory");
	return depth ? recurse(depth + 1) + frame[depth % 200] : 0;
}

static void recurse_for_ever(void *arg)
{
	(void)arg;
	recurse(1);
}

static void use_a_large_frame(void *arg)
{
	char frame[1 << 20];

	(void)arg;
	frame[0] = 1;
	__asm__ volatile("" : : "r"(frame) : "memory");
}

static const char advice[] =
	"' used more than its stack of 65536 bytes: recurse less, keep large "
	"arrays off the stack, or create its pool with larger stacks\n";

static const char *line_for(const char *name)
{
	static char line[sizeof words];

	snprintf(line, sizeof line, "coroutine '%s%s", name, advice);
	return line;
}

static void overflow_by_recursion(void)
{
	must_zero(overflow_watch());
	coro_resume(create("deep", recurse_for_ever, NULL));
}

static void overflow_by_one_frame(void)
{
	must_zero(overflow_watch());
	coro_resume(create("wide", use_a_large_frame, NULL));
}

static void overflow_with_a_nasty_name(void)
{
	must_zero(overflow_watch());
	coro_resume(create("\033[2Jred\n", recurse_for_ever, NULL));
}

static void *overflow_here(void *arg)
{
	(void)arg;
	overflow_by_recursion();
	return NULL;
}

static void overflow_in_a_thread(void)
{
	pthread_t thread;

	must_zero(overflow_watch());
	must_zero(pthread_create(&thread, NULL, overflow_here, NULL));
	must_zero(pthread_join(thread, NULL));
}

START_TEST(deep_recursion_is_named)
{
	run_in_child(overflow_by_recursion);
	assert_died_saying(line_for("deep"));
}
END_TEST

START_TEST(one_large_frame_is_named)
{
	run_in_child(overflow_by_one_frame);
	assert_died_saying(line_for("wide"));
}
END_TEST

START_TEST(a_name_cannot_reach_the_terminal)
{
	run_in_child(overflow_with_a_nasty_name);
	assert_died_saying(line_for("?[2Jred?"));
}
END_TEST

START_TEST(every_watched_thread_has_a_stack_to_say_it_on)
{
	run_in_child(overflow_in_a_thread);
	assert_died_saying(line_for("deep"));
}
END_TEST

/* A handler that looks at the neighbours instead of dying. */
enum {
	FRAME_SIZE = 60 << 10
};

static void fill_and_yield(void *arg)
{
	char **seen = arg;
	char frame[FRAME_SIZE];

	memset(frame, 'n', sizeof frame);
	*seen = frame;
	coro_yield();
	must(*seen == frame);
}

static bool is_untouched(const char *frame)
{
	size_t n = FRAME_SIZE;

	while (n && frame[n - 1] == 'n')
		n--;
	return n == 0;
}

static char *left, *right;

static void look_at_the_neighbours(int signal_number)
{
	(void)signal_number;
	_exit(is_untouched(left) && is_untouched(right) ? 7 : 8);
}

static void overflow_between_neighbours(void)
{
	static char alternate[64 << 10];
	const stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
	struct sigaction action = {.sa_handler = look_at_the_neighbours};
	struct coro *deep;

	action.sa_flags = SA_ONSTACK;
	must_zero(sigaltstack(&stack, NULL));
	must_zero(sigaction(SIGSEGV, &action, NULL));
	coro_resume(create("left", fill_and_yield, &left));
	deep = create("deep", recurse_for_ever, NULL);
	coro_resume(create("right", fill_and_yield, &right));
	coro_resume(deep);
}

START_TEST(the_neighbours_stacks_are_untouched)
{
	run_in_child(overflow_between_neighbours);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

/* Other faults: the tools have a handler too, and report them as errors. */
static bool a_tool_handles_faults(void)
{
	return SANITIZER_ADDRESS || SANITIZER_THREAD || RUNNING_ON_VALGRIND ||
	       EMULATED;
}

static void write_to(void *address)
{
	*(char *)address = 1;
}

static void fault_elsewhere(void)
{
	must_zero(overflow_watch());
	coro_resume(create("innocent", write_to, (void *)(uintptr_t)4096));
}

static void fault_in_anothers_guard(void)
{
	struct coro *other = create("other", recurse_for_ever, NULL);

	must_zero(overflow_watch());
	coro_resume(create("innocent", write_to, coro_stack(other)->low - 1));
}

static void signal_myself(void)
{
	must_zero(overflow_watch());
	raise(SIGSEGV);
}

static void say_mine(int signal_number)
{
	(void)signal_number;
	_exit(write(STDERR_FILENO, "mine\n", 5) == 5 ? 11 : 12);
}

static void fault_with_an_earlier_handler(void)
{
	signal(SIGSEGV, say_mine);
	fault_elsewhere();
}

START_TEST(other_faults_die_as_ever)
{
	if (a_tool_handles_faults())
		return;
	run_in_child(fault_elsewhere);
	assert_died_saying("");
	run_in_child(fault_in_anothers_guard);
	assert_died_saying("");
	run_in_child(signal_myself);
	assert_died_saying("");
}
END_TEST

START_TEST(other_faults_go_to_an_earlier_handler)
{
	if (RUNNING_ON_VALGRIND)
		return;
	run_in_child(fault_with_an_earlier_handler);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 11);
	ck_assert_str_eq(words, "mine\n");
}
END_TEST

static void *watch_and_end(void *arg)
{
	(void)arg;
	must_zero(overflow_watch());
	must_zero(overflow_watch());
	return NULL;
}

static size_t address_space_pages(void)
{
	unsigned long n = 0;
	FILE *statm = fopen("/proc/self/statm", "r");

	must(statm && fscanf(statm, "%lu", &n) == 1);
	fclose(statm);
	return n;
}

static void start_and_join(void)
{
	pthread_t thread;

	must_zero(pthread_create(&thread, NULL, watch_and_end, NULL));
	must_zero(pthread_join(thread, NULL));
}

START_TEST(a_thread_takes_its_alternate_stack_with_it)
{
	size_t before;

	start_and_join();
	before = address_space_pages();
	for (int i = 0; i < 100; i++)
		start_and_join();
	if (!a_tool_handles_faults())
		ck_assert_uint_le(address_space_pages(), before + 100);
}
END_TEST

int main(void)
{
	return suite_run("overflow", 60,
		(const TTest *const[]){
			deep_recursion_is_named,
			one_large_frame_is_named,
			a_name_cannot_reach_the_terminal,
			every_watched_thread_has_a_stack_to_say_it_on,
			the_neighbours_stacks_are_untouched,
			other_faults_die_as_ever,
			other_faults_go_to_an_earlier_handler,
			a_thread_takes_its_alternate_stack_with_it,
			NULL,
		});
}
