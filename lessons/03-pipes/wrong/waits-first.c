/* expect: deadlock */
#include "collect.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

size_t collect(void (*say)(int fd), char *text, size_t size)
{
	int ends[2]; /* 0 to read from, 1 to write to */
	size_t length = 0;
	ssize_t n;

	if (pipe(ends) < 0)
		return 0;
	if (fork() == 0) {
		say(ends[1]);
		exit(0);
	}
	close(ends[1]);
	wait(NULL);
	while ((n = read(ends[0], text + length, size - length)) > 0)
		length += (size_t)n;
	close(ends[0]);
	text[length] = '\0';
	return length;
}
