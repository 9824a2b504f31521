#include "cmd/output.h"

#include "cmd/exit.h"
#include "cmd/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Opened the wrong way round on purpose: using it gives EBADF. */
void output_prepare(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		int wrong_way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			if (open("/dev/null", wrong_way) < 0)
				return;
	}
}

int output_refuse(int error)
{
	if (error)
		msg_error("write error: %s", strerror(error));
	else
		msg_error("write error");
	msg_hint("give stdout a place with room, such as a pipe or a file");
	return EXIT_REFUSED;
}

/* A write failed before the last one, and its errno is gone: write again. */
static int ask_why(void)
{
	clearerr(stdout);
	errno = 0;
	putchar('\n');
	return fflush(stdout) != 0 ? errno : 0;
}

/* A stdout that was closed before we started does not matter unused. */
int output_finish(int code)
{
	bool failed = ferror(stdout) != 0;
	int error = failed ? ask_why() : 0;

	if (!failed && fflush(stdout) != 0) {
		failed = true;
		error = errno;
	}
	if (fclose(stdout) != 0 && !error) {
		failed = true;
		error = errno;
	}
	return failed ? output_refuse(error) : code;
}
