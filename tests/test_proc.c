#include "lib/proc.h"
#include "tests/suite.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int return_seven(void *arg)
{
	(void)arg;
	return 7;
}

static int wait_for_a_signal(void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

START_TEST(status_is_what_the_function_returned)
{
	struct proc proc;
	struct rusage usage;
	int status;

	ck_assert_int_eq(proc_start(&proc, return_seven, NULL), 0);
	status = proc_wait(&proc, &usage);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	ck_assert_int_gt(usage.ru_maxrss, 0);
	ck_assert_int_eq(proc.pid, 0);
}
END_TEST

START_TEST(the_end_can_be_polled)
{
	struct pollfd poll_end;
	struct proc proc;

	ck_assert_int_eq(proc_start(&proc, wait_for_a_signal, NULL), 0);
	poll_end = (struct pollfd){.fd = proc.ended, .events = POLLIN};
	ck_assert_int_eq(poll(&poll_end, 1, 0), 0);
	proc_kill(&proc, SIGKILL);
	ck_assert_int_eq(poll(&poll_end, 1, -1), 1);
	ck_assert_int_eq(WTERMSIG(proc_wait(&proc, NULL)), SIGKILL);
}
END_TEST

/* The terminal's signals are the parent's to understand. */
START_TEST(interrupt_and_hangup_leave_a_worker_alone)
{
	struct proc proc;

	ck_assert_int_eq(proc_start(&proc, wait_for_a_signal, NULL), 0);
	proc_kill(&proc, SIGSTOP);
	ck_assert_int_eq(waitpid(proc.pid, NULL, WUNTRACED), proc.pid);
	proc_kill(&proc, SIGINT);
	proc_kill(&proc, SIGHUP);
	proc_kill(&proc, SIGTERM);
	proc_kill(&proc, SIGCONT);
	ck_assert_int_eq(WTERMSIG(proc_wait(&proc, NULL)), SIGTERM);
}
END_TEST

static int start_grandchild(void *arg)
{
	struct proc proc;
	pid_t *pid = arg;

	if (proc_start(&proc, wait_for_a_signal, NULL) < 0)
		return 1;
	*pid = proc.pid;
	return 0;
}

/*
 * The grandchild, orphaned, comes to us as the subreaper. It is killed, or
 * ends by itself when it was orphaned before it could ask to be.
 */
START_TEST(a_worker_dies_with_its_parent)
{
	pid_t *pid = mmap(NULL, sizeof(*pid), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct proc proc;
	int status;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(proc_start(&proc, start_grandchild, pid), 0);
	ck_assert_int_eq(proc_wait(&proc, NULL), 0);
	ck_assert_int_eq(waitpid(*pid, &status, 0), *pid);
	if (WIFSIGNALED(status))
		ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	else
		ck_assert_int_eq(WEXITSTATUS(status), 128 + SIGKILL);
}
END_TEST

START_TEST(no_descriptor_no_process)
{
	struct rlimit usual, none;
	struct proc proc;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_int_eq(proc_start(&proc, return_seven, NULL), -EMFILE);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	/* The leak sanitizer opens files at exit. */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
}
END_TEST

int main(void)
{
	return suite_run("proc", 20,
		(const TTest *const[]){
			status_is_what_the_function_returned,
			the_end_can_be_polled,
			interrupt_and_hangup_leave_a_worker_alone,
			a_worker_dies_with_its_parent,
			no_descriptor_no_process,
			NULL,
		});
}
