#include "lib/clock.h"
#include "lib/pipelines/procs_impl.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CHUNK = 1024, /* primes received at a time */
	FATAL_TASK = 2 /* of the worker that is to crash */
};

struct session {
	const struct procs_worker *self;
	struct pipeline_primes primes; /* our copy, as far as we know them */
	struct pipeline_found found;
	unsigned ntasks;
};

static bool receive_all(int socket, void *data, size_t size)
{
	char *to = data;

	while (size) {
		ssize_t n = recv(socket, to, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to += n;
		size -= (size_t)n;
	}
	return true;
}

static bool send_all(int socket, const void *data, size_t size)
{
	const char *from = data;

	while (size) {
		ssize_t n = send(socket, from, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		from += n;
		size -= (size_t)n;
	}
	return true;
}

static bool receive_primes(struct session *session, uint64_t n)
{
	uint32_t chunk[CHUNK];

	while (n) {
		size_t now = n < CHUNK ? (size_t)n : CHUNK;

		if (!receive_all(
			    session->self->socket, chunk, now * sizeof(*chunk)))
			return false;
		pipeline_primes_append(&session->primes, chunk, now);
		n -= now;
	}
	return true;
}

static bool kill_myself(void *arg)
{
	(void)arg;
	kill(getpid(), SIGKILL);
	return true;
}

static int search(struct session *session, const struct pipeline_block *block)
{
	const struct pipeline_run *run = session->self->run;
	const struct pipeline_divisors divisors = {
		.primes = session->primes.primes,
		.n = pipeline_primes_known(&session->primes),
		.keep = run->keep,
	};
	struct pipeline_pause pause = {.every = UINT64_MAX};

	if (++session->ntasks == FATAL_TASK &&
		run->params->crash_worker == session->self->index) {
		pause.fn = kill_myself;
		pause.every = (block->high - block->low) / 2 + 1;
	}
	return pipeline_block_search(block, &divisors, &pause, &session->found);
}

static bool answer(struct session *session, const struct task_frame *task)
{
	const struct pipeline_found *found = &session->found;
	int socket = session->self->socket;
	uint64_t busy = clock_thread_busy();
	int status = search(session, &task->block);
	const struct answer_frame frame = {
		.block = task->block.number,
		.status = status,
		.count = found->count,
		.last = found->last,
		.sum = found->sum,
		.busy_ns = clock_thread_busy() - busy,
		.nprimes = status < 0 ? 0 : found->nprimes,
	};

	return send_all(socket, &frame, sizeof(frame)) &&
	       send_all(socket, found->primes,
		       frame.nprimes * sizeof(*found->primes));
}

int pipeline_procs_worker_main(const struct procs_worker *worker)
{
	struct session session = {.self = worker};
	struct task_frame task;

	if (pipeline_primes_init(&session.primes, worker->run->keep) < 0)
		return EXIT_FAILURE;
	while (receive_all(worker->socket, &task, sizeof(task)) &&
		receive_primes(&session, task.nprimes)) {
		pipeline_run_hold(worker->run, task.block.number);
		if (!answer(&session, &task))
			break;
	}
	pipeline_found_fini(&session.found);
	pipeline_primes_fini(&session.primes);
	return EXIT_SUCCESS;
}
