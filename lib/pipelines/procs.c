/*
 * procs: forked workers that share nothing. Each has a socket and at most one
 * block at a time. With a block go the primes that it needs and this worker
 * has not been sent before.
 *
 * Neither side can make the other wait for ever. The parent never blocks on a
 * socket, only in poll(), so a worker may take its time to read or write. A
 * worker that ends, however that comes, shows as the end of its socket: its
 * block goes to another.
 */
#include "lib/clock.h"
#include "lib/must.h"
#include "lib/pipelines/procs_impl.h"
#include "lib/proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct worker {
	struct proc proc; /* pid 0: ended */
	int socket; /* our end */
	bool busy;
	struct task_frame task;
	struct answer_frame answer;
	size_t sent, received; /* bytes of frame and primes */
	const uint32_t *primes; /* that go with the task */
	size_t nprimes; /* that it was given so far, with the task's own */
};

struct engine {
	struct pipeline_run *run;
	struct worker *workers;
	struct pollfd *polls; /* of worker i at i */
	unsigned nstarted;
};

struct birth {
	struct engine *engine;
	unsigned i;
	int socket; /* the worker's end */
};

/*
 * The fork has copied our ends of all sockets. A copy left open would hide
 * from another worker that we have closed ours.
 */
static int be_worker(void *arg)
{
	const struct birth *birth = arg;
	const struct procs_worker self = {
		.run = birth->engine->run,
		.index = birth->i + 1,
		.socket = birth->socket,
	};

	for (unsigned i = 0; i <= birth->i; i++)
		close(birth->engine->workers[i].socket);
	return pipeline_procs_worker_main(&self);
}

static int start_worker(struct engine *engine, unsigned i)
{
	struct worker *worker = &engine->workers[i];
	struct birth birth = {.engine = engine, .i = i};
	int pair[2], status;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	worker->socket = pair[0];
	birth.socket = pair[1];
	status = proc_start(&worker->proc, be_worker, &birth);
	close(pair[1]);
	if (status < 0) {
		close(pair[0]);
		return status;
	}
	engine->polls[i].fd = worker->socket;
	return 0;
}

/* Fewer workers than wanted will do, but not none. */
static int start_workers(struct engine *engine)
{
	struct pipeline_run *run = engine->run;
	int status = 0;

	while (engine->nstarted < run->nworkers) {
		status = start_worker(engine, engine->nstarted);
		if (status < 0)
			break;
		engine->nstarted++;
	}
	run->result->refused = run->nworkers - engine->nstarted;
	run->result->nworkers = run->nworkers = engine->nstarted;
	return engine->nstarted ? 0 : status;
}

static void end_worker(struct engine *engine, struct worker *worker)
{
	if (!worker->proc.pid)
		return;
	engine->polls[worker - engine->workers].fd = -1;
	close(worker->socket);
	proc_wait(&worker->proc, NULL);
}

/* Returns 0 when somebody is left to do the work, or -ECHILD. */
static int bury(struct engine *engine, struct worker *worker)
{
	struct pipeline_run *run = engine->run;
	unsigned index = (unsigned)(worker - engine->workers) + 1;

	proc_kill(&worker->proc, SIGKILL);
	end_worker(engine, worker);
	run->result->crashed++;
	run->nworkers--;
	if (worker->busy)
		pipeline_run_lose(run, worker->task.block.number, index);
	worker->busy = false;
	return run->nworkers ? 0 : -ECHILD;
}

static size_t task_size(const struct worker *worker)
{
	return sizeof(worker->task) + worker->task.nprimes * sizeof(uint32_t);
}

static size_t answer_size(const struct worker *worker)
{
	return sizeof(worker->answer) +
	       worker->answer.nprimes * sizeof(uint32_t);
}

/* As much as the socket takes; an error will show when we read. */
static void send_task(struct worker *worker)
{
	size_t head = sizeof(worker->task);
	ssize_t n = 1;

	while (n > 0 && worker->sent < task_size(worker)) {
		const char *from = worker->sent < head
					   ? (char *)&worker->task +
						     worker->sent
					   : (char *)worker->primes +
						     (worker->sent - head);
		size_t end = worker->sent < head ? head : task_size(worker);

		n = send(worker->socket, from, end - worker->sent,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0)
			worker->sent += (size_t)n;
	}
}

/* The primes up to the root of the block's top, but for those it has. */
static void give(struct engine *engine, struct worker *worker,
	const struct pipeline_block *block)
{
	const struct pipeline_primes *list = &engine->run->primes;
	size_t known = pipeline_primes_known(list), n = worker->nprimes;

	while (n < known &&
		(uint64_t)list->primes[n] * list->primes[n] <= block->high)
		n++;
	worker->task = (struct task_frame){
		.block = *block, .nprimes = n - worker->nprimes};
	worker->primes = list->primes + worker->nprimes;
	worker->nprimes = n;
	worker->sent = worker->received = 0;
	worker->busy = true;
	send_task(worker);
}

static void give_to_idle(struct engine *engine)
{
	struct pipeline_block block;

	for (unsigned i = 0; i < engine->nstarted; i++) {
		struct worker *worker = &engine->workers[i];

		if (!worker->proc.pid || worker->busy)
			continue;
		if (!pipeline_run_take(engine->run, i + 1, &block))
			return;
		give(engine, worker, &block);
	}
}

