/*
 * What cannot be explored: it would outlast the execution in which it was
 * done, or happens where we have no hand in it. Each ends the execution with a
 * finding that says why.
 */
#include "lib/explore/runtime/rt.h"

#define REFUSE(name, why)                                             \
	void WRAP(name)(void)                                         \
	{                                                             \
		fail(FOUND_REFUSED, CALLER, "calls " #name ": " why); \
	}

#define PROCESS "other processes are not scheduled"
#define NETWORK "the network is not undone"
#define SIGNALS "signals are not scheduled"
#define STACKS "stacks are ours to switch"

REFUSE(fork, PROCESS)
REFUSE(vfork, PROCESS)
REFUSE(execve, PROCESS)
REFUSE(execv, PROCESS)
REFUSE(execvp, PROCESS)
REFUSE(execl, PROCESS)
REFUSE(execlp, PROCESS)
REFUSE(posix_spawn, PROCESS)
REFUSE(posix_spawnp, PROCESS)
REFUSE(system, PROCESS)
REFUSE(popen, PROCESS)
REFUSE(wait, PROCESS)
REFUSE(waitpid, PROCESS)
REFUSE(pipe, PROCESS)
REFUSE(pipe2, PROCESS)

REFUSE(mmap, "only memory of malloc is watched")

REFUSE(socket, NETWORK)
REFUSE(socketpair, NETWORK)
REFUSE(accept, NETWORK)
REFUSE(connect, NETWORK)
REFUSE(poll, NETWORK)
REFUSE(select, NETWORK)
REFUSE(epoll_create1, NETWORK)
REFUSE(eventfd, NETWORK)

REFUSE(signal, SIGNALS)
REFUSE(sigaction, SIGNALS)
REFUSE(sigwait, SIGNALS)
REFUSE(alarm, SIGNALS)
REFUSE(setitimer, SIGNALS)
REFUSE(kill, SIGNALS)
REFUSE(pthread_kill, SIGNALS)
REFUSE(pause, SIGNALS)

REFUSE(longjmp, STACKS)
REFUSE(siglongjmp, STACKS)
REFUSE(__longjmp_chk, STACKS)
REFUSE(swapcontext, STACKS)
REFUSE(makecontext, STACKS)
REFUSE(setcontext, STACKS)

REFUSE(pthread_mutexattr_setrobust, "no process dies but all")
