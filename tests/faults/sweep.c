/*
 * sweep - run a command again and again, each time refusing it the next call
 *
 * usage: sweep [-s] [-n RUNS] LIBRARY KIND HOW COMMAND [ARGUMENT...]
 *
 * Runs COMMAND once as it is, and then with REFUSE=KIND:N:HOW for N = 1, 2, …
 * (see refuse.c) until a run is untouched, or RUNS times; in steps that grow
 * when there is more to refuse than that. Each run has to end within ten
 * seconds, by itself, with a status from 0 to 3, with at most 20 lines of
 * messages and some if the status is not 0, and with status 0 only if its
 * output is that of the first run. -s: judge only the status, since the
 * output differs from run to run. Prints what did not hold, and at the end
 * how many runs there were. Returns 1 if something did not hold.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LIMIT_MS = 10000,
	LINES_MAX = 20,
	FAULTS_MAX = 10,
	EVERY_LEAST = 3, /* every second call: it could always be the same */
};

struct sweep {
	const char *library, *kind, *how;
	char **command;
	bool only_status;
	unsigned long runs_max;
	int out, err, log, expected; /* memory files */
	unsigned long nruns, nfaults;
};

static int memory_file(const char *name)
{
	int fd = memfd_create(name, 0);

	if (fd < 0) {
		perror("sweep: memfd_create");
		exit(2);
	}
	return fd;
}

static void empty(int fd)
{
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		exit(2);
}

static off_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_size : 0;
}

static bool same_content(int a, int b)
{
	off_t size = size_of(a);
	bool same = size == size_of(b);

	if (same && size) {
		void *in_a = mmap(NULL, size, PROT_READ, MAP_SHARED, a, 0);
		void *in_b = mmap(NULL, size, PROT_READ, MAP_SHARED, b, 0);

		same = memcmp(in_a, in_b, size) == 0;
		munmap(in_a, size);
		munmap(in_b, size);
	}
	return same;
}

static unsigned count_lines(int fd)
{
	char data[65536];
	ssize_t size = pread(fd, data, sizeof(data), 0);
	unsigned n = 0;

	for (ssize_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
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

/* The wait status, or -1 when it had to be killed. */
static int wait_for(pid_t pid)
{
	struct timespec pause = {.tv_nsec = 200 * 1000};
	struct timespec now, start;
	int status;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if ((now.tv_sec - start.tv_sec) * 1000 > LIMIT_MS) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return status;
}

/* Orphans become ours. The kernel may need a moment to end them. */
static bool strays_stay(void)
{
	struct timespec pause = {.tv_nsec = 1000 * 1000};
	pid_t pid;

	for (int ms = 0; ms < LIMIT_MS; ms++) {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

/* The first run's output becomes the one that is expected. */
static void keep_output(struct sweep *sweep)
{
	int fd = sweep->out;

	sweep->out = sweep->expected;
	sweep->expected = fd;
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
	} else if (WEXITSTATUS(status) > 3) {
		snprintf(what, sizeof(what), "status %d", WEXITSTATUS(status));
		fault(sweep, n, what);
	} else if (WEXITSTATUS(status) && size_of(sweep->err) == 0) {
		fault(sweep, n, "fails without a word");
	} else if (WEXITSTATUS(status) == 0 && !sweep->only_status && n &&
		   !same_content(sweep->out, sweep->expected)) {
		fault(sweep, n, "succeeds with another output");
	}
	if (count_lines(sweep->err) > LINES_MAX)
		fault(sweep, n, "says too much");
}

/* Returns whether something was refused. */
static bool run(struct sweep *sweep, unsigned long n)
{
	pid_t pid;
	int status;

	empty(sweep->out);
	empty(sweep->err);
	empty(sweep->log);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		be_command(sweep, n);
	if (pid < 0)
		exit(2);
	status = wait_for(pid);
	if (n == 0)
		keep_output(sweep);
	judge(sweep, n, status);
	if (strays_stay())
		fault(sweep, n, "leaves processes behind");
	sweep->nruns++;
	return size_of(sweep->log) > 0;
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

	while ((option = getopt(argc, argv, "+sn:")) >= 0) {
		if (option == 's')
			sweep.only_status = true;
		else if (option == 'n')
			sweep.runs_max = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (argc - optind < 4) {
		fputs("usage: sweep [-s] [-n RUNS] LIBRARY KIND HOW COMMAND "
		      "[ARGUMENT...]\n",
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
