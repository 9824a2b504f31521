/*
 * The child says something in three pieces, which come as it pleases them; and
 * something else through a pipe that is full after each piece; that one is to
 * leave no end of it open, which would else hide that a part only came.
 */
#define _GNU_SOURCE /* to make a pipe small */
#include "collect.h"

#include "lesson.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NPIECES = 3,
	SMALLEST = 4096,
};

struct speech {
	const char *pieces[NPIECES], *whole;
};

static const struct speech some = {{"one ", "two ", "three"}, "one two three"};
static const struct speech more = {
	{"one two ", "three four ", "five"}, "one two three four five"};
static const struct speech letters = {{"a", "b", "c"}, "abc"};
static const struct speech *speech = &some;

/* One piece in a page, and one page. */
static void narrow(int fd)
{
	fcntl(fd, F_SETPIPE_SZ, SMALLEST);
	fcntl(fd, F_SETFL, O_WRONLY | O_DIRECT);
}

static void say(int fd)
{
	if (speech == &letters)
		narrow(fd);
	for (int i = 0; i < NPIECES; i++)
		EXPECT(write(fd, speech->pieces[i], strlen(speech->pieces[i])) >
				0,
			"the child cannot write: its writing end is closed");
}

/* The number that the next file would get. */
static int next_fd(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}

int main(int argc, char *argv[])
{
	char text[100] = "";
	int fd = next_fd();
	size_t n;

	if (argc > 1 && strcmp(argv[1], "more") == 0)
		speech = &more;
	if (argc > 1 && strcmp(argv[1], "narrow") == 0)
		speech = &letters;
	n = collect(say, text, sizeof(text) - 1);
	EXPECT(wait(NULL) < 0 && errno == ECHILD,
		"the child was not waited for");
	EXPECT(n == strlen(speech->whole),
		"only a part of what the child said came");
	EXPECT(strcmp(text, speech->whole) == 0,
		"what the child said came in the wrong place");
	EXPECT(speech != &letters || next_fd() == fd,
		"an end of the pipe is still open");
	return 0;
}
