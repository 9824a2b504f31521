/*
 * procs: forked workers that share nothing. Item numbers go out and answers
 * come back over pipes; the parent polls, gives what a killed worker had to
 * another, and starts a new one in its place.
 *
 * Each worker has up to two items, so that it need not wait for the next. An
 * item with text is given out only while it is within the window, which
 * bounds the texts that wait here for their turn.
 */
#include "lib/clock.h"
#include "lib/model.h"
#include "lib/models/procs_impl.h"
#include "lib/must.h"
#include "lib/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	GIVEN_MAX = 2, /* items that one worker has at a time */
	CRASHES_MAX = 16, /* per worker wanted, before the run gives up */
};

struct worker {
	struct proc proc;
	int tasks, answers; /* our ends of its pipes */
	int tasks_far; /* its end: kept, or writing to the dead is SIGPIPE */
	uint64_t given[GIVEN_MAX]; /* the oldest first */
	unsigned ngiven;
	struct answer answer; /* being received */
	size_t received; /* of the answer and then its text */
};

/* A text that has arrived, or is arriving; item i has slot i mod window. */
struct slot {
	struct text text;
	bool complete;
};

struct run {
	const struct job *job;
	const struct model_params *params;
	struct model_result *result;
	struct worker *workers;
	struct pollfd *polls; /* one for each worker */
	struct slot *slots; /* only for a job with text */
	uint64_t *again; /* items to be given out once more */
	unsigned nagain;
	unsigned nworkers, window;
	uint64_t next_item; /* the first never given out */
	uint64_t next_text; /* the first whose text is not written */
};

struct birth {
	struct run *run;
	struct worker *worker;
	int answers_far; /* the worker's end */
};

static void close_pipes(struct worker *worker)
{
	if (worker->tasks < 0)
		return;
	close(worker->tasks);
	close(worker->tasks_far);
	close(worker->answers);
	worker->tasks = worker->tasks_far = worker->answers = -1;
}

/*
 * The fork has copied our ends of everybody's pipes. A copy left open would
 * hide the end of file that tells of a death.
 */
static int be_worker(void *arg)
{
	struct birth *birth = arg;
	struct procs_worker self = {
		.job = birth->run->job,
		.tasks = birth->worker->tasks_far,
		.answers = birth->answers_far,
	};

	close(birth->worker->tasks);
	close(birth->worker->answers);
	for (unsigned i = 0; i < birth->run->nworkers; i++) {
		if (&birth->run->workers[i] != birth->worker)
			close_pipes(&birth->run->workers[i]);
	}
	return procs_worker_main(&self);
}

