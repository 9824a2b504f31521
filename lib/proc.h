/*
 * proc - worker processes: fork, know when they end, leave none behind
 *
 * A worker runs one function and ends with its return value. It ignores the
 * terminal's interrupt and hang-up (the parent decides what these mean) and
 * is killed by the kernel when its parent dies, so that no stray is left even
 * by kill -9.
 *
 * The end of a worker shows as the end of file of a pipe that only it holds
 * open, so that one poll() can wait for many workers and for what they send.
 * (A pidfd would do as well, but not on kernels before 5.3, nor under
 * valgrind.)
 *
 * Threads:  proc_start before any other thread exists: the child of a
 *           threaded process may call next to nothing (see fork(2)).
 * Blocking: proc_wait until the worker has ended.
 * Memory:   the caller's; a started proc holds a descriptor until proc_wait.
 */
#ifndef LIB_PROC_H
#define LIB_PROC_H

#include <sys/resource.h>
#include <sys/types.h>

struct proc {
	pid_t pid; /* 0: none */
	int ended; /* has an end of file once the process has ended */
};

/* The worker's main function: returns its exit status, 0 to 255. */
typedef int (*proc_fn)(void *arg);

/*
 * Returns 0; -EAGAIN or -ENOMEM when the system refuses another process;
 * -EMFILE or -ENFILE when there is no descriptor left for it.
 */
int proc_start(struct proc *proc, proc_fn fn, void *arg);

/* Ask for the end with a signal; no error when it has come already. */
void proc_kill(const struct proc *proc, int signal);

/*
 * Wait for the end. Returns the wait status as waitpid gives it; *usage, if
 * not NULL, is what the process and its own waited-for children used.
 */
int proc_wait(struct proc *proc, struct rusage *usage);

/*
 * Kill all children of the calling thread, whoever started them; nothing
 * where the system does not list them. Called again after each that was waited
 * for, it leaves none to a process that orphans come to (see prctl(2),
 * PR_SET_CHILD_SUBREAPER).
 */
void proc_kill_children(void);

#endif
