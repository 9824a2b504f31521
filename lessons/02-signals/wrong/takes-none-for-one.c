/* expect: the number of children that ended well */
#include "supervise.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int died;

static void on_child(int number)
{
	(void)number;
	atomic_store(&died, 1);
}

/* Only while it sleeps the signal is let in; *open is what to sleep with. */
static void catch_children(sigset_t *open)
{
	struct sigaction catch = {.sa_handler = on_child};
	sigset_t children;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, open);
	sigaction(SIGCHLD, &catch, NULL);
}

int supervise(int (*work)(int child), int n)
{
	int status, ngood = 0, nalive = n;
	sigset_t open;

	catch_children(&open);
	for (int i = 0; i < n; i++)
		if (fork() == 0)
			_exit(work(i));
	while (nalive > 0) {
		while (!atomic_exchange(&died, 0))
			sigsuspend(&open);
		while (waitpid(-1, &status, WNOHANG) >= 0) {
			nalive--;
			ngood += WIFEXITED(status) && !WEXITSTATUS(status);
		}
	}
	return ngood;
}
