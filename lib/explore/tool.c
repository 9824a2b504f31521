#include "lib/explore/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

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

static int start(const char *const argv[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return -error;
	posix_spawn_file_actions_addopen(
		&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(pid, argv[0], &actions, NULL,
		(char *const *)(void *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

int tool_run(const char *const argv[])
{
	pid_t pid;
	int error = start(argv, STDERR_FILENO, &pid);

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
	error = start(argv, ends[1], &pid);
	close(ends[1]);
	if (!error)
		read_all(ends[0], out, out_size);
	close(ends[0]);
	return error ? error : wait_for(pid);
}
