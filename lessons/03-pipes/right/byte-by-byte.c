/* Slow, and right. */
#include "collect.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

size_t collect(void (*say)(int fd), char *text, size_t size)
{
	int ends[2]; /* 0 to read from, 1 to write to */
	size_t length = 0;
	char byte;

	if (pipe(ends) < 0)
		return 0;
	if (fork() == 0) {
		say(ends[1]);
		exit(0);
	}
	close(ends[1]);
	while (length < size && read(ends[0], &byte, 1) == 1)
		text[length++] = byte;
	text[length] = '\0';
	close(ends[0]);
	wait(NULL);
	return length;
}
