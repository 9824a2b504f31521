/*
 * lists - run a command with each of many lists of arguments
 *
 * usage: lists MS COMMAND <LISTS
 *
 * Each line of stdin is a list of arguments with tabs between them. A run that
 * takes longer than MS milliseconds is interrupted. Each has to end by itself
 * within ten seconds, with one of the statuses that are documented, or by the
 * interrupt; with at most 20 lines of messages, none of which holds a control
 * byte; and with none of it on stdout when the arguments are wrong. Prints
 * the lists for which that did not hold, and how often each status was seen.
 * Returns 1 if something did not hold.
 */
#include "tests/faults/watch.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ARGUMENTS_MAX = 64,
	FAULTS_MAX = 10,
	STATUSES = 256,
	ANSWER_IS_NO = 1, /* which may be said on stdout */
	USAGE = 2,
	FSQ_USAGE = 100,
};

/* Those of every command, and those of conc fsq. */
static const int documented[] = {
	0, ANSWER_IS_NO, USAGE, 3, 124, FSQ_USAGE, 111};

struct lists {
	const char *command;
	int interrupt_ms;
	int out, err; /* memory files */
	unsigned long nlists, nfaults, ninterrupted, seen[STATUSES];
};

static void fault(struct lists *lists, const char *line, const char *what)
{
	if (lists->nfaults++ < FAULTS_MAX)
		printf("%s: conc %s\n", what, line);
}

static bool is_documented(int status)
{
	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++) {
		if (status == documented[i])
			return true;
	}
	return false;
}

static bool has_control_bytes(int fd)
{
	char data[65536];
	ssize_t size = pread(fd, data, sizeof(data), 0);

	for (ssize_t i = 0; i < size; i++) {
		if (iscntrl((unsigned char)data[i]) && data[i] != '\n')
			return true;
	}
	return false;
}

static void judge_exit(struct lists *lists, const char *line, int status)
{
	bool on_stdout = memory_file_size(lists->out) > 0;
	bool on_stderr = memory_file_size(lists->err) > 0;

	lists->seen[status]++;
	if (!is_documented(status))
		fault(lists, line, "undocumented status");
	if (status && !on_stderr && !(status == ANSWER_IS_NO && on_stdout))
		fault(lists, line, "fails without a word");
	if ((status == USAGE || status == FSQ_USAGE) && on_stdout)
		fault(lists, line, "usage on stdout");
}

static void judge(
	struct lists *lists, const char *line, int status, bool interrupted)
{
	if (status == -1)
		fault(lists, line, "hangs");
	else if (WIFEXITED(status))
		judge_exit(lists, line, WEXITSTATUS(status));
	else if (interrupted && WTERMSIG(status) == SIGINT)
		lists->ninterrupted++;
	else
		fault(lists, line, "dies of a signal");
	if (memory_file_lines(lists->err) > WATCH_LINES_MAX)
		fault(lists, line, "says too much");
	if (has_control_bytes(lists->err))
		fault(lists, line, "control bytes");
}

static _Noreturn void be_command(const struct lists *lists, char *line)
{
	char *arguments[ARGUMENTS_MAX + 2] = {(char *)lists->command};
	int n = 0;

	setpgid(0, 0);
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(lists->out, STDOUT_FILENO);
	dup2(lists->err, STDERR_FILENO);
	while (line && n < ARGUMENTS_MAX)
		arguments[++n] = strsep(&line, "\t");
	execv(lists->command, arguments);
	_exit(127);
}

static void run(struct lists *lists, char *line)
{
	bool interrupted;
	pid_t pid;
	int status;

	memory_file_empty(lists->out);
	memory_file_empty(lists->err);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		be_command(lists, line);
	if (pid < 0)
		exit(2);
	status = watch_child(pid, lists->interrupt_ms, &interrupted);
	judge(lists, line, status, interrupted);
	if (watch_strays())
		fault(lists, line, "leaves processes behind");
	lists->nlists++;
}

static void print_summary(const struct lists *lists)
{
	printf("%lu lists, %lu interrupted", lists->nlists,
		lists->ninterrupted);
	for (int i = 0; i < STATUSES; i++) {
		if (lists->seen[i])
			printf(", %lu with status %d", lists->seen[i], i);
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct lists lists = {0};
	char *line = NULL;
	size_t room = 0;

	if (argc != 3) {
		fputs("usage: lists MS COMMAND <LISTS\n", stderr);
		return 2;
	}
	lists.interrupt_ms = atoi(argv[1]);
	lists.command = argv[2];
	lists.out = memory_file("out");
	lists.err = memory_file("err");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		run(&lists, line);
	}
	free(line);
	print_summary(&lists);
	return lists.nfaults > 0;
}
