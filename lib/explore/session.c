#include "lib/explore/session.h"

#include "lib/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TICK_MS = 100,
	LIFE_DESCRIPTOR = WIRE_DESCRIPTOR - 1,
};

#define BOXED_MEMORY_SIZE (UINT64_C(4) << 30)

/* After the deadline that it was given: a hang is found from inside first. */
static const uint64_t grace_ns = UINT64_C(30) * 1000 * 1000 * 1000;

/* To come to main: far more than that takes. */
static const uint64_t start_ns = UINT64_C(5) * 1000 * 1000 * 1000;

struct session {
	struct session_options options;
	uint64_t started_ns;
	struct wire *wire;
	int fd;
	pid_t pid;
	int ending; /* an enum session_status */
	int life; /* has an end of file once the process has ended */
};

int session_open(const struct session_options *options, struct session **result)
{
	struct session *session = calloc(1, sizeof(*session));
	int error = -ENOMEM;

	if (!session)
		return error;
	session->options = *options;
	session->fd = memfd_create("conc-explore", MFD_CLOEXEC);
	if (session->fd < 0 || ftruncate(session->fd, sizeof(struct wire)) < 0)
		goto failed;
	session->wire = mmap(NULL, sizeof(struct wire), PROT_READ | PROT_WRITE,
		MAP_SHARED, session->fd, 0);
	if (session->wire == MAP_FAILED)
		goto failed;
	*result = session;
	return 0;
failed:
	error = -errno;
	if (session->fd >= 0)
		close(session->fd);
	free(session);
	return error;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	munmap(session->wire, sizeof(struct wire));
	close(session->fd);
	free(session);
}

struct wire *session_wire(struct session *session)
{
	return session->wire;
}

/* The pages of the search's state are given back rather than written. */
void session_reset(struct session *session)
{
	struct wire *wire = session->wire;

	memset(&wire->progress, 0, sizeof(wire->progress));
	wire->nchoices = 0;
	wire->nevents = 0;
	wire->failure = 0;
	fallocate(session->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		offsetof(struct wire, search), WIRE_SEARCH_SIZE);
}

static void put_before(const char *variable, const char *text)
{
	const char *old = getenv(variable);
	char all[4096];

	snprintf(all, sizeof(all), "%s%s%s", text, old && *old ? ":" : "",
		old ? old : "");
	setenv(variable, all, 1);
}

/*
 * By its name alone: a path with a space in it would be two. In its folder it
 * is found by whoever asks for a library of its name, too.
 */
static void preload(const char *library)
{
	const char *slash = library ? strrchr(library, '/') : NULL;
	char folder[512];

	if (!slash)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - library),
		library);
	put_before("LD_PRELOAD", slash + 1);
	put_before("LD_LIBRARY_PATH", folder);
}

/* Addresses are the same in every process, or nothing could be replayed. */
static _Noreturn void be_program(const struct session *session, int life)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (dup2(session->fd, WIRE_DESCRIPTOR) < 0 ||
		dup2(life, LIFE_DESCRIPTOR) < 0)
		_exit(127);
	personality(ADDR_NO_RANDOMIZE);
	setenv("LD_BIND_NOW", "1", 1); /* no variable changes later */
	preload(session->options.preload);
	execv(session->options.program,
		(char *const *)(void *)session->options.arguments);
	_exit(127);
}

static int start(struct session *session)
{
	int life[2];

	if (pipe2(life, O_CLOEXEC) < 0)
		return -errno;
	session->pid = fork();
	if (session->pid == 0)
		be_program(session, life[1]);
	close(life[1]);
	if (session->pid < 0) {
		close(life[0]);
		return -errno;
	}
	session->life = life[0];
	return 0;
}

/* What runs before main is not explored, and has no end of its own. */
static bool is_before_main(const struct session *session)
{
	const struct wire_progress *progress = &session->wire->progress;

	return !progress->running && !progress->executions &&
	       !progress->steps && progress->end == END_NOT;
}

static bool is_late(const struct session *session)
{
	uint64_t deadline = session->wire->config.deadline_ns;
	uint64_t now = clock_now();

	if (now > session->started_ns + start_ns && is_before_main(session))
		return true;
	return deadline && now > deadline + grace_ns;
}

/* Returns SESSION_ENDED when the process has gone. */
static int watch(struct session *session)
{
	struct pollfd life = {.fd = session->life, .events = POLLIN};

	for (;;) {
		if (poll(&life, 1, TICK_MS) > 0)
			return SESSION_ENDED;
		if (session->options.tick &&
			session->options.tick(session->options.context))
			return SESSION_STOPPED;
		if (is_late(session))
			return SESSION_SILENT;
	}
}

/* A box_tick_fn: why the box is to end, or 0. */
static int tick_boxed(void *context)
{
	struct session *session = context;

	if (session->options.tick &&
		session->options.tick(session->options.context))
		session->ending = SESSION_STOPPED;
	else if (is_late(session))
		session->ending = SESSION_SILENT;
	return session->ending;
}

/* The same program in a box: what it says apart from the wire is not heard. */
static int run_boxed(struct session *session, int *wait_status)
{
	static const char *const environment[] = {
		"LD_BIND_NOW=1", "PATH=/usr/bin:/bin", NULL};
	struct box_options box = *session->options.box;
	struct box_result result;
	int error;

	box.program = session->options.program;
	box.arguments = session->options.arguments;
	box.environment = environment;
	memset(box.places, 0, sizeof(box.places));
	box.places[0] = (struct box_place){session->options.folder, BOX_WRITE};
	box.limits.wall_ns = box.limits.cpu_s = box.limits.output_size = 0;
	box.limits.memory_size = BOXED_MEMORY_SIZE;
	box.passed[0] = (struct box_passed){session->fd, WIRE_DESCRIPTOR};
	box.npassed = 1;
	box.fixed_addresses = true;
	box.output = NULL;
	box.tick = tick_boxed;
	box.context = session;
	session->ending = SESSION_ENDED;
	error = box_run(&box, &result);
	*wait_status = result.wait_status;
	if (error)
		return error;
	return session->ending;
}

static int run_freely(struct session *session, int *wait_status)
{
	int status = start(session);

	if (status)
		return status;
	status = watch(session);
	if (status != SESSION_ENDED)
		kill(session->pid, SIGKILL);
	while (waitpid(session->pid, wait_status, 0) < 0 && errno == EINTR)
		;
	close(session->life);
	return status;
}

int session_run(struct session *session, int *wait_status)
{
	int status;

	session->started_ns = clock_now();
	status = session->options.box ? run_boxed(session, wait_status)
				      : run_freely(session, wait_status);

	if (status == SESSION_ENDED && session->wire->progress.end == END_NOT)
		return SESSION_DIED;
	return status;
}
