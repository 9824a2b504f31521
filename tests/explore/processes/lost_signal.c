/* finds: deadlock */
/* lesson: 02-signals */
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int died;

static void on_child(int number)
{
	(void)number;
	atomic_store(&died, 1);
}

/* Between the look at the flag and the pause the signal can come. */
static void wait_for_child(const sigset_t *open)
{
	while (!atomic_load(&died))
#ifdef FIXED
		sigsuspend(open);
#else
		(void)open, pause();
#endif
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_child};
	sigset_t children, open;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, NULL, &open);
#ifdef FIXED
	sigprocmask(SIG_BLOCK, &children, &open);
#endif
	sigaction(SIGCHLD, &action, NULL);
	if (fork() == 0)
		_exit(0);
	wait_for_child(&open);
	wait(NULL);
	return 0;
}
