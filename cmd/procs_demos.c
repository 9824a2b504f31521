#include "cmd/procs.h"

#include "lib/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Children, so many as could be started. */
struct family {
	struct proc procs[PROCS_MOST_CHILDREN];
	unsigned size;
};

static void family_wait(struct family *family)
{
	for (unsigned i = 0; i < family->size; i++)
		proc_wait(&family->procs[i], NULL);
	family->size = 0;
}

/* All or none: the i-th child runs fn on args + i * arg_size. */
static int family_start(struct family *family, unsigned n, proc_fn fn,
	void *args, size_t arg_size)
{
	int status = 0;

	family->size = 0;
	while (family->size < n && status == 0) {
		status = proc_start(&family->procs[family->size], fn,
			(char *)args + family->size * arg_size);
		family->size += status == 0;
	}
	if (status < 0) {
		for (unsigned i = 0; i < family->size; i++)
			proc_kill(&family->procs[i], SIGKILL);
		family_wait(family);
	}
	return status;
}

/* --- noshare --- */

static int set_to_one(void *arg)
{
	int *x = arg;

	*x = 1;
	return *x; /* what the child sees, as its exit status */
}

int procs_noshare(const struct procs_options *options, struct report *report)
{
	int own = 0, *x = &own, status;
	struct proc child;
	void *page = NULL;

	if (options->shm) {
		page = mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (page == MAP_FAILED)
			return -errno;
		x = page;
	}
	status = proc_start(&child, set_to_one, x);
	if (status == 0) {
		status = proc_wait(&child, NULL);
		report_count(report, "child_sees", "x in the child",
			(uint64_t)WEXITSTATUS(status));
		report_count(
			report, "parent_sees", "x in the parent", (uint64_t)*x);
		status = 0;
	}
	if (page)
		munmap(page, sizeof(*x));
	return status;
}

/* --- status --- */

static const int ends[] = {0, 7, 255, -SIGTERM, -SIGKILL, -SIGSEGV};

static int end_as_told(void *arg)
{
	const int *end = arg;

	if (*end >= 0)
		return *end;
	signal(-*end, SIG_DFL);
	raise(-*end);
	return EXIT_FAILURE;
}

static void describe(int status, char *text, size_t size)
{
	if (WIFEXITED(status))
		snprintf(text, size, "exited with %d", WEXITSTATUS(status));
	else
		snprintf(text, size, "died of signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
}

int procs_status(const struct procs_options *options, struct report *report)
{
	unsigned n = sizeof(ends) / sizeof(ends[0]);
	struct family family;
	char key[24], label[24], text[80];
	int status = family_start(
		&family, n, end_as_told, (void *)ends, sizeof(ends[0]));

	(void)options;
	for (unsigned i = 0; i < n && status == 0; i++) {
		describe(proc_wait(&family.procs[i], NULL), text, sizeof(text));
		snprintf(key, sizeof(key), "child_%u", i + 1);
		snprintf(label, sizeof(label), "child %u", i + 1);
		report_say(report, key, label, text);
	}
	return status;
}

/* --- zombies --- */

static int end_at_once(void *arg)
{
	(void)arg;
	return 0;
}

/* The state letter of a process, or 0 when there is none of that number. */
static char state_of(pid_t pid)
{
	char path[32], line[256], *after_name;
	char state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file)) {
		after_name = strrchr(line, ')');
		if (after_name && after_name[1])
			state = after_name[2];
	}
	fclose(file);
	return state;
}

static unsigned count_in_state(const pid_t *pids, unsigned n, char state)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++)
		count += state_of(pids[i]) == state;
	return count;
}

int procs_zombies(const struct procs_options *options, struct report *report)
{
	unsigned n = options->nchildren;
	pid_t pids[PROCS_MOST_CHILDREN];
	struct family family;
	siginfo_t end;
	int status = family_start(&family, n, end_at_once, NULL, 0);

	if (status < 0)
		return status;
	for (unsigned i = 0; i < n; i++) {
		pids[i] = family.procs[i].pid;
		/* Wait for the end, and leave the status where it is. */
		while (waitid(P_PID, (id_t)pids[i], &end, WEXITED | WNOWAIT) &&
			errno == EINTR)
			;
	}
	report_count(report, "ended", "children that have ended", n);
	report_count(report, "zombies", "zombies before the wait",
		count_in_state(pids, n, 'Z'));
	family_wait(&family);
	report_count(report, "zombies_after", "zombies after it",
		count_in_state(pids, n, 'Z'));
	return 0;
}

/* --- pipes --- */

enum {
	NWRITES = 3
};

static const char message[] = "bytes, not messages; ";

static int write_to_pipe(void *arg)
{
	const int *ends_of_pipe = arg;

	close(ends_of_pipe[0]);
	for (int i = 0; i < NWRITES; i++) {
		if (write(ends_of_pipe[1], message, sizeof(message) - 1) < 0)
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

/* The child has ended before the first read, so that all bytes are there. */
int procs_pipes(const struct procs_options *options, struct report *report)
{
	uint64_t nreads = 0, nbytes = 0;
	char buffer[512];
	struct proc child;
	int fds[2], status;
	ssize_t n;

	(void)options;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	status = proc_start(&child, write_to_pipe, fds);
	close(fds[1]);
	if (status == 0) {
		proc_wait(&child, NULL);
		while ((n = read(fds[0], buffer, sizeof(buffer))) > 0) {
			nreads++;
			nbytes += (uint64_t)n;
		}
		report_count(report, "writes", "writes by the child", NWRITES);
		report_count(report, "reads", "reads by the parent", nreads);
		report_count(report, "bytes", "bytes that came", nbytes);
		report_say(report, "end", "the read after that",
			n == 0 ? "end of file" : strerror(errno));
	}
	close(fds[0]);
	return status;
}

/* --- crash --- */

struct task {
	unsigned index;
	bool crashes;
};

/* A sum that takes a moment; the one that crashes does so in the middle. */
static int add_up(void *arg)
{
	const struct task *task = arg;
	uint64_t sum = 0;

	for (uint64_t i = 1; i <= 1000000; i++) {
		if (task->crashes && i == 500000) {
			signal(SIGSEGV, SIG_DFL);
			raise(SIGSEGV);
		}
		sum += i;
	}
	return sum == UINT64_C(500000500000) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int procs_crash(const struct procs_options *options, struct report *report)
{
	struct task tasks[PROCS_MOST_CHILDREN];
	unsigned n = options->nchildren, nfinished = 0, ncrashed = 0;
	struct family family;
	int status;

	for (unsigned i = 0; i < n; i++)
		tasks[i] = (struct task){.index = i, .crashes = i == n / 2};
	status = family_start(&family, n, add_up, tasks, sizeof(tasks[0]));
	for (unsigned i = 0; i < n && status == 0; i++) {
		int end = proc_wait(&family.procs[i], NULL);

		nfinished += end == 0;
		ncrashed += WIFSIGNALED(end) && WTERMSIG(end) == SIGSEGV;
	}
	if (status < 0)
		return status;
	report_count(report, "children", "children", n);
	report_count(report, "crashed", "crashed", ncrashed);
	report_count(report, "finished", "finished their sum", nfinished);
	return 0;
}
