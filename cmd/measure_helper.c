/* The helper, which forks, and the measured process, which computes. */
#include "cmd/measure_impl.h"

#include "lib/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct measured {
	struct measure_request request;
	int socket;
	uint64_t nitems;
};

/* Nobody waits for progress: what does not fit the socket is left out. */
static int tick(void *context, uint64_t items_done)
{
	struct measured *self = context;
	struct measure_message message = {
		.kind = MEASURE_PROGRESS,
		.items_done = items_done,
		.nitems = self->nitems,
	};

	if (send(self->socket, &message, sizeof(message),
		    MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return 0;
	return 0;
}

static int discard(void *context, const char *data, size_t size)
{
	(void)context;
	(void)data;
	(void)size;
	return 0;
}

static int run_model(
	struct measured *self, const struct job *job, struct model_result *out)
{
	struct model_params params = {
		.width = (unsigned)self->request.width,
		.tick = tick,
		.write = discard,
		.context = self,
	};

	self->nitems = job->nitems;
	return model_run(self->request.model, job, &params, out);
}

static void run_job(struct measured *self, struct measurement *out)
{
	const struct measure_request *request = &self->request;
	uint64_t start_ns = clock_now();
	struct job job;

	out->error = job_open(
		&job, request->work, request->size, request->width);
	if (out->error < 0)
		return;
	out->error = run_model(self, &job, &out->result);
	out->wall_ns = clock_now() - start_ns;
	if (out->error == 0)
		out->right = !job.work->right ||
			     job.work->right(&job, &out->result.total);
	job_close(&job);
}

static int be_measured(void *arg)
{
	struct measured *self = arg;
	struct measure_message message = {.kind = MEASURE_OUTCOME};
	struct rusage usage;
	ssize_t n;

	run_job(self, &message.measurement);
	getrusage(RUSAGE_SELF, &usage);
	message.own_kib = (uint64_t)usage.ru_maxrss;
	n = send(self->socket, &message, sizeof(message), MSG_NOSIGNAL);
	return n < 0;
}

static uint64_t ns_of(struct timeval t)
{
	return (uint64_t)t.tv_sec * CLOCK_NS_PER_S + (uint64_t)t.tv_usec * 1000;
}

static void take_usage(
	int wait_status, const struct rusage *usage, struct measurement *out)
{
	if (WIFSIGNALED(wait_status))
		out->signal = WTERMSIG(wait_status);
	out->user_ns = ns_of(usage->ru_utime);
	out->system_ns = ns_of(usage->ru_stime);
	out->memory_kib = (uint64_t)usage->ru_maxrss;
	out->voluntary = (uint64_t)usage->ru_nvcsw;
	out->involuntary = (uint64_t)usage->ru_nivcsw;
	out->minor_faults = (uint64_t)usage->ru_minflt;
	out->major_faults = (uint64_t)usage->ru_majflt;
}

/* The workers of a measured process that was killed have become ours. */
static void reap_strays(void)
{
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

/* Wait for the end, or hasten it when nobody wants to know any more. */
static void wait_for_end(const struct proc *child, int socket)
{
	struct pollfd poll_for[] = {
		{.fd = child->ended, .events = POLLIN},
		{.fd = socket, .events = POLLIN},
	};

	while (poll(poll_for, 2, -1) < 0)
		;
	if (poll_for[1].revents)
		proc_kill(child, SIGKILL);
}

static int serve(struct measured *measured)
{
	struct measure_message message = {.kind = MEASURE_USAGE};
	struct rusage usage;
	struct proc child;
	int status = proc_start(&child, be_measured, measured);

	message.measurement.error = status;
	if (status == 0) {
		wait_for_end(&child, measured->socket);
		status = proc_wait(&child, &usage);
		take_usage(status, &usage, &message.measurement);
		reap_strays();
	}
	return send(measured->socket, &message, sizeof(message), MSG_NOSIGNAL) <
			       0
		       ? -errno
		       : 0;
}

int measure_help(void *arg)
{
	const struct measure_ends *ends = arg;
	struct measured measured = {.socket = ends->helpers};
	struct measure_request *request = &measured.request;

	close(ends->ours);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (recv(ends->helpers, request, sizeof(*request), 0) ==
		(ssize_t)sizeof(*request)) {
		if (serve(&measured) < 0)
			break;
	}
	return 0;
}
