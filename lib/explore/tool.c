#include "lib/explore/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	VARIABLE_SIZE = 8192,
};

extern char **environ;

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int start(const char *const argv[], char *const environment[], int out,
	pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return -error;
	posix_spawn_file_actions_addopen(
		&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(pid, argv[0], &actions, NULL,
		(char *const *)(void *)argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

/* Ours with another TMPDIR; to be freed. NULL without memory. */
static char **environment_with(char *tmpdir)
{
	size_t n = 0, used = 0;
	char **list;

	while (environ[n])
		n++;
	list = calloc(n + 2, sizeof(*list));
	if (!list)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(environ[i], "TMPDIR=", strlen("TMPDIR=")) != 0)
			list[used++] = environ[i];
	}
	list[used] = tmpdir;
	return list;
}

int tool_run(const char *const argv[], const char *folder)
{
	char tmpdir[VARIABLE_SIZE];
	char **environment;
	pid_t pid;
	int error;

	snprintf(tmpdir, sizeof(tmpdir), "TMPDIR=%s", folder);
	environment = environment_with(tmpdir);
	if (!environment)
		return -ENOMEM;
	error = start(argv, environment, STDERR_FILENO, &pid);
	free(environment);
	return error ? error : wait_for(pid);
}

static void read_all(int fd, char *out, size_t size)
{
	size_t length = 0;
	char rest[512];

	for (;;) {
		size_t room = size - 1 - length;
		ssize_t n = room ? read(fd, out + length, room)
				 : read(fd, rest, sizeof(rest));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (room)
			length += (size_t)n;
	}
	out[length] = '\0';
}

int tool_ask(const char *const argv[], char *out, size_t out_size)
{
	int ends[2], error;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	error = start(argv, environ, ends[1], &pid);
	close(ends[1]);
	if (!error)
		read_all(ends[0], out, out_size);
	close(ends[0]);
	return error ? error : wait_for(pid);
}

/* The name, and what it has for us; "" when it has nothing. */
static const char *variable(char out[VARIABLE_SIZE], const char *name)
{
	const char *value = getenv(name);

	if (!value || snprintf(out, VARIABLE_SIZE, "%s=%s", name, value) >=
			      VARIABLE_SIZE)
		return "LC_NONE=";
	return out;
}

static void say_limit(const struct box_options *box, const char *tool,
	const struct box_result *result)
{
	char words[BOX_WORDS_SIZE], line[BOX_WORDS_SIZE + 100];

	box_describe(result, &box->limits, words);
	snprintf(line, sizeof(line), "%.80s: %s\n", tool, words);
	if (box->output)
		box->output(box->context, line, strlen(line));
}

int tool_run_boxed(const char *const argv[], const struct box_options *box,
	const char *folder)
{
	static char path[VARIABLE_SIZE], language[VARIABLE_SIZE];
	static char all[VARIABLE_SIZE], messages[VARIABLE_SIZE];
	char tmp[VARIABLE_SIZE];
	const char *const environment[] = {variable(path, "PATH"),
		variable(language, "LANG"), variable(all, "LC_ALL"),
		variable(messages, "LC_MESSAGES"), tmp, NULL};
	struct box_options options = *box;
	struct box_result result;
	unsigned i = 0;
	int error;

	snprintf(tmp, sizeof(tmp), "TMPDIR=%s", folder);
	while (options.places[i].path && i < BOX_MOST_PLACES - 1)
		i++;
	options.places[i] = (struct box_place){folder, BOX_WRITE};
	options.arguments = argv;
	options.environment = environment;
	error = box_run(&options, &result);
	if (error)
		return error;
	if (result.end == BOX_EXITED)
		return result.code;
	say_limit(&options, argv[0], &result);
	return 128 + (result.end == BOX_SIGNALLED ? result.code : SIGKILL);
}
