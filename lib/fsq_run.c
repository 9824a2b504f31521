#include "lib/fsq_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/must.h"

enum {
	NVARIABLES = 7,
	VARIABLE_SIZE = sizeof("FSQ_ITEM_ENQUEUED_AT=") + FSQ_NAME_SIZE,
	TICK_MS = 10 /* where no descriptor tells of an end */
};

/* What exec is given, in one piece of memory. */
struct exec {
	char *path; /* with exec_dir in front; or NULL */
	char **argv;
	char **envp;
	char variables[NVARIABLES][VARIABLE_SIZE];
	size_t nvariables;
};

extern char **environ;

static void add_variable(struct exec *exec, const char *name, const char *value)
{
	snprintf(exec->variables[exec->nvariables++], VARIABLE_SIZE,
		"FSQ_ITEM_%s=%s", name, value);
}

static void fill_variables(struct exec *exec, const struct fsq_item *item)
{
	static const struct {
		const char *name;
		enum fsq_field field;
	} fields[] = {
		{"ENQUEUED_AT", FSQ_FIELD_TIME},
		{"ENTROPY", FSQ_FIELD_COUNTER},
		{"PID", FSQ_FIELD_PID},
		{"HOSTNAME", FSQ_FIELD_HOST},
		{"TRIES", FSQ_FIELD_TRIES},
	};

	add_variable(exec, "ID", item->id);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		add_variable(exec, fields[i].name,
			fsq_name_field(&item->name, fields[i].field));
	if (fsq_host_of(item->fsq))
		add_variable(exec, "HOST", fsq_host_of(item->fsq));
}

/* Ours of an earlier item, such as where one queue's program feeds another. */
static bool is_ours(const char *variable)
{
	return !strncmp(variable, "FSQ_ITEM_", strlen("FSQ_ITEM_")) &&
	       strncmp(variable, "FSQ_ITEM_USER=", strlen("FSQ_ITEM_USER=")) &&
	       strncmp(variable,
		       "FSQ_ITEM_GROUP=", strlen("FSQ_ITEM_GROUP=")) &&
	       strncmp(variable, "FSQ_ITEM_MODE=", strlen("FSQ_ITEM_MODE="));
}

static int make_environment(struct exec *exec, const struct fsq_item *item)
{
	size_t n = 0, used = 0;

	while (environ[n])
		n++;
	exec->envp = calloc(n + NVARIABLES + 1, sizeof(*exec->envp));
	if (!exec->envp)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (!is_ours(environ[i]))
			exec->envp[used++] = environ[i];
	}
	fill_variables(exec, item);
	for (size_t i = 0; i < exec->nvariables; i++)
		exec->envp[used++] = exec->variables[i];
	return 0;
}

static int make_arguments(struct exec *exec, const struct fsq_program *program,
	const struct fsq_item *item)
{
	size_t nitem = fsq_name_nargs(&item->name), used = 0;

	if (!program->file && !nitem)
		return -EINVAL;
	exec->argv = calloc(program->nargs + nitem + 2, sizeof(*exec->argv));
	if (!exec->argv)
		return -ENOMEM;
	if (program->file)
		exec->argv[used++] = (char *)program->file;
	for (size_t i = 0; program->file && i < program->nargs; i++)
		exec->argv[used++] = (char *)program->args[i];
	for (size_t i = 0; i < nitem; i++)
		exec->argv[used++] = (char *)fsq_name_arg(&item->name, i);
	return 0;
}

