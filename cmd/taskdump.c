#include "cmd/taskdump.h"

#include "lib/roster.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void write_stderr(const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(STDERR_FILENO, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		size -= (size_t)n;
	}
}

static void show(int signal_number)
{
	int error = errno;

	(void)signal_number;
	roster_print(write_stderr);
	errno = error;
}

/* A coroutine's stack may be too small for a signal: use the other. */
void taskdump_prepare(void)
{
	struct sigaction before, catch = {.sa_handler = show,
					 .sa_flags = SA_RESTART | SA_ONSTACK};

	roster_enter("main");
	sigfillset(&catch.sa_mask);
	sigaction(SIGQUIT, NULL, &before);
	if (before.sa_handler != SIG_IGN)
		sigaction(SIGQUIT, &catch, NULL);
}
