/*
 * fsq_fault - stop, kill or fail a queue's operation at any of its calls
 *
 * Calls are counted; at number `at` (from 0), or at that and all later ones of
 * a kind, the error is returned instead, the process is killed, or a function
 * is run, as the fault says. A run in which the number was not reached shows
 * that all calls have been tried.
 */
#ifndef TESTS_FSQ_FAULT_H
#define TESTS_FSQ_FAULT_H

#include "lib/fsq_sys.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

enum {
	FAULT_ANY = -1, /* call of any kind */
	FAULT_KILL = 1 /* instead of an error */
};

struct fault {
	int at; /* the first call that fails */
	int call; /* an enum fsq_call or FAULT_ANY */
	int error; /* what it gives; FAULT_KILL; 0: run meanwhile */
	bool persistent; /* so do all that follow */
	void (*meanwhile)(void *arg); /* what happens just before the call */
	void *arg;
	int ncalls; /* seen so far */
	int nfaults;
};

static inline int fault_hook(enum fsq_call call, const char *name, void *arg)
{
	struct fault *fault = arg;
	int n;

	(void)name;
	if (fault->call != FAULT_ANY && (int)call != fault->call)
		return 0;
	n = fault->ncalls++;
	if (fault->persistent ? n < fault->at : n != fault->at)
		return 0;
	fault->nfaults++;
	if (fault->error == FAULT_KILL)
		kill(getpid(), SIGKILL);
	if (fault->meanwhile)
		fault->meanwhile(fault->arg);
	return fault->error;
}

static inline void fault_set(struct fault *fault)
{
	fsq_sys_set_hook(fault_hook, fault);
}

static inline void fault_clear(void)
{
	fsq_sys_set_hook(NULL, NULL);
}

/* Run a function in a child that is killed before its at-th call. Returns
 * whether there was such a call. */
static inline bool killed_at(int at, void (*fn)(void *arg), void *arg)
{
	struct fault fault = {.at = at, .call = FAULT_ANY, .error = FAULT_KILL};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		fault_set(&fault);
		fn(arg);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

#endif
