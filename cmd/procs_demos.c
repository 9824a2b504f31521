#include "cmd/procs.h"

#include "lib/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
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

/* x, and where the parent says that it is. */
struct variable {
	int *x;
	uintptr_t address;
};

enum {
	SEES_ONE = 1,
	SEES_IT_THERE = 2
};

/* Returns what the child sees, as its exit status. */
static int set_to_one(void *arg)
{
	const struct variable *v = arg;

	*v->x = 1;
	return (*v->x == 1 ? SEES_ONE : 0) |
	       ((uintptr_t)v->x == v->address ? SEES_IT_THERE : 0);
}

int procs_noshare(const struct procs_options *options, struct report *report)
{
	int own = 0, *x = &own, status;
	struct variable v;
	struct proc child;
	void *page = NULL;

	if (options->shm) {
		page = mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (page == MAP_FAILED)
			return -errno;
		x = page;
	}
	v = (struct variable){x, (uintptr_t)x};
	status = proc_start(&child, set_to_one, &v);
	if (status == 0) {
		status = WEXITSTATUS(proc_wait(&child, NULL));
		report_count(report, "child_sees", "x in the child",
			(uint64_t)(status & SEES_ONE));
		report_count(
			report, "parent_sees", "x in the parent", (uint64_t)*x);
		report_say(report, "address", "their addresses",
			status & SEES_IT_THERE ? "the same" : "two");
		status = 0;
	}
	if (page)
		munmap(page, sizeof(*x));
	return status;
}

/* --- status --- */

/* The last one is more than a status can hold. */
static const int ends[] = {0, 7, 255, -SIGTERM, -SIGKILL, -SIGSEGV, 256 + 7};

static int end_as_told(void *arg)
{
	const int *end = arg;

	if (*end >= 0)
		_exit(*end);
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
	char key[24], label[40], text[80];
	int status = family_start(
		&family, n, end_as_told, (void *)ends, sizeof(ends[0]));
	pid_t first = family.procs[0].pid;

	(void)options;
	for (unsigned i = 0; i < n && status == 0; i++) {
		describe(proc_wait(&family.procs[i], NULL), text, sizeof(text));
		snprintf(key, sizeof(key), "child_%u", i + 1);
		snprintf(label, sizeof(label), "child %u%s", i + 1,
			ends[i] > 255 ? ", by _exit(263)" : "");
		report_say(report, key, label, text);
	}
	if (status == 0 && waitpid(first, NULL, 0) < 0)
		report_say(report, "again", "waiting for child 1 once more",
			strerror(errno));
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

/* Pages that the process has mapped. */
static uint64_t pages_of(pid_t pid)
{
	unsigned long pages = 0;
	char path[32];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages;
}

static uint64_t pages_of_all(const pid_t *pids, unsigned n)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < n; i++)
		pages += pages_of(pids[i]);
	return pages;
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
	report_count(report, "pages", "pages of memory that they have",
		pages_of_all(pids, n));
	report_count(
		report, "own_pages", "and that we have", pages_of(getpid()));
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

/* The pipe, and another one that this process waits at. */
struct holder {
	int pipe[2], gate[2];
};

/* Keeps the writing end of the pipe open, and writes nothing. */
static int hold_pipe(void *arg)
{
	const struct holder *holder = arg;
	char byte;

	close(holder->pipe[0]);
	close(holder->gate[1]);
	return read(holder->gate[0], &byte, 1) == 0 ? EXIT_SUCCESS
						    : EXIT_FAILURE;
}

static const char *read_result(ssize_t n)
{
	if (n == 0)
		return "end of file";
	if (n < 0 && errno == EAGAIN)
		return "nothing yet, and no end";
	return n > 0 ? "bytes" : strerror(errno);
}

/* The child has ended before the first read, so that all bytes are there. */
static void read_pipe(struct holder *holder, struct proc *writer,
	struct proc *other, struct report *report)
{
	uint64_t nreads = 0, nbytes = 0;
	char buffer[512];
	ssize_t n;

	close(holder->pipe[1]);
	proc_wait(writer, NULL);
	while ((n = read(holder->pipe[0], buffer, sizeof(buffer))) > 0) {
		nreads++;
		nbytes += (uint64_t)n;
	}
	report_count(report, "writes", "writes by the child", NWRITES);
	report_count(report, "reads", "reads by the parent", nreads);
	report_count(report, "bytes", "bytes that came", nbytes);
	report_say(report, "while_held",
		"a read while another child has the writing end",
		read_result(n));
	close(holder->gate[1]);
	proc_wait(other, NULL);
	n = read(holder->pipe[0], buffer, sizeof(buffer));
	report_say(report, "end", "a read when that child has ended",
		read_result(n));
}

static int start_and_read(struct holder *holder, struct report *report)
{
	struct proc writer, other;
	int status = proc_start(&writer, write_to_pipe, holder->pipe);

	if (status)
		return status;
	status = proc_start(&other, hold_pipe, holder);
	if (status)
		proc_wait(&writer, NULL);
	else
		read_pipe(holder, &writer, &other, report);
	return status;
}

