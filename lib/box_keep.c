/* The processes between conc and the program. */
#include "lib/box_impl.h"

#include "lib/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SWEEP_MS = 10,
	KEEPER_SWEEPS = 300, /* that the keeper has to end all, when told to */
};

/* What the keeper has to do with. */
struct keeper {
	struct box_plan *plan;
	struct box_report report;
	pid_t program;
	bool ended; /* the program */
};

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0) {
		/* then nobody is mapped, which shows later */
	}
	close(fd);
}

/* Inside it has no rights beyond those of any user, so nobody is root. */
static void map_one(const char *path, unsigned outside)
{
	char line[40];

	snprintf(line, sizeof(line), "%u %u 1", outside ? outside : 65534,
		outside);
	write_text(path, line);
}

static bool leave_user_namespace(struct box_plan *plan)
{
	unsigned user = geteuid(), group = getegid();

	if (unshare(CLONE_NEWUSER) < 0)
		return false;
	write_text("/proc/self/setgroups", "deny");
	map_one("/proc/self/uid_map", user);
	map_one("/proc/self/gid_map", group);
	if (plan->root)
		plan->missing |= BOX_USER;
	plan->root = false;
	return true;
}

/* Root needs no user namespace for the others, unless it is a poor root. */
void box_leave_namespaces(struct box_plan *plan)
{
	if (!plan->root || unshare(CLONE_NEWNS) < 0) {
		if (!leave_user_namespace(plan) || unshare(CLONE_NEWNS) < 0)
			plan->missing |= BOX_FILES;
	}
	if (unshare(CLONE_NEWPID) < 0)
		plan->missing |= BOX_PIDS;
	if (unshare(CLONE_NEWNET) < 0 || unshare(CLONE_NEWIPC) < 0)
		plan->missing |= BOX_NETWORK;
}

static void kill_all(const struct keeper *keeper)
{
	if (!(keeper->plan->missing & BOX_PIDS)) {
		kill(-1, SIGKILL);
		return;
	}
	kill(-keeper->program, SIGKILL);
	proc_kill_children(); /* where layers failed */
}

/* Of all that have ended and were waited for. */
static uint64_t busy_ns(void)
{
	struct rusage usage;
	uint64_t us, s;

	getrusage(RUSAGE_CHILDREN, &usage);
	us = (uint64_t)usage.ru_utime.tv_usec +
	     (uint64_t)usage.ru_stime.tv_usec;
	s = (uint64_t)usage.ru_utime.tv_sec + (uint64_t)usage.ru_stime.tv_sec;
	return (s * 1000 * 1000 + us) * 1000;
}

/* Returns whether somebody was there to be waited for. */
static bool reap(struct keeper *keeper, int flags)
{
	int status;
	pid_t pid = waitpid(-1, &status, flags | __WALL);

	if (pid <= 0)
		return false;
	if (pid == keeper->program) {
		keeper->ended = true;
		keeper->report.wait_status = status;
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		keeper->report.nleft++;
	}
	return true;
}

static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) ==
	       0;
}

static void wait_for_event(int control, int timeout_ms)
{
	struct pollfd fd = {.fd = control, .events = POLLIN};
	struct timespec timeout = {.tv_nsec = timeout_ms * 1000L * 1000};
	sigset_t none;

	sigemptyset(&none);
	ppoll(&fd, 1, timeout_ms < 0 ? NULL : &timeout, &none);
}

