/* Descriptors, signals and children that a loop watches. */
#include "lib/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/must.h"
#include "tests/suite.h"

static struct loop *loop;
static char events[200];

static int note(void *arg)
{
	strncat(events, arg, sizeof(events) - strlen(events) - 1);
	return 0;
}

#define NOTE(text)                                    \
	(struct loop_call)                            \
	{                                             \
		.fn = note, .arg = text, .name = text \
	}

static void setup(void)
{
	must_zero(loop_create(NULL, &loop));
	events[0] = '\0';
}

/* --- descriptors --- */

static int pipe_fds[2];
static struct loop_fd reader;

static int read_some(void *arg)
{
	char text[8] = "";
	ssize_t n;

	(void)arg;
	must(reader.seen & (POLLIN | POLLHUP));
	n = read(pipe_fds[0], text, 2);
	must(n >= 0);
	if (n == 0)
		loop_fd_stop(loop, &reader);
	note(n ? text : "end");
	return note(" ");
}

START_TEST(a_descriptor_is_told_of_until_it_is_empty)
{
	setup();
	must_zero(pipe2(pipe_fds, O_CLOEXEC));
	reader = (struct loop_fd){.call = {.fn = read_some}};
	ck_assert_int_eq(loop_fd_start(loop, &reader, pipe_fds[0], POLLIN), 0);
	must(write(pipe_fds[1], "abcd", 4) == 4);
	close(pipe_fds[1]);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "ab cd end ");
	close(pipe_fds[0]);
	loop_destroy(loop);
}
END_TEST

START_TEST(descriptors_come_before_timers_in_a_turn)
{
	struct loop_timer timer = {.call = NOTE("timer ")};

	setup();
	must_zero(pipe2(pipe_fds, O_CLOEXEC));
	reader = (struct loop_fd){.call = {.fn = read_some}};
	loop_fd_start(loop, &reader, pipe_fds[0], POLLIN);
	loop_timer_start(loop, &timer, 1);
	close(pipe_fds[1]);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "end timer ");
	close(pipe_fds[0]);
	loop_destroy(loop);
}
END_TEST

static int write_and_close(void *arg)
{
	(void)arg;
	must(write(pipe_fds[1], "zz", 2) == 2);
	close(pipe_fds[1]);
	return 0;
}

/* A script: "at 30 the descriptor becomes readable". */
START_TEST(descriptors_can_be_scripted_in_virtual_time)
{
	const struct loop_rules rules = {.virtual_time = true};
	struct loop_timer script = {.call = {.fn = write_and_close}};

	must_zero(loop_create(&rules, &loop));
	must_zero(pipe2(pipe_fds, O_CLOEXEC));
	reader = (struct loop_fd){.call = {.fn = read_some}};
	loop_fd_start(loop, &reader, pipe_fds[0], POLLIN);
	loop_timer_start(loop, &script, 30);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "zz end ");
	ck_assert_uint_eq(loop_now(loop), 30);
	close(pipe_fds[0]);
	loop_destroy(loop);
}
END_TEST

/* --- signals --- */

static struct loop_signal watch_usr1, watch_usr2;

static int usr1_came(void *arg)
{
	(void)arg;
	note("1");
	loop_release(loop);
	return 0;
}

static int raise_both(void *arg)
{
	(void)arg;
	raise(SIGUSR2);
	raise(SIGUSR1);
	return 0;
}

START_TEST(signals_come_as_calls)
{
	struct loop_call raiser = {.fn = raise_both};
	sigset_t now;

	setup();
	watch_usr1 = (struct loop_signal){.call = {.fn = usr1_came}};
	watch_usr2 = (struct loop_signal){.call = NOTE("2")};
	ck_assert_int_eq(loop_signal_start(loop, &watch_usr1, SIGUSR1), 0);
	ck_assert_int_eq(loop_signal_start(loop, &watch_usr2, SIGUSR2), 0);
	ck_assert_int_eq(loop_run(loop), 0);
	loop_hold(loop);
	loop_soon(loop, &raiser);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "12");
	ck_assert_uint_eq(watch_usr1.count, 1);
	loop_signal_stop(loop, &watch_usr1);
	must_zero(pthread_sigmask(SIG_BLOCK, NULL, &now));
	ck_assert(!sigismember(&now, SIGUSR1));
	ck_assert(sigismember(&now, SIGUSR2));
	loop_destroy(loop);
	must_zero(pthread_sigmask(SIG_BLOCK, NULL, &now));
	ck_assert(!sigismember(&now, SIGUSR2));
}
END_TEST

