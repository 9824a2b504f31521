/* expect: deadlock */
#include "collect.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

size_t collect(void (*say)(int fd), char *text, size_t size)
{
	int ends[2]; /* 0 to read from, 1 to write to */
	ssize_t n;

	if (pipe(ends) < 0)
		return 0;
	if (fork() == 0) {
		say(ends[1]);
		exit(0);
	}
	close(ends[1]);
	wait(NULL);
	n = read(ends[0], text, size);
	text[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	return n > 0 ? (size_t)n : 0;
}
