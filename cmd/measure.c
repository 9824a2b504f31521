#include "cmd/measure_impl.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TICK_MS = 100
};

int measure_open(struct measure *measure)
{
	int ends[2], status;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	status = proc_start(&measure->helper, measure_help,
		&(struct measure_ends){.ours = ends[0], .helpers = ends[1]});
	close(ends[1]);
	if (status < 0) {
		close(ends[0]);
		return status;
	}
	measure->socket = ends[0];
	return 0;
}

/* The helper takes the end of the conversation for a request to end all. */
void measure_close(struct measure *measure)
{
	close(measure->socket);
	proc_wait(&measure->helper, NULL);
}

/* Returns 1 with a message, 0 when none has come yet, or -EPIPE. */
static int receive(struct measure *measure, struct measure_message *message)
{
	struct pollfd poll_for = {.fd = measure->socket, .events = POLLIN};
	ssize_t n;

	if (poll(&poll_for, 1, TICK_MS) <= 0)
		return 0;
	n = recv(measure->socket, message, sizeof(*message), 0);
	if (n < 0 && errno == EINTR)
		return 0;
	return n == (ssize_t)sizeof(*message) ? 1 : -EPIPE;
}

/* The sum over all processes, or the peak of the only one. */
static uint64_t total_memory(
	const struct measure_message *outcome, const struct measurement *usage)
{
	uint64_t of_workers = outcome->measurement.result.rss_sum_kib;

	return of_workers ? outcome->own_kib + of_workers : usage->memory_kib;
}

/* What the helper knows, and what the measured process got to say. */
static void combine(const struct measurement *usage,
	const struct measure_message *outcome, struct measurement *out)
{
	*out = *usage;
	out->wall_ns = outcome->measurement.wall_ns;
	out->result = outcome->measurement.result;
	out->right = outcome->measurement.right;
	out->memory_kib = total_memory(outcome, usage);
	if (!out->error)
		out->error = outcome->measurement.error;
}

int measure_run(struct measure *measure, const struct measure_request *request,
	measure_tick_fn tick, void *context, struct measurement *out)
{
	/* Should it die in silence, with exit() say, it has not answered. */
	struct measure_message outcome = {.measurement.error = -EIO};
	struct measure_message message, progress = {0};
	int status = 0;

	if (send(measure->socket, request, sizeof(*request), MSG_NOSIGNAL) < 0)
		return -EPIPE;
	while (status >= 0) {
		status = receive(measure, &message);
		if (tick(context, progress.items_done, progress.nitems))
			return -ECANCELED;
		if (status <= 0)
			continue;
		if (message.kind == MEASURE_PROGRESS)
			progress = message;
		else if (message.kind == MEASURE_OUTCOME)
			outcome = message;
		else
			break;
	}
	if (status > 0)
		combine(&message.measurement, &outcome, out);
	return status < 0 ? status : 0;
}
