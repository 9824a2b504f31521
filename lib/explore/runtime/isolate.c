/*
 * Each execution in a process of its own, forked from the snapshot: whatever
 * it writes to and opens is gone afterwards. It costs a fork, about a thousand
 * times what a reset in place does. What the search knows lies in the wire,
 * and so the next process goes on where the last one ended.
 */
#include "lib/explore/runtime/rt.h"
#include "lib/folder.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SILENT_S = 10, /* without an end: it waits for something outside */
};

static atomic_int child, ended_by_us;

static void on_alarm(int signal)
{
	(void)signal;
	ended_by_us = 1;
	kill((pid_t)child, SIGKILL);
}

void isolate_setup(void)
{
	const struct sigaction action = {.sa_handler = on_alarm};

	sigaction(SIGALRM, &action, NULL);
}

static _Noreturn void be_execution(
	enum search_end (*execute)(void), pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	crash_watch();
	rt->wire->progress.end = execute();
	_exit(0);
}

static int wait_for_child(void)
{
	struct itimerval limit = {.it_value.tv_sec = SILENT_S};
	int status = 0;

	setitimer(ITIMER_REAL, &limit, NULL);
	while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR)
		;
	limit.it_value.tv_sec = 0;
	setitimer(ITIMER_REAL, &limit, NULL);
	return status;
}

/* It could not tell how it ended. */
static void tell_for_it(int status)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	struct finding finding = {
		.kind = ended_by_us ? FOUND_HANG : FOUND_SIGNAL,
		.code = signal,
		.execution = rt->wire->progress.executions + 1,
		.first.thread = WIRE_NOBODY,
		.second.thread = WIRE_NOBODY,
	};

	if (ended_by_us)
		strcpy(finding.text, "waits for something that no thread of "
				     "the program will do");
	else if (signal)
		snprintf(finding.text, sizeof(finding.text),
			"the program ended its process, by signal %d", signal);
	else
		snprintf(finding.text, sizeof(finding.text),
			"the program ended its process, with status %d",
			WEXITSTATUS(status));
	rt->wire->failure =
		(uint32_t)(finding_add(&finding) - rt->wire->findings) + 1;
}

static void remove_files(void)
{
	if (rt->wire->has_files)
		folder_remove(rt->wire->scratch);
	rt->wire->has_files = false;
}

enum search_end isolate(
	enum search_end (*execute)(void), enum search_end (*account)(void))
{
	pid_t pid, parent = getpid();
	int status;

	pid = fork();
	if (pid == 0)
		be_execution(execute, parent);
	if (pid < 0)
		return END_NOT;
	child = pid;
	status = wait_for_child();
	remove_files();
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return (enum search_end)rt->wire->progress.end;
	tell_for_it(status);
	return account();
}
