/* expect: deadlock */
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

static void catch_children(void)
{
	struct sigaction catch = {.sa_handler = on_child};

	sigaction(SIGCHLD, &catch, NULL);
}

int supervise(int (*work)(int child), int n)
{
	int status, ngood = 0, nalive = n;

	catch_children();
	for (int i = 0; i < n; i++)
		if (fork() == 0)
			_exit(work(i));
	while (nalive > 0) {
		while (!atomic_exchange(&died, 0))
			pause();
		while (waitpid(-1, &status, WNOHANG) > 0) {
			nalive--;
			ngood += WIFEXITED(status) && !WEXITSTATUS(status);
		}
	}
	return ngood;
}
