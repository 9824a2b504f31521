#include "cmd/async.h"

#include "cmd/global.h"
#include "lib/must.h"
#include "lib/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NOT_RUN = 127,
	COMMAND_SIZE = 200,
	MOST_WORDS = 20
};

struct child {
	const struct async_step *step;
	int ends[2]; /* of the pipe from its stdout to us */
};

/*
 * The program that we are, whatever PATH says. Under an emulator the kernel
 * would take the emulator for it, but that answers for us when we ask.
 */
static void run_myself(char **words)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n > 0) {
		path[n] = '\0';
		execv(path, words);
	}
	execv("/proc/self/exe", words); /* it has been moved or removed */
}

static int be_step(void *arg)
{
	const struct child *child = arg;
	char text[COMMAND_SIZE], *words[MOST_WORDS + 2], *rest = text;
	int n = 0;

	must(strlen(child->step->command) < sizeof(text));
	strcpy(text, child->step->command);
	while (rest) {
		must(n < MOST_WORDS);
		words[n++] = strsep(&rest, " ");
	}
	if (global.quiet)
		words[n++] = "--quiet";
	words[n] = NULL;
	if (dup2(child->ends[1], STDOUT_FILENO) >= 0)
		run_myself(words);
	return NOT_RUN;
}

static void read_lines(int fd, async_line_fn line, void *arg)
{
	FILE *stream = fdopen(fd, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	if (!stream) {
		close(fd);
		return;
	}
	while ((n = getline(&text, &size, stream)) > 0)
		line(text, (size_t)n - (text[n - 1] == '\n'), arg);
	free(text);
	fclose(stream);
}

int async_run_step(const struct async_step *step, async_line_fn line, void *arg)
{
	struct child child = {.step = step};
	struct proc proc;
	int status;

	if (pipe2(child.ends, O_CLOEXEC) < 0)
		return -errno;
	status = proc_start(&proc, be_step, &child);
	close(child.ends[1]);
	if (status < 0) {
		close(child.ends[0]);
		return status;
	}
	read_lines(child.ends[0], line, arg);
	status = proc_wait(&proc, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