static bool is_told_to_end(int control)
{
	struct pollfd fd = {.fd = control, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

/* From /proc/PID/task/TID/stat: "TID (NAME) STATE ...". */
static bool is_asleep(const char *path)
{
	char line[200] = "";
	FILE *in = fopen(path, "re");
	const char *after;

	if (!in)
		return true; /* it has ended */
	if (!fgets(line, sizeof(line), in))
		line[0] = '\0';
	fclose(in);
	after = strrchr(line, ')');
	return after && after[1] && after[2] != 'R';
}

/* A deadlock, most likely; a thread that waits for a processor is awake. */
static bool are_threads_asleep(pid_t pid)
{
	char folder[40], path[320];
	const struct dirent *entry;
	bool all = true;
	DIR *tasks;

	snprintf(folder, sizeof(folder), "/proc/%d/task", (int)pid);
	tasks = opendir(folder);
	if (!tasks)
		return false;
	while (all && (entry = readdir(tasks))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/stat", folder,
			entry->d_name);
		all = is_asleep(path);
	}
	closedir(tasks);
	return all;
}

static void keep(struct keeper *keeper)
{
	int control = keeper->plan->control;

	while (!keeper->ended && !is_told_to_end(control)) {
		wait_for_event(control, -1);
		while (!keeper->ended && reap(keeper, WNOHANG))
			;
	}
	if (!keeper->ended)
		keeper->report.asleep = are_threads_asleep(keeper->program);
	while (has_children()) {
		kill_all(keeper);
		while (reap(keeper, WNOHANG))
			;
		if (has_children())
			wait_for_event(-1, SWEEP_MS);
	}
	keeper->report.busy_ns = busy_ns();
}

static void on_child(int signal_number)
{
	(void)signal_number;
}

/* A signal that a child has ended comes only where it is waited for. */
static void hold_signals(void)
{
	struct sigaction action = {.sa_handler = on_child};
	sigset_t child;

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
}

/* What the program's process tells until it is replaced. */
static int read_start(struct keeper *keeper, int told)
{
	struct box_report start = {.error = -EIO};
	struct box_report next;
	bool any = false;

	while (read(told, &next, sizeof(next)) == sizeof(next)) {
		start = next;
		any = true;
	}
	keeper->plan->missing |= start.missing;
	return any ? start.error : 0;
}

static void start_program(struct keeper *keeper)
{
	int told[2];

	if (pipe2(told, O_CLOEXEC) < 0) {
		keeper->report.error = -errno;
		return;
	}
	keeper->program = fork();
	if (keeper->program == 0) {
		close(told[0]);
		box_enter(keeper->plan, told[1]);
	}
	close(told[1]);
	if (keeper->program < 0)
		keeper->report.error = -errno;
	else
		keeper->report.error = read_start(keeper, told[0]);
	close(told[0]);
}

/*
 * It cannot be traced, and what /proc shows of it is conc's: its environment
 * among it.
 */
static _Noreturn void be_keeper(struct box_plan *plan)
{
	struct keeper keeper = {.plan = plan};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	box_cgroup_enter(plan);
	if (!(plan->missing & BOX_FILES))
		box_view(plan);
	prctl(PR_SET_DUMPABLE, 0);
	hold_signals();
	start_program(&keeper);
	close(plan->output);
	if (!keeper.report.error)
		keep(&keeper);
	keeper.report.missing = plan->missing;
	if (write(plan->report, &keeper.report, sizeof(keeper.report)) < 0)
		_exit(1);
	_exit(0);
}

/*
 * conc has closed its end of `control`, which the keeper hears as well, or it
 * was killed: then there is somebody else's work to do. Returns whether.
 */
static bool wait_for_keeper(const struct box_plan *plan, pid_t keeper)
{
	bool told = false;

	for (unsigned i = 0; waitpid(keeper, NULL, WNOHANG) == 0; i += told) {
		wait_for_event(told ? -1 : plan->control, told ? SWEEP_MS : -1);
		told = told || is_told_to_end(plan->control);
		if (i == KEEPER_SWEEPS)
			kill(keeper, SIGKILL);
	}
	return told;
}

/* In a session of its own: ^C is conc's. */
void box_keep_run(struct box_plan *plan)
{
	pid_t keeper;

	setsid();
	box_leave_namespaces(plan);
	if (plan->missing & BOX_PIDS)
		be_keeper(plan);
	hold_signals();
	keeper = fork();
	if (keeper == 0)
		be_keeper(plan);
	if (keeper < 0) {
		struct box_report report = {.error = -errno};

		if (write(plan->report, &report, sizeof(report)) < 0)
			_exit(1);
		_exit(0);
	}
	close(plan->report);
	close(plan->output);
	if (wait_for_keeper(plan, keeper))
		box_cgroup_remove(plan);
	_exit(0);
}