START_TEST(signals_that_cannot_be_caught_are_refused)
{
	static const int numbers[] = {0, -1, 1000, SIGKILL, SIGSTOP};
	struct loop_signal watch = {.call = NOTE("never")};

	setup();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ck_assert_int_eq(
			loop_signal_start(loop, &watch, numbers[i]), -EINVAL);
	loop_destroy(loop);
}
END_TEST

/* --- children --- */

static pid_t fork_child(int code)
{
	int gate_fds[2];
	char byte;
	pid_t pid;

	must_zero(pipe2(gate_fds, O_CLOEXEC));
	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		close(gate_fds[1]);
		_exit(read(gate_fds[0], &byte, 1) == 0 ? code : 99);
	}
	close(gate_fds[0]);
	close(gate_fds[1]);
	return pid;
}

static int nended;

static int child_ended(void *arg)
{
	const struct loop_child *child = arg;

	nended++;
	must(WIFEXITED(child->status));
	must(waitpid(child->pid, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}

static void watch_children(bool no_pidfd)
{
	const struct loop_rules rules = {.no_pidfd = no_pidfd};
	struct loop_child children[5];
	pid_t other = fork_child(77);
	int status;

	must_zero(loop_create(&rules, &loop));
	for (int i = 0; i < 5; i++) {
		children[i] = (struct loop_child){
			.call = {.fn = child_ended, .arg = &children[i]}};
		ck_assert_int_eq(
			loop_child_start(loop, &children[i], fork_child(i)), 0);
	}
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_int_eq(nended, 5);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(WEXITSTATUS(children[i].status), i);
	/* Not ours to wait for, so it is still there. */
	ck_assert_int_eq(waitpid(other, &status, 0), other);
	ck_assert_int_eq(WEXITSTATUS(status), 77);
	loop_destroy(loop);
}

START_TEST(children_are_waited_for_by_number)
{
	watch_children(false);
}
END_TEST

START_TEST(children_are_waited_for_without_pidfds_too)
{
	watch_children(true);
}
END_TEST

START_TEST(what_is_no_child_is_refused)
{
	struct loop_child watch = {.call = NOTE("never")};

	setup();
	ck_assert_int_eq(loop_child_start(loop, &watch, getpid()), -ECHILD);
	ck_assert_int_eq(loop_run(loop), 0);
	loop_destroy(loop);
}
END_TEST

static int keep_status(void *arg)
{
	const struct loop_child *child = arg;

	return note(child->status == -ECHILD ? "none" : "some");
}

START_TEST(a_child_that_another_has_waited_for_is_told_so)
{
	struct loop_child watch = {.call = {.fn = keep_status, .arg = &watch}};
	pid_t pid = fork_child(0);

	setup();
	ck_assert_int_eq(loop_child_start(loop, &watch, pid), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_str_eq(events, "none");
	loop_destroy(loop);
}
END_TEST

int main(void)
{
	return suite_run("loop_watch", 60,
		(const TTest *const[]){
			a_descriptor_is_told_of_until_it_is_empty,
			descriptors_come_before_timers_in_a_turn,
			descriptors_can_be_scripted_in_virtual_time,
			signals_come_as_calls,
			signals_that_cannot_be_caught_are_refused,
			children_are_waited_for_by_number,
			children_are_waited_for_without_pidfds_too,
			what_is_no_child_is_refused,
			a_child_that_another_has_waited_for_is_told_so,
			NULL,
		});
}
