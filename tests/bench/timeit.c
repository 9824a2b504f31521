/*
 * timeit - run commands in turn, A B C A B C …, and write down each run
 *
 *	timeit ROUNDS COMMAND...
 *
 * A COMMAND is one argument, split at spaces; no shell is between it and
 * the clock. Each runs once before the rounds begin, and the first line that
 * it prints then is its answer; in the rounds it prints to /dev/null. Output:
 *
 *	answer COMMAND_NUMBER TEXT
 *	run COMMAND_NUMBER WALL_NS CPU_NS PEAK_KIB
 *
 * A command that does not exit with 0 ends it all with 1. The memory of a
 * child is seen from this program, which is small, because a child's peak
 * begins at that of whoever forks it.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_WORDS = 64
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char **words_of(const char *command)
{
	char **words = calloc(MAX_WORDS + 1, sizeof(*words));
	char *copy = strdup(command);
	int n = 0;

	if (!words || !copy)
		die("timeit");
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		if (n < MAX_WORDS)
			words[n++] = word;
	return words;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static uint64_t ns_of(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * 1000000000 + (uint64_t)tv.tv_usec * 1000;
}

/* Start words with stdout on fd out. */
static pid_t start(char **words, int out)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		dup2(out, STDOUT_FILENO);
		execvp(words[0], words);
		perror(words[0]);
		_exit(127);
	}
	return pid;
}

static struct rusage finish(pid_t pid, const char *name)
{
	struct rusage usage;
	int status;

	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "timeit: '%s' failed\n", name);
		exit(1);
	}
	return usage;
}

static void learn_answer(int number, char **words, const char *name)
{
	char line[256], rest[1 << 16];
	int fds[2];
	pid_t pid;
	FILE *in;

	if (pipe(fds))
		die("pipe");
	pid = start(words, fds[1]);
	close(fds[1]);
	in = fdopen(fds[0], "r");
	if (!in)
		die("fdopen");
	if (!fgets(line, sizeof(line), in))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	while (fread(rest, 1, sizeof(rest), in))
		;
	fclose(in);
	finish(pid, name);
	printf("answer %d %s\n", number, line);
}

static void run(int number, char **words, const char *name, int null)
{
	uint64_t begin = now(), end;
	struct rusage usage = finish(start(words, null), name);

	end = now();
	printf("run %d %llu %llu %ld\n", number,
		(unsigned long long)(end - begin),
		(unsigned long long)(ns_of(usage.ru_utime) +
				     ns_of(usage.ru_stime)),
		usage.ru_maxrss);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[1]) : 0;
	int ncommands = argc - 2;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char ***commands;

	if (rounds < 1) {
		fputs("usage: timeit ROUNDS COMMAND...\n", stderr);
		return 2;
	}
	commands = calloc((size_t)ncommands, sizeof(*commands));
	if (!commands || null < 0)
		die("timeit");
	for (int i = 0; i < ncommands; i++) {
		commands[i] = words_of(argv[i + 2]);
		fflush(stdout);
		learn_answer(i + 1, commands[i], argv[i + 2]);
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < ncommands; i++)
			run(i + 1, commands[i], argv[i + 2], null);
	return 0;
}
