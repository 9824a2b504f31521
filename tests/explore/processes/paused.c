/* finds: deadlock */
/* lesson: 02-signals */
/* thinks: kill\(P1, SIGUSR1\) at step 2, when P1 has made its tests: */
/* thinks: before it sleeps in pause, which waits for another: */
/* thinks: block it with sigprocmask before the fork, and let it in with */
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* A signal that comes before the pause is no reason for it to end. */
static atomic_int go;

static void on_go(int number)
{
	(void)number;
	go = 1;
}

static void wait_for_go(void)
{
#ifdef FIXED
	sigset_t open;

	sigemptyset(&open);
	while (!go)
		sigsuspend(&open);
#else
	while (!go)
		pause();
#endif
	_exit(0);
}

int main(void)
{
	sigset_t blocked;
	pid_t child;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
#ifdef FIXED
	sigprocmask(SIG_BLOCK, &blocked, NULL);
#endif
	signal(SIGUSR1, on_go);
	child = fork();
	if (child == 0)
		wait_for_go();
	kill(child, SIGUSR1);
	waitpid(child, NULL, 0);
	return 0;
}