static int make_path(struct exec *exec, const struct fsq_rules *rules)
{
	if (!*rules->exec_dir || strchr(exec->argv[0], '/'))
		return 0;
	if (asprintf(&exec->path, "%s/%s", rules->exec_dir, exec->argv[0]) <
		0) {
		exec->path = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void exec_fini(struct exec *exec)
{
	free(exec->path);
	free(exec->argv);
	free(exec->envp);
}

static int exec_init(struct exec *exec, const struct fsq_program *program,
	const struct fsq_item *item)
{
	int error = make_arguments(exec, program, item);

	if (!error)
		error = make_environment(exec, item);
	if (!error)
		error = make_path(exec, fsq_rules_of(item->fsq));
	if (error)
		exec_fini(exec);
	return error;
}

static void reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++) {
		if (i != SIGKILL && i != SIGSTOP)
			signal(i, SIG_DFL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * The item becomes standard input. O_NONBLOCK, which made opening it safe, is
 * not for the program to find.
 */
static bool take_stdin(int fd)
{
	return dup2(fd, STDIN_FILENO) == STDIN_FILENO &&
	       fcntl(STDIN_FILENO, F_SETFD, 0) == 0 &&
	       fcntl(STDIN_FILENO, F_SETFL, 0) == 0;
}

/* The item stays open, and so locked, but as nothing that is read from. */
static bool take_no_stdin(int fd)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd == STDIN_FILENO)
		fd = fcntl(fd, F_DUPFD, 3);
	return nothing >= 0 && fd > 0 && fcntl(fd, F_SETFD, 0) == 0 &&
	       dup2(nothing, STDIN_FILENO) == STDIN_FILENO;
}

/* Between fork and exec; what went wrong goes to the parent by the pipe. */
static _Noreturn void be_program(const struct exec *exec, int item,
	pid_t parent, const struct fsq_program *program, int report)
{
	int error = ESRCH;

	setpgid(0, 0);
	if (program->die_with_us)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!program->die_with_us || getppid() == parent) {
		reset_signals();
		if (program->no_stdin ? take_no_stdin(item) : take_stdin(item))
			execvpe(exec->path ? exec->path : exec->argv[0],
				exec->argv, exec->envp);
		error = errno;
	}
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/* The pipe ends with nothing in it when exec has closed its other end. */
static int read_report(int report)
{
	int error;
	ssize_t n;

	do
		n = read(report, &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	return n == sizeof(error) ? -error : 0;
}

/*
 * With all signals blocked: one that came between fork and exec would run our
 * handler in the child.
 */
static int fork_program(const struct exec *exec, const struct fsq_item *item,
	const struct fsq_program *program, pid_t *pid, int report)
{
	pid_t parent = getpid(), child;
	sigset_t all, mask;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	child = fork();
	error = errno;
	if (child == 0)
		be_program(exec, item->fd, parent, program, report);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (child < 0)
		return -error;
	*pid = child;
	return 0;
}

static void reap(pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(pid, status, 0);
	while (got < 0 && errno == EINTR);
	must(got == pid);
}

static int spawn(const struct exec *exec, const struct fsq_item *item,
	const struct fsq_program *program, pid_t *pid)
{
	int report[2], status, error;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	error = fork_program(exec, item, program, pid, report[1]);
	close(report[1]);
	if (!error) {
		error = read_report(report[0]);
		if (error)
			reap(*pid, &status);
	}
	close(report[0]);
	return error;
}

static bool ignores_children(void)
{
	struct sigaction action;

	return sigaction(SIGCHLD, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

static uint64_t later(uint64_t now, uint64_t ns)
{
	return ns < CLOCK_NEVER - now ? now + ns : CLOCK_NEVER;
}

int fsq_job_start(const struct fsq_program *program,
	const struct fsq_item *item, struct fsq_job *job)
{
	struct exec exec = {0};
	uint64_t now = clock_now();
	pid_t pid = 0;
	int error;

	if (item->malformed)
		return -EINVAL;
	if (ignores_children())
		return -ECHILD;
	error = exec_init(&exec, program, item);
	if (error)
		return error;
	error = spawn(&exec, item, program, &pid);
	exec_fini(&exec);
	if (error)
		return error;
	*job = (struct fsq_job){
		.pid = pid,
		.pidfd = (int)syscall(SYS_pidfd_open, pid, 0),
		.started_ns = now,
		.deadline_ns = program->timeout_ns
				       ? later(now, program->timeout_ns)
				       : CLOCK_NEVER,
		.grace_ns = program->grace_ns,
		.item = *item,
	};
	return 0;
}

void fsq_job_kill(const struct fsq_job *job, int signal)
{
	if (job->pid && !job->ended)
		kill(-job->pid, signal);
}

/* The next signal: SIGTERM, if it is given time, and SIGKILL after that. */
static void end_in_time(struct fsq_job *job, uint64_t now)
{
	bool gently = !job->timed_out && job->grace_ns;

	job->timed_out = true;
	fsq_job_kill(job, gently ? SIGTERM : SIGKILL);
	job->deadline_ns = gently ? later(now, job->grace_ns) : CLOCK_NEVER;
}

/* Is it dead? Without waiting for it: until then its group's number is its. */
static bool is_dead(const struct fsq_job *job)
{
	siginfo_t info = {0};

	must_zero(waitid(
		P_PID, (id_t)job->pid, &info, WEXITED | WNOHANG | WNOWAIT));
	return info.si_pid == job->pid;
}

static void end(struct fsq_job *job)
{
	if (job->timed_out)
		fsq_job_kill(job, SIGKILL);
	reap(job->pid, &job->status);
	job->ended = true;
	if (job->pidfd >= 0)
		close(job->pidfd);
	job->pidfd = -1;
}

int fsq_job_poll(struct fsq_job *job)
{
	if (!job->pid)
		return 0;
	if (job->ended)
		return 1;
	if (is_dead(job)) {
		end(job);
		return 1;
	}
	if (job->deadline_ns != CLOCK_NEVER && job->deadline_ns <= clock_now())
		end_in_time(job, clock_now());
	return 0;
}

/* As poll takes it; with a tick, never longer than that. */
static int until(uint64_t deadline_ns, bool tick)
{
	int ms = clock_poll_ms(deadline_ns);

	return tick && (ms < 0 || ms > TICK_MS) ? TICK_MS : ms;
}

/* What is to be waited for, and no longer than until when. */
struct waiting {
	struct pollfd *fds;
	size_t n;
	uint64_t deadline_ns;
	bool tick;
};

static void add_job(struct waiting *waiting, const struct fsq_job *job)
{
	if (!job->pid || job->ended)
		return;
	if (job->deadline_ns < waiting->deadline_ns)
		waiting->deadline_ns = job->deadline_ns;
	if (job->pidfd < 0)
		waiting->tick = true;
	else
		waiting->fds[waiting->n++] = (struct pollfd){
			.fd = job->pidfd, .events = POLLIN};
}

static int poll_jobs(struct fsq_job *jobs, size_t njobs)
{
	int nended = 0;

	for (size_t i = 0; i < njobs; i++)
		nended += fsq_job_poll(&jobs[i]);
	return nended;
}

static int wait_once(struct fsq_job *jobs, size_t njobs, struct pollfd *more,
	size_t nmore, uint64_t deadline_ns, struct pollfd *fds)
{
	struct waiting waiting = {.fds = fds, .deadline_ns = deadline_ns};
	int n, nready = 0;

	for (size_t i = 0; i < njobs; i++)
		add_job(&waiting, &jobs[i]);
	if (nmore)
		memcpy(fds + waiting.n, more, nmore * sizeof(*more));
	n = poll(fds, waiting.n + nmore,
		until(waiting.deadline_ns, waiting.tick));
	if (n < 0)
		return -errno;
	for (size_t i = 0; i < nmore; i++) {
		more[i].revents = fds[waiting.n + i].revents;
		nready += more[i].revents != 0;
	}
	return nready;
}

int fsq_jobs_wait(struct fsq_job *jobs, size_t njobs, struct pollfd *more,
	size_t nmore, uint64_t deadline_ns)
{
	struct pollfd *fds = calloc(njobs + nmore + 1, sizeof(*fds));
	bool last;
	int n;

	if (!fds)
		return -ENOMEM;
	do {
		last = deadline_ns <= clock_now();
		n = poll_jobs(jobs, njobs);
		n = wait_once(
			jobs, njobs, more, nmore, n ? 0 : deadline_ns, fds);
		if (n >= 0)
			n += poll_jobs(jobs, njobs);
	} while (!n && !last);
	free(fds);
	return n;
}

int fsq_job_settle(struct fsq_job *job, struct fsq_verdict *verdict,
	char place[FSQ_NAME_SIZE])
{
	int error;

	must(job->ended);
	*verdict = fsq_judge_after(fsq_rules_of(job->item.fsq), &job->item,
		job->status, job->timed_out, clock_wall());
	error = fsq_finish(&job->item, verdict->end, place);
	*job = (struct fsq_job){0};
	return error;
}
