/*
 * sweep - run a command again and again, each time refusing it the next call
 *
 * usage: sweep [-s] [-n RUNS] [-x STATUS] [-b BEFORE] [-a AFTER] \
 *              LIBRARY KIND HOW COMMAND [ARGUMENT...]
 *
 * Runs COMMAND once as it is, and then with REFUSE=KIND:N:HOW for N = 1, 2, …
 * (see refuse.c) until a run is untouched, or RUNS times; in steps that grow
 * when there is more to refuse than that. Each run has to end within ten
 * seconds, by itself, with a status from 0 to 3, with at most 20 lines of
 * messages and some if the status is not 0, and with status 0 only if its
 * output is that of the first run. -s: judge only the status, since the
 * output differs from run to run. -x: the only status but 0 that is allowed.
 * -b: run by the shell before each run, -a: after each, with its status as $1;
 * both have to succeed. Prints what did not hold, and at the end
 * how many runs there were. Returns 1 if something did not hold.
 */
#include "tests/faults/watch.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FAULTS_MAX = 10,
	EVERY_LEAST = 3, /* every second call: it could always be the same */
};

struct sweep {
	const char *library, *kind, *how;
	char **command;
	bool only_status;
	const char *before, *after;
	int refusal; /* 0: from 1 to 3 */
	unsigned long runs_max;
	int out, err, log, expected; /* memory files */
	unsigned long nruns, nfaults;
};

static bool same_content(int a, int b)
{
	off_t size = memory_file_size(a);
	bool same = size == memory_file_size(b);

	if (same && size) {
		void *in_a = mmap(NULL, size, PROT_READ, MAP_SHARED, a, 0);
		void *in_b = mmap(NULL, size, PROT_READ, MAP_SHARED, b, 0);

		same = memcmp(in_a, in_b, size) == 0;
		munmap(in_a, size);
		munmap(in_b, size);
	}
	return same;
}

static void fault(struct sweep *sweep, unsigned long n, const char *what)
{
	char message[200] = "";
	ssize_t size = pread(sweep->err, message, sizeof(message) - 1, 0);

	if (size > 0)
		message[strcspn(message, "\n")] = '\0';
	if (sweep->nfaults++ < FAULTS_MAX)
		printf("%s:%lu:%s: %s; %s\n", sweep->kind, n, sweep->how, what,
			message);
}

static _Noreturn void be_command(const struct sweep *sweep, unsigned long n)
{
	char orders[100], log[40];

	setpgid(0, 0);
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(sweep->out, STDOUT_FILENO);
	dup2(sweep->err, STDERR_FILENO);
	if (n) {
		snprintf(orders, sizeof(orders), "%s:%lu:%s", sweep->kind, n,
			sweep->how);
		snprintf(log, sizeof(log), "/proc/%d/fd/%d", (int)getppid(),
			sweep->log);
		setenv("REFUSE", orders, 1);
		setenv("REFUSE_LOG", log, 1);
		setenv("LD_PRELOAD", sweep->library, 1);
	}
	for (int fd = 3; fd < 20; fd++)
		close(fd);
	execvp(sweep->command[0], sweep->command);
	_exit(127);
}

/* The first run's output becomes the one that is expected. */
static void keep_output(struct sweep *sweep)
{
	int fd = sweep->out;

	sweep->out = sweep->expected;
	sweep->expected = fd;
}

static bool is_strange(const struct sweep *sweep, int status)
{
	if (sweep->refusal)
		return status != 0 && status != sweep->refusal;
	return status > 3;
}

/* A command of the shell; NULL is none. */
static bool run_shell(const char *command, int status)
{
	char line[4096];

	if (!command)
		return true;
	snprintf(line, sizeof(line), "set -- %d; %s", status, command);
	return system(line) == 0;
}

static void judge(struct sweep *sweep, unsigned long n, int status)
{
	char what[60];

	if (status == -1) {
		fault(sweep, n, "hangs");
	} else if (WIFSIGNALED(status)) {
		snprintf(what, sizeof(what), "dies of signal %d",
			WTERMSIG(status));
		fault(sweep, n, what);
	} else if (is_strange(sweep, WEXITSTATUS(status))) {
		snprintf(what, sizeof(what), "status %d", WEXITSTATUS(status));
		fault(sweep, n, what);
	} else if (WEXITSTATUS(status) && memory_file_size(sweep->err) == 0) {
		fault(sweep, n, "fails without a word");
	} else if (WEXITSTATUS(status) == 0 && !sweep->only_status && n &&
		   !same_content(sweep->out, sweep->expected)) {
		fault(sweep, n, "succeeds with another output");
	}
	if (memory_file_lines(sweep->err) > WATCH_LINES_MAX)
		fault(sweep, n, "says too much");
}

/* Returns whether something was refused. */
static bool run(struct sweep *sweep, unsigned long n)
{
	bool interrupted;
	pid_t pid;
	int status;

	memory_file_empty(sweep->out);
	memory_file_empty(sweep->err);
	memory_file_empty(sweep->log);
	fflush(stdout);
	if (!run_shell(sweep->before, 0))
		fault(sweep, n, "cannot be prepared");
	pid = fork();
	if (pid == 0)
		be_command(sweep, n);
	if (pid < 0)
		exit(2);
	status = watch_child(pid, 0, &interrupted);
	if (n == 0)
		keep_output(sweep);
	judge(sweep, n, status);
	if (watch_strays())
		fault(sweep, n, "leaves processes behind");
	sweep->nruns++;
	return memory_file_size(sweep->log) > 0;
}

static void go_through(struct sweep *sweep)
{
	unsigned long n = *sweep->how == 'e' ? EVERY_LEAST : 1, step = 1;

	run(sweep, 0);
	while (run(sweep, n) && sweep->nruns < sweep->runs_max) {
		if (sweep->nruns > sweep->runs_max / 2)
			step += step / 4 + 1;
		n += step;
	}
	printf("%lu runs, the last with N = %lu\n", sweep->nruns, n);
}

int main(int argc, char **argv)
{
	struct sweep sweep = {.runs_max = 1000};
	int option;

	while ((option = getopt(argc, argv, "+sn:x:b:a:")) >= 0) {
		if (option == 's')
			sweep.only_status = true;
		else if (option == 'n')
			sweep.runs_max = strtoul(optarg, NULL, 10);
		else if (option == 'x')
			sweep.refusal = atoi(optarg);
		else if (option == 'b')
			sweep.before = optarg;
		else if (option == 'a')
			sweep.after = optarg;
		else
			return 2;
	}
	if (argc - optind < 4) {
		fputs("usage: sweep [-s] [-n RUNS] [-x STATUS] [-b BEFORE] "
		      "[-a AFTER] LIBRARY KIND HOW COMMAND [ARGUMENT...]\n",
			stderr);
		return 2;
	}
	sweep.library = argv[optind];
	sweep.kind = argv[optind + 1];
	sweep.how = argv[optind + 2];
	sweep.command = argv + optind + 3;
	sweep.out = memory_file("out");
	sweep.err = memory_file("err");
	sweep.log = memory_file("log");
	sweep.expected = memory_file("expected");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	go_through(&sweep);
	return sweep.nfaults > 0;
}