/* The frame came from outside of this process: believe what can be. */
static bool plausible(const struct worker *worker)
{
	const struct pipeline_block *block = &worker->task.block;
	const struct answer_frame *answer = &worker->answer;

	return worker->busy && answer->block == block->number &&
	       answer->count <= block->high - block->low + 1 &&
	       answer->nprimes <= answer->count;
}

/* The frame is here; make room for its primes. */
static int begin_primes(struct engine *engine, const struct worker *worker)
{
	struct pipeline_found *found;

	if (!plausible(worker))
		return -EPROTO;
	found = &pipeline_run_slot(engine->run, worker->answer.block)->found;
	return pipeline_found_reserve(found, worker->answer.nprimes);
}

static int take_answer(struct engine *engine, struct worker *worker)
{
	const struct answer_frame *answer = &worker->answer;
	struct pipeline_slot *slot = pipeline_run_slot(
		engine->run, answer->block);

	if (answer->status < 0)
		return (int)answer->status;
	slot->found.count = answer->count;
	slot->found.last = answer->last;
	slot->found.sum = answer->sum;
	slot->found.nprimes = answer->nprimes;
	slot->busy_ns = answer->busy_ns;
	worker->busy = false;
	worker->received = 0;
	pipeline_run_finish(engine->run, answer->block,
		(unsigned)(worker - engine->workers) + 1);
	return 0;
}

/* Where the next bytes belong, and how many of them there are. */
static char *destination(
	struct engine *engine, struct worker *worker, size_t *missing)
{
	const struct answer_frame *answer = &worker->answer;
	size_t head = sizeof(*answer);
	struct pipeline_slot *slot;

	if (worker->received < head) {
		*missing = head - worker->received;
		return (char *)answer + worker->received;
	}
	slot = pipeline_run_slot(engine->run, answer->block);
	*missing = answer_size(worker) - worker->received;
	return (char *)slot->found.primes + (worker->received - head);
}

/* Returns 1 when there may be more to read, 0 when not, or an error. */
static int receive(struct engine *engine, struct worker *worker)
{
	size_t missing;
	char *to = destination(engine, worker, &missing);
	ssize_t n = recv(worker->socket, to, missing, MSG_DONTWAIT);
	int status = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return bury(engine, worker);
	worker->received += (size_t)n;
	if (worker->received == sizeof(worker->answer))
		status = begin_primes(engine, worker);
	if (status == -EPROTO)
		return bury(engine, worker);
	if (status < 0 || worker->received < sizeof(worker->answer))
		return status;
	if (worker->received < answer_size(worker))
		return 1;
	return take_answer(engine, worker);
}

static int serve_worker(struct engine *engine, unsigned i)
{
	struct worker *worker = &engine->workers[i];
	short events = engine->polls[i].revents;
	int status = 1;

	if (events & POLLOUT)
		send_task(worker);
	while (status > 0 && events & ~POLLOUT)
		status = receive(engine, worker);
	return status < 0 ? status : 0;
}

static int serve(struct engine *engine)
{
	int status = 0;

	for (unsigned i = 0; i < engine->nstarted; i++) {
		const struct worker *worker = &engine->workers[i];
		bool sending = worker->busy && worker->sent < task_size(worker);

		engine->polls[i].events = POLLIN | (sending ? POLLOUT : 0);
	}
	if (poll(engine->polls, engine->nstarted,
		    PIPELINE_TICK_NS / CLOCK_NS_PER_MS) < 0) {
		engine->run->next_tick_ns = 0; /* a signal: ask at once */
		return errno == EINTR ? 0 : -errno;
	}
	for (unsigned i = 0; i < engine->nstarted && status == 0; i++)
		status = serve_worker(engine, i);
	return status;
}

static int coordinate(struct engine *engine)
{
	int status = 0;

	while (status == 0 && !pipeline_run_over(engine->run)) {
		give_to_idle(engine);
		status = serve(engine);
	}
	return status;
}

/* Idle workers end when their socket does; others are not waited for. */
static void end_workers(struct engine *engine)
{
	for (unsigned i = 0; i < engine->nstarted; i++) {
		if (engine->workers[i].busy)
			proc_kill(&engine->workers[i].proc, SIGKILL);
		end_worker(engine, &engine->workers[i]);
	}
}

static int run_procs(struct pipeline_run *run)
{
	struct engine engine = {
		.run = run,
		.workers = calloc(run->nworkers, sizeof(struct worker)),
		.polls = calloc(run->nworkers, sizeof(struct pollfd)),
	};
	int status = engine.workers && engine.polls ? 0 : -ENOMEM;

	if (status == 0)
		status = start_workers(&engine);
	if (status == 0)
		status = coordinate(&engine);
	end_workers(&engine);
	free(engine.polls);
	free(engine.workers);
	return status;
}

const struct pipeline_engine pipeline_procs = {
	.name = "procs",
	.summary = "forked workers, blocks and results over sockets",
	.processes = true,
	.run = run_procs,
};