int procs_pipes(const struct procs_options *options, struct report *report)
{
	struct holder holder;
	int status;

	(void)options;
	if (pipe2(holder.pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	if (pipe2(holder.gate, O_CLOEXEC) < 0) {
		status = -errno;
		close(holder.pipe[0]);
		close(holder.pipe[1]);
		return status;
	}
	status = start_and_read(&holder, report);
	if (status) {
		close(holder.pipe[1]);
		close(holder.gate[1]);
	}
	close(holder.pipe[0]);
	close(holder.gate[0]);
	return status;
}

/* --- crash --- */

enum {
	SUM_TO = 1000000
};

/* Write where nothing may be written. */
static _Noreturn void crash(void)
{
	atomic_char *page = mmap(
		NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	signal(SIGSEGV, SIG_DFL);
	atomic_store(page, 1);
	abort();
}

static uint64_t add_from(uint64_t sum, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		sum += i;
	return sum;
}

static bool is_right(uint64_t sum)
{
	return sum == (uint64_t)SUM_TO * (SUM_TO - 1) / 2;
}

struct task {
	bool crashes;
};

/* A sum that takes a moment; the one that crashes does so in the middle. */
static int add_up(void *arg)
{
	const struct task *task = arg;
	uint64_t sum = add_from(0, 0, SUM_TO / 2);

	if (task->crashes)
		crash();
	return is_right(add_from(sum, SUM_TO / 2, SUM_TO)) ? EXIT_SUCCESS
							   : EXIT_FAILURE;
}

/* The same in threads of one process. */
struct team {
	pthread_barrier_t middle, crashed;
	atomic_uint *nfinished; /* in memory that outlives the process */
	unsigned nthreads;
};

struct member {
	struct team *team;
	struct task task;
};

/* All are in the middle when one crashes; nothing is left to chance. */
static void *add_up_in_thread(void *arg)
{
	const struct member *member = arg;
	uint64_t sum = add_from(0, 0, SUM_TO / 2);

	pthread_barrier_wait(&member->team->middle);
	if (member->task.crashes)
		crash();
	pthread_barrier_wait(&member->team->crashed);
	if (is_right(add_from(sum, SUM_TO / 2, SUM_TO)))
		atomic_fetch_add(member->team->nfinished, 1);
	return NULL;
}

static int be_team(void *arg)
{
	struct team *team = arg;
	struct member members[PROCS_MOST_CHILDREN];
	pthread_t threads[PROCS_MOST_CHILDREN];

	pthread_barrier_init(&team->middle, NULL, team->nthreads);
	pthread_barrier_init(&team->crashed, NULL, team->nthreads);
	for (unsigned i = 0; i < team->nthreads; i++) {
		members[i] = (struct member){
			team, {.crashes = i == team->nthreads / 2}};
		if (pthread_create(
			    &threads[i], NULL, add_up_in_thread, &members[i]))
			_exit(EXIT_FAILURE);
	}
	for (unsigned i = 0; i < team->nthreads; i++)
		pthread_join(threads[i], NULL);
	return EXIT_SUCCESS;
}

static int crash_a_thread(unsigned n, struct report *report)
{
	struct team team = {.nthreads = n};
	struct proc child;
	char text[80];
	int status;

	team.nfinished = mmap(NULL, sizeof(*team.nfinished),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (team.nfinished == MAP_FAILED)
		return -errno;
	status = proc_start(&child, be_team, &team);
	if (status == 0) {
		status = proc_wait(&child, NULL);
		describe(status, text, sizeof(text));
		report_say(report, "threads", "a process of as many threads",
			text);
		report_count(report, "threads_finished",
			"threads that finished their sum",
			atomic_load(team.nfinished));
		status = WIFSIGNALED(status) ? 0 : -EAGAIN;
	}
	munmap(team.nfinished, sizeof(*team.nfinished));
	return status;
}

int procs_crash(const struct procs_options *options, struct report *report)
{
	struct task tasks[PROCS_MOST_CHILDREN];
	unsigned n = options->nchildren, nfinished = 0, ncrashed = 0;
	struct family family;
	int status;

	for (unsigned i = 0; i < n; i++)
		tasks[i] = (struct task){.crashes = i == n / 2};
	status = family_start(&family, n, add_up, tasks, sizeof(tasks[0]));
	for (unsigned i = 0; i < n && status == 0; i++) {
		int end = proc_wait(&family.procs[i], NULL);

		nfinished += end == 0;
		ncrashed += WIFSIGNALED(end) && WTERMSIG(end) == SIGSEGV;
	}
	if (status < 0)
		return status;
	report_count(report, "children", "child processes", n);
	report_count(report, "crashed", "crashed", ncrashed);
	report_count(report, "finished", "finished their sum", nfinished);
	return crash_a_thread(n, report);
}