static int open_pipes(struct worker *worker, int *answers_far)
{
	int tasks[2], answers[2];

	if (pipe2(tasks, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(answers, O_CLOEXEC) < 0) {
		int status = -errno;

		close(tasks[0]);
		close(tasks[1]);
		return status;
	}
	fcntl(answers[0], F_SETFL, O_NONBLOCK);
	worker->tasks_far = tasks[0];
	worker->tasks = tasks[1];
	worker->answers = answers[0];
	*answers_far = answers[1];
	return 0;
}

static int start_worker(struct run *run, struct worker *worker)
{
	struct birth birth = {.run = run, .worker = worker};
	int status = open_pipes(worker, &birth.answers_far);

	if (status < 0)
		return status;
	status = proc_start(&worker->proc, be_worker, &birth);
	close(birth.answers_far);
	if (status < 0) {
		close_pipes(worker);
		return status;
	}
	run->polls[worker - run->workers] = (struct pollfd){
		.fd = worker->answers, .events = POLLIN};
	run->result->nprocesses++;
	return 0;
}

static void end_worker(struct run *run, struct worker *worker)
{
	struct rusage usage;

	close_pipes(worker);
	run->polls[worker - run->workers].fd = -1;
	proc_wait(&worker->proc, &usage);
	run->result->rss_sum_kib += (uint64_t)usage.ru_maxrss;
}

static bool next_item(struct run *run, uint64_t *item)
{
	if (run->nagain) {
		*item = run->again[--run->nagain];
		run->result->redone++;
		return true;
	}
	if (run->next_item == run->job->nitems)
		return false;
	if (run->slots && run->next_item >= run->next_text + run->window)
		return false;
	*item = run->next_item++;
	return true;
}

/* The pipe has room: it takes all, unless a signal comes first. */
static void send_item(const struct worker *worker, uint64_t item)
{
	ssize_t n;

	do
		n = write(worker->tasks, &item, sizeof(item));
	while (n < 0 && errno == EINTR);
	must(n == sizeof(item));
}

static bool give(struct run *run, struct worker *worker, unsigned most)
{
	uint64_t item;

	if (!worker->proc.pid || worker->ngiven >= most ||
		!next_item(run, &item))
		return false;
	worker->given[worker->ngiven++] = item;
	send_item(worker, item);
	return true;
}

/* Each gets a first item before anyone gets a second. */
static void give_to_all(struct run *run)
{
	for (unsigned most = 1; most <= GIVEN_MAX; most++) {
		for (unsigned i = 0; i < run->nworkers; i++)
			give(run, &run->workers[i], most);
	}
}

/* Returns 0 when somebody is left to do the work, or -ECHILD. */
static int bury(struct run *run, struct worker *worker)
{
	unsigned alive = 0;

	while (worker->ngiven)
		run->again[run->nagain++] = worker->given[--worker->ngiven];
	worker->received = 0;
	run->result->crashed++;
	end_worker(run, worker);
	if (run->result->crashed <= CRASHES_MAX * run->nworkers)
		start_worker(run, worker);
	for (unsigned i = 0; i < run->nworkers; i++)
		alive += run->workers[i].proc.pid != 0;
	return alive ? 0 : -ECHILD;
}

static int write_texts(struct run *run)
{
	struct slot *slot = &run->slots[run->next_text % run->window];
	int status = 0;

	while (slot->complete && status == 0) {
		if (slot->text.size)
			status = run->params->write(run->params->context,
				slot->text.data, slot->text.size);
		slot->complete = false;
		slot = &run->slots[++run->next_text % run->window];
	}
	return status;
}

static int take_answer(struct run *run, struct worker *worker)
{
	struct answer *answer = &worker->answer;

	must(worker->ngiven && answer->item == worker->given[0]);
	worker->received = 0;
	for (unsigned i = 1; i < worker->ngiven; i++)
		worker->given[i - 1] = worker->given[i];
	worker->ngiven--;
	if (answer->error)
		return (int)answer->error;
	job_fold(run->job, &run->result->total, &answer->tally);
	run->result->items_done++;
	if (!run->slots)
		return 0;
	run->slots[answer->item % run->window].complete = true;
	return write_texts(run);
}

/* Where the next bytes from this worker belong, and how many there are. */
static char *destination(
	struct run *run, struct worker *worker, size_t *missing)
{
	struct answer *answer = &worker->answer;
	size_t head = sizeof(*answer);
	struct text *text;

	if (worker->received < head) {
		*missing = head - worker->received;
		return (char *)answer + worker->received;
	}
	text = &run->slots[answer->item % run->window].text;
	text->size = worker->received - head;
	*missing = answer->text_size - text->size;
	return text->data + text->size;
}

static bool answer_complete(struct run *run, struct worker *worker)
{
	size_t text_size = worker->answer.text_size;

	if (worker->received < sizeof(worker->answer) ||
		worker->received - sizeof(worker->answer) < text_size)
		return false;
	if (run->slots)
		run->slots[worker->answer.item % run->window].text.size =
			text_size;
	return true;
}

/* Returns 1 after some bytes, 0 when there are none now, or an error. */
static int receive(struct run *run, struct worker *worker)
{
	size_t missing;
	char *to = destination(run, worker, &missing);
	ssize_t n = read(worker->answers, to, missing);
	int status;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return bury(run, worker);
	worker->received += (size_t)n;
	if (answer_complete(run, worker)) {
		status = take_answer(run, worker);
		if (status < 0)
			return status;
	}
	return 1;
}

static int receive_from_all(struct run *run)
{
	int status = 0;

	for (unsigned i = 0; i < run->nworkers && status >= 0; i++) {
		if (!run->polls[i].revents)
			continue;
		do
			status = receive(run, &run->workers[i]);
		while (status > 0);
	}
	return status;
}

static void tick(struct run *run)
{
	const struct model_params *params = run->params;

	if (params->tick &&
		params->tick(params->context, run->result->items_done))
		run->result->stopped = true;
}

static int serve(struct run *run)
{
	uint64_t next_tick = clock_now() + MODEL_TICK_NS;
	int nready, status = 0;

	while (run->result->items_done < run->job->nitems && status >= 0 &&
		!run->result->stopped) {
		give_to_all(run);
		nready = poll(run->polls, run->nworkers,
			MODEL_TICK_NS / CLOCK_NS_PER_MS);
		if (nready > 0)
			status = receive_from_all(run);
		/* A signal may be a reason to stop: ask at once. */
		if (nready < 0 || clock_now() >= next_tick) {
			tick(run);
			next_tick = clock_now() + MODEL_TICK_NS;
		}
	}
	return status;
}

/* Closing a task pipe asks the worker to end; a run cut short kills it. */
static void end_all(struct run *run, bool at_once)
{
	for (unsigned i = 0; i < run->nworkers; i++) {
		struct worker *worker = &run->workers[i];

		if (!worker->proc.pid)
			continue;
		if (at_once)
			proc_kill(&worker->proc, SIGKILL);
		end_worker(run, worker);
	}
}

static int start_all(struct run *run)
{
	unsigned wanted = run->params->width;
	int status = 0;

	for (unsigned i = 0; i < wanted; i++)
		run->workers[i].tasks = -1;
	while (run->nworkers < wanted && status == 0) {
		status = start_worker(run, &run->workers[run->nworkers]);
		run->nworkers += status == 0;
	}
	run->result->refused = wanted - run->nworkers;
	return run->nworkers ? 0 : status;
}

static int serve_with_workers(struct run *run)
{
	int status = start_all(run);

	if (status < 0)
		return status;
	status = serve(run);
	end_all(run, status < 0 || run->result->stopped);
	return status < 0 ? status : 0;
}

static int slots_create(struct run *run)
{
	if (!run->job->text_size)
		return 0;
	run->window = 2 * run->params->width;
	run->slots = calloc(run->window, sizeof(*run->slots));
	if (!run->slots)
		return -ENOMEM;
	for (unsigned i = 0; i < run->window; i++) {
		run->slots[i].text.data = malloc(run->job->text_size);
		if (!run->slots[i].text.data)
			return -ENOMEM;
	}
	return 0;
}

static void slots_destroy(struct run *run)
{
	for (unsigned i = 0; run->slots && i < run->window; i++)
		free(run->slots[i].text.data);
	free(run->slots);
}

static int procs_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	unsigned width = params->width;
	struct run run = {
		.job = job,
		.params = params,
		.result = result,
		.workers = calloc(width, sizeof(struct worker)),
		.polls = calloc(width, sizeof(struct pollfd)),
		.again = calloc((size_t)width * GIVEN_MAX, sizeof(uint64_t)),
	};
	int status = slots_create(&run);

	(void)model;
	if (!run.workers || !run.polls || !run.again)
		status = -ENOMEM;
	if (status == 0)
		status = serve_with_workers(&run);
	slots_destroy(&run);
	free(run.again);
	free(run.polls);
	free(run.workers);
	return status;
}

const struct model model_procs = {
	.name = "procs",
	.summary = "forked workers, items and answers over pipes",
	.when = "work that must survive a crash of its parts, or must not "
		"share memory",
	.lesson = "01-processes",
	.flags = MODEL_PARALLEL | MODEL_ISOLATED | MODEL_PREEMPTIVE |
		 MODEL_PROCESSES | MODEL_OVERLAPS_WAITS,
	.run = procs_run,
};
