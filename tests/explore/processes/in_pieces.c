/* finds: assertion failed */
/* lesson: 03-pipes */
/* thinks: got 11 of the 20 bytes that it asked for: go on reading */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What comes in pieces: the C library waits for all, a read for the first. */
static void get(int fd)
{
	char text[20] = "", line[20];
	FILE *in = fdopen(fd, "r");

#ifdef FIXED
	assert(fgets(line, sizeof(line), in) && !strcmp(line, "a line\n"));
	assert(fread(text, 1, sizeof(text), in) == 9);
#else
	(void)line, (void)in;
	assert(read(fd, text, sizeof(text)) == 16);
#endif
}

int main(void)
{
	int ends[2];

	assert(pipe(ends) == 0);
	if (fork() == 0) {
		assert(write(ends[1], "a l", 3) == 3);
		assert(write(ends[1], "ine\nand ", 8) == 8);
		assert(write(ends[1], "more\n", 5) == 5);
		_exit(0);
	}
	close(ends[1]);
	get(ends[0]);
	wait(NULL);
	return 0;
}
