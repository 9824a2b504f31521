#include "lib/must.h"
#include "tests/suite.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Run death in a child; its message in text, its wait status returned. */
static int die(void (*death)(void), char *text, size_t size)
{
	const struct rlimit no_core = {0, 0};
	int fds[2], status;
	ssize_t n;
	size_t end;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		signal(SIGABRT, SIG_DFL);
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(fds[1], STDERR_FILENO);
		death();
		_exit(0);
	}
	close(fds[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	for (end = 0; (n = read(fds[0], text + end, size - 1 - end)) > 0;)
		end += n;
	ck_assert_int_eq(n, 0);
	text[end] = '\0';
	close(fds[0]);
	return status;
}

static void fail_a_condition(void)
{
	must(1 + 1 == 3);
}

static void fail_a_call(void)
{
	must_zero(-EBUSY);
}

static void fail_nothing(void)
{
	must(1 + 1 == 2);
	must_zero(0);
}

START_TEST(a_false_condition_aborts_and_names_itself)
{
	char text[512];
	int status = die(fail_a_condition, text, sizeof(text));

	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
	ck_assert_ptr_nonnull(strstr(text, "1 + 1 == 3"));
	ck_assert_ptr_nonnull(strstr(text, "test_must.c"));
}
END_TEST

START_TEST(a_failed_call_aborts_with_the_text_of_its_error)
{
	char text[512];
	int status = die(fail_a_call, text, sizeof(text));

	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
	ck_assert_ptr_nonnull(strstr(text, strerror(EBUSY)));
}
END_TEST

START_TEST(what_holds_is_silent)
{
	char text[512];

	ck_assert_int_eq(die(fail_nothing, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
	return suite_run("must", 20,
		(const TTest *const[]){
			a_false_condition_aborts_and_names_itself,
			a_failed_call_aborts_with_the_text_of_its_error,
			what_holds_is_silent,
			NULL,
		});
}
