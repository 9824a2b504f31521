#include "lib/proc.h"

#include "lib/must.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * PR_SET_PDEATHSIG comes too late when the parent has died between fork and
 * here; then we have been handed to another parent already.
 */
static void die_with_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(128 + SIGKILL);
}

/* Signals are blocked on entry: none may meet the parent's handlers here. */
static _Noreturn void be_worker(
	pid_t parent, const sigset_t *mask, proc_fn fn, void *arg)
{
	die_with_parent(parent);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	_exit(fn(arg));
}

int proc_start(struct proc *proc, proc_fn fn, void *arg)
{
	pid_t parent = getpid(), pid;
	sigset_t all, mask;
	int life[2], error;

	if (pipe2(life, O_CLOEXEC) < 0)
		return -errno;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	pid = fork();
	error = errno;
	if (pid == 0) {
		close(life[0]);
		be_worker(parent, &mask, fn, arg);
	}
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	close(life[1]);
	if (pid < 0) {
		close(life[0]);
		return -error;
	}
	*proc = (struct proc){.pid = pid, .ended = life[0]};
	return 0;
}

void proc_kill(const struct proc *proc, int signal)
{
	if (proc->pid)
		kill(proc->pid, signal);
}

int proc_wait(struct proc *proc, struct rusage *usage)
{
	int status;
	pid_t pid;

	must(proc->pid > 0);
	do
		pid = wait4(proc->pid, &status, 0, usage);
	while (pid < 0 && errno == EINTR);
	must(pid == proc->pid);
	close(proc->ended);
	*proc = (struct proc){0};
	return status;
}

void proc_kill_children(void)
{
	FILE *in = fopen("/proc/thread-self/children", "re");
	int pid;

	while (in && fscanf(in, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (in)
		fclose(in);
}
