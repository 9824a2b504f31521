/* finds: deadlock */
/* lesson: 02-signals */
/* thinks: kill\(P1, SIGUSR1\) at step 2, when P1 has made its tests: */
/* thinks: before it sleeps in sigsuspend, which waits for another: */
/* thinks: block it with sigprocmask before the fork, so that only sigsuspend */
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* What sigsuspend is to let in has to be blocked until then. */
static atomic_int go;

static void on_go(int number)
{
	(void)number;
	go = 1;
}

static void wait_for_go(const sigset_t *open)
{
	while (!go)
		sigsuspend(open);
	_exit(0);
}

int main(void)
{
	sigset_t blocked, open;
	pid_t child;

	sigemptyset(&blocked);
#ifdef FIXED
	sigaddset(&blocked, SIGUSR1);
#endif
	signal(SIGUSR1, on_go);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	child = fork();
	if (child == 0)
		wait_for_go(&open);
	kill(child, SIGUSR1);
	waitpid(child, NULL, 0);
	return 0;
}
