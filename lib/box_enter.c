/* The program's process: layer upon layer, and then the program. */
#include "lib/box_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static const int nsignals = 64;

static void forget_signals(void)
{
	sigset_t none;

	for (int i = 1; i <= nsignals; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Those from 3 on are closed by exec. */
static void close_all_later(void)
{
	struct rlimit limit;

#ifdef SYS_close_range
	const unsigned cloexec = 1 << 2;

	if (syscall(SYS_close_range, 3U, ~0U, cloexec) == 0)
		return;
#endif
	getrlimit(RLIMIT_NOFILE, &limit);
	for (rlim_t fd = 3; fd < limit.rlim_cur && fd < 65536; fd++)
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

static void pass(const struct box_passed *passed)
{
	if (passed->ours == passed->theirs)
		fcntl(passed->ours, F_SETFD, 0);
	else
		dup2(passed->ours, passed->theirs);
}

static void arrange_descriptors(const struct box_plan *plan)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(plan->output, STDOUT_FILENO);
	dup2(plan->output, STDERR_FILENO);
	close_all_later();
	for (unsigned i = 0; i < plan->options->npassed; i++)
		pass(&plan->options->passed[i]);
}

static void go_to_folder(const struct box_options *options)
{
	if (options->folder && chdir(options->folder) == 0)
		return;
	if (chdir("/tmp") < 0 && chdir("/") < 0)
		return; /* then where it is; nothing rests on it */
}

/* Landlock and seccomp take the right to put anything else on. */
static void put_layers_on(struct box_plan *plan)
{
	box_limit(plan);
	if (plan->root)
		box_become_user(plan);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		plan->missing |= BOX_LANDLOCK | BOX_SECCOMP;
		return;
	}
	if (box_landlock(plan) < 0)
		plan->missing |= BOX_LANDLOCK;
	if (box_seccomp(plan) < 0)
		plan->missing |= BOX_SECCOMP;
}

/* A folder on the way to it may be for root alone. */
static bool may_read(const char *path, unsigned user)
{
	int fd = -1;

	if (setegid(user) == 0 && seteuid(user) == 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (seteuid(0) < 0 || setegid(0) < 0)
		_exit(127);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Somebody else's processes are not counted here. */
void box_put_on(const struct box_options *options, unsigned user)
{
	struct box_options alone = *options;
	struct box_plan plan = {
		.options = &alone,
		.root = geteuid() == 0,
		.user = user,
		.missing = BOX_FILES,
	};

	if (plan.root)
		plan.stays_root = !may_read(options->program, user);
	else
		alone.limits.nprocesses = 0;
	put_layers_on(&plan);
	box_limit_memory(&plan);
}

static void tell(const struct box_plan *plan, int told, int error)
{
	struct box_report start = {.error = error, .missing = plan->missing};

	if (write(told, &start, sizeof(start)) < 0)
		_exit(127);
}

/* The keeper hears of an error only if nothing took this process's place. */
void box_enter(struct box_plan *plan, int told)
{
	const struct box_options *options = plan->options;

	setsid();
	umask(022);
	forget_signals();
	arrange_descriptors(plan);
	go_to_folder(options);
	if (options->fixed_addresses)
		personality(ADDR_NO_RANDOMIZE);
	put_layers_on(plan);
	tell(plan, told, 0);
	environ = (char **)(void *)options->environment;
	box_limit_memory(plan);
	execvp(options->program ? options->program : options->arguments[0],
		(char *const *)(void *)options->arguments);
	tell(plan, told, -errno);
	_exit(127);
}
