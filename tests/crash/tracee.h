/*
 * tracee - a command that is stopped before each of its system calls
 *
 * The command runs under ptrace until it is about to make a call; who traces
 * it may look at the call, let it happen, or kill the command there, and then
 * the call is not made. Programs that it starts are not traced.
 *
 * Leaks are not looked for in it, since that needs ptrace, too.
 */
#ifndef TESTS_CRASH_TRACEE_H
#define TESTS_CRASH_TRACEE_H

#include "lib/sanitizer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

struct tracee {
	pid_t pid;
	int status; /* as waitpid gives it, once it has ended */
	/* The call that it is about to make, numbered from 0, and what the one
	 * before it returned. */
	int ncalls;
	struct __ptrace_syscall_info call;
	int64_t result;
};

enum {
	TRACEE_REFUSED = 125 /* status where ptrace is not allowed */
};

/* With files for its three standard streams; NULL: /dev/null. */
struct tracee_streams {
	const char *in, *out, *err;
};

static inline void tracee_redirect(int to, const char *path, int flags)
{
	int fd = open(path ? path : "/dev/null", flags, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		_exit(TRACEE_REFUSED);
	if (fd != to)
		close(fd);
}

static inline _Noreturn void tracee_exec(
	const char *const *argv, const struct tracee_streams *streams)
{
	const char *leaks = getenv("ASAN_OPTIONS");
	char options[256];

	snprintf(options, sizeof(options), "%s:detect_leaks=0",
		leaks ? leaks : "");
	setenv("ASAN_OPTIONS", options, 1);
	tracee_redirect(STDIN_FILENO, streams->in, O_RDONLY);
	tracee_redirect(
		STDOUT_FILENO, streams->out, O_WRONLY | O_CREAT | O_APPEND);
	tracee_redirect(
		STDERR_FILENO, streams->err, O_WRONLY | O_CREAT | O_APPEND);
	execv(argv[0], (char *const *)argv);
	_exit(TRACEE_REFUSED);
}

/* The same command, not stopped anywhere; returns its exit status. */
static inline int run_command(
	const char *const *argv, const struct tracee_streams *streams)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		tracee_exec(argv, streams);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Start it and stop it before its first call. Returns whether that went well;
 * if not, it has ended with TRACEE_REFUSED. */
static inline bool tracee_start(struct tracee *tracee, const char *const *argv,
	const struct tracee_streams *streams)
{
	*tracee = (struct tracee){.ncalls = -1};
	tracee->pid = fork();
	if (tracee->pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			_exit(TRACEE_REFUSED);
		tracee_exec(argv, streams);
	}
	ck_assert_int_gt(tracee->pid, 0);
	ck_assert_int_eq(waitpid(tracee->pid, &tracee->status, 0), tracee->pid);
	if (!WIFSTOPPED(tracee->status))
		return false;
	ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, tracee->pid, 0,
				 PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL),
		0);
	return true;
}

/* The program under test. */
static inline void tracee_find_conc(char path[PATH_MAX])
{
	const char *conc = getenv("CONC");

	ck_assert_ptr_nonnull(realpath(conc ? conc : "build/conc", path));
}

/* Until the next stop; with the signal that it was stopped for, if any. */
static inline void tracee_go(struct tracee *tracee)
{
	int signal = WIFSTOPPED(tracee->status) ? WSTOPSIG(tracee->status) : 0;

	if (signal == SIGTRAP || signal == (SIGTRAP | 0x80))
		signal = 0;
	ptrace(PTRACE_SYSCALL, tracee->pid, 0, signal);
	ck_assert_int_eq(waitpid(tracee->pid, &tracee->status, 0), tracee->pid);
}

/* Let the call happen and stop before the next one. Returns false when there
 * is none: the command has ended. */
static inline bool tracee_next(struct tracee *tracee)
{
	struct __ptrace_syscall_info info;

	for (;;) {
		tracee_go(tracee);
		if (!WIFSTOPPED(tracee->status))
			return false;
		if (WSTOPSIG(tracee->status) != (SIGTRAP | 0x80))
			continue;
		ck_assert_int_gt(ptrace(PTRACE_GET_SYSCALL_INFO, tracee->pid,
					 sizeof(info), &info),
			0);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			break;
		tracee->result = info.exit.rval;
	}
	tracee->call = info;
	tracee->ncalls++;
	return true;
}

static inline void tracee_kill(struct tracee *tracee)
{
	kill(tracee->pid, SIGKILL);
	ck_assert_int_eq(waitpid(tracee->pid, &tracee->status, 0), tracee->pid);
}

/* What it has started itself. */
static inline void tracee_kill_children(const struct tracee *tracee)
{
	int pid = (int)tracee->pid;
	char path[64];
	FILE *children;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	children = fopen(path, "r");
	while (children && fscanf(children, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (children)
		fclose(children);
}

/* Says why not. */
static inline bool tracee_is_possible(void)
{
	static const char *const argv[] = {"/bin/true", NULL};
	struct tracee tracee;

	if (RUNNING_ON_VALGRIND) {
		fputs("skipped: valgrind would be what is traced\n", stderr);
		return false;
	}
	if (!tracee_start(&tracee, argv, &(struct tracee_streams){0})) {
		fputs("skipped: nothing can be traced here\n", stderr);
		return false;
	}
	tracee_kill(&tracee);
	return true;
}

/* What an argument of the call points to, as far as it can be read; returns
 * how many bytes. */
static inline size_t tracee_read(
	const struct tracee *tracee, int argument, void *data, size_t size)
{
	struct iovec to = {data, size};
	struct iovec from = {
		(void *)(uintptr_t)tracee->call.entry.args[argument], size};
	ssize_t n;

	/* A string may end just before memory that is not there. */
	while ((n = process_vm_readv(tracee->pid, &to, 1, &from, 1, 0)) < 0 &&
		from.iov_len > 1)
		to.iov_len = from.iov_len /= 2;
	return n < 0 ? 0 : (size_t)n;
}

static inline void tracee_read_text(
	const struct tracee *tracee, int argument, char *text, size_t size)
{
	text[tracee_read(tracee, argument, text, size - 1)] = '\0';
}

#endif
