/*
 * What cannot be explored: it would outlast the execution in which it was
 * done, or happens where we have no hand in it. Each ends the execution with a
 * finding that says why.
 */
#include "lib/explore/runtime/rt.h"

#include <signal.h>

#define REFUSE(name, why)                                             \
	void WRAP(name)(void)                                         \
	{                                                             \
		fail(FOUND_REFUSED, CALLER, "calls " #name ": " why); \
	}

#define PROCESS "other processes are not scheduled without --processes"
#define KEPT "what is done there is not undone"
#define NETWORK "the network is not undone"
#define SIGNALS "signals are not scheduled"
#define STACKS "jumps out of functions are not followed"
#define REAL "the threads are none of the system's"

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
REFUSE(execle, PROCESS)
REFUSE(execvpe, PROCESS)
REFUSE(fexecve, PROCESS)
REFUSE(clone, PROCESS)
REFUSE(daemon, PROCESS)
REFUSE(wait3, PROCESS)
REFUSE(wait4, PROCESS)
REFUSE(waitid, PROCESS)
REFUSE(pclose, PROCESS)

REFUSE(dup, KEPT)
REFUSE(dup2, KEPT)
REFUSE(dup3, KEPT)
REFUSE(shm_open, KEPT)
REFUSE(shm_unlink, KEPT)
REFUSE(sem_open, KEPT)
REFUSE(sem_close, KEPT)
REFUSE(sem_unlink, KEPT)
REFUSE(mq_open, KEPT)
REFUSE(chdir, KEPT)
REFUSE(chmod, KEPT)
REFUSE(mkfifo, KEPT)
REFUSE(mknod, KEPT)
REFUSE(mmap, "only memory of malloc is watched")
REFUSE(munmap, "only memory of malloc is watched")
REFUSE(mprotect, "only memory of malloc is watched")
REFUSE(sbrk, "only memory of malloc is watched")
REFUSE(dlopen, "what is loaded would stay")

REFUSE(socket, NETWORK)
REFUSE(socketpair, NETWORK)
REFUSE(accept, NETWORK)
REFUSE(connect, NETWORK)
REFUSE(poll, NETWORK)
REFUSE(select, NETWORK)
REFUSE(epoll_create1, NETWORK)
REFUSE(eventfd, NETWORK)
REFUSE(bind, NETWORK)
REFUSE(listen, NETWORK)
REFUSE(accept4, NETWORK)
REFUSE(send, NETWORK)
REFUSE(sendto, NETWORK)
REFUSE(sendmsg, NETWORK)
REFUSE(recv, NETWORK)
REFUSE(recvfrom, NETWORK)
REFUSE(recvmsg, NETWORK)
REFUSE(shutdown, NETWORK)
REFUSE(setsockopt, NETWORK)
REFUSE(getsockopt, NETWORK)
REFUSE(getaddrinfo, NETWORK)
REFUSE(gethostbyname, NETWORK)
REFUSE(ppoll, NETWORK)
REFUSE(pselect, NETWORK)
REFUSE(epoll_create, NETWORK)
REFUSE(epoll_ctl, NETWORK)
REFUSE(epoll_wait, NETWORK)
REFUSE(timerfd_create, NETWORK)
REFUSE(inotify_init, NETWORK)
REFUSE(signalfd, NETWORK)

REFUSE(signal, SIGNALS)
REFUSE(sigaction, SIGNALS)
REFUSE(sigwait, SIGNALS)
REFUSE(alarm, SIGNALS)
REFUSE(setitimer, SIGNALS)
REFUSE(kill, SIGNALS)
REFUSE(pthread_kill, SIGNALS)
REFUSE(pause, SIGNALS)
REFUSE(sigwaitinfo, SIGNALS)
REFUSE(sigtimedwait, SIGNALS)
REFUSE(sigsuspend, SIGNALS)
REFUSE(sigprocmask, SIGNALS)
REFUSE(pthread_sigmask, SIGNALS)
REFUSE(pthread_sigqueue, SIGNALS)
REFUSE(sigaltstack, SIGNALS)
REFUSE(timer_create, SIGNALS)
REFUSE(ualarm, SIGNALS)
REFUSE(killpg, SIGNALS)
REFUSE(sigset, SIGNALS)
REFUSE(siginterrupt, SIGNALS)
REFUSE(tgkill, SIGNALS)

REFUSE(_longjmp, STACKS)
REFUSE(longjmp, STACKS)
REFUSE(siglongjmp, STACKS)
REFUSE(__longjmp_chk, STACKS)
REFUSE(swapcontext, STACKS)
REFUSE(makecontext, STACKS)
REFUSE(setcontext, STACKS)

REFUSE(pthread_getattr_np, REAL)
REFUSE(pthread_getcpuclockid, REAL)
REFUSE(pthread_getaffinity_np, REAL)
REFUSE(pthread_getschedparam, REAL)

/* It ends the process, which may be that of one execution. */
int WRAP(raise)(int number)
{
	if (!rt->wire->config.isolate)
		fail(FOUND_REFUSED, CALLER, "calls raise: " SIGNALS);
	return raise(number);
}
