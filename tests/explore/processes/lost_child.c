/* finds: deadlock */
/* lesson: 02-signals */
#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	N = 2
};

static atomic_int nreaped;

/* One signal may stand for two children. */
static void on_child(int signal)
{
	(void)signal;
#ifdef FIXED
	while (waitpid(-1, NULL, WNOHANG) > 0)
		nreaped++;
#else
	if (waitpid(-1, NULL, WNOHANG) > 0)
		nreaped++;
#endif
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_child};
	sigset_t child, before;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
	sigaction(SIGCHLD, &action, NULL);
	for (int i = 0; i < N; i++) {
		if (fork() == 0)
			_exit(0);
	}
	while (nreaped < N)
		sigsuspend(&before);
	return 0;
}
