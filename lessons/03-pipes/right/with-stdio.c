/* The C library reads in a loop, up to the end. */
#include "collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

size_t collect(void (*say)(int fd), char *text, size_t size)
{
	int ends[2]; /* 0 to read from, 1 to write to */
	size_t length;
	FILE *in;

	if (pipe(ends) < 0)
		return 0;
	if (fork() == 0) {
		say(ends[1]);
		exit(0);
	}
	close(ends[1]);
	in = fdopen(ends[0], "r");
	length = fread(text, 1, size, in);
	text[length] = '\0';
	fclose(in);
	wait(NULL);
	return length;
}
