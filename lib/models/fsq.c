/*
 * fsq: forked workers that meet in the filesystem. Items wait as files in one
 * queue, answers come back as files in another; who locks a file has claimed
 * it, and a lock ends with its owner. So a killed worker's item is simply
 * there again, and only an answer that comes twice has to be told.
 *
 * Nothing is synced: after a power cut nobody wants these queues.
 */
#include "lib/clock.h"
#include "lib/fsq_install.h"
#include "lib/fsq_put.h"
#include "lib/fsq_snapshot.h"
#include "lib/fsq_tree.h"
#include "lib/fsq_watch.h"
#include "lib/models/fsq_impl.h"
#include "lib/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CRASHES_MAX = 16, /* per worker wanted, before the run gives up */
	AHEAD = 4, /* items waiting or unanswered, per worker wanted */
	PATH_SIZE = 4096,
};

struct run {
	const struct job *job;
	const struct model_params *params;
	struct model_result *result;
	char root[PATH_SIZE];
	struct fsq *items, *answers;
	struct fsq_watch *watch; /* on the answers */
	struct fsq_snapshot snapshot;
	struct proc *procs;
	struct pollfd *polls; /* how the workers end, then the watch */
	unsigned nworkers;
	uint64_t *open; /* items put and not answered, 1 and up; 0: free */
	unsigned window;
	uint64_t next_item, next_text;
	char *text;
};

static int start_worker(struct run *run, unsigned index)
{
	struct fsq_worker worker = {
		.job = run->job, .items = run->items, .answers = run->answers};
	int status = proc_start(&run->procs[index], fsq_worker_main, &worker);

	if (status < 0)
		return status;
	run->polls[index] = (struct pollfd){
		.fd = run->procs[index].ended, .events = POLLIN};
	run->result->nprocesses++;
	return 0;
}

static unsigned nalive(const struct run *run)
{
	unsigned alive = 0;

	for (unsigned i = 0; i < run->nworkers; i++)
		alive += run->procs[i].pid != 0;
	return alive;
}

static int reap(struct run *run, unsigned index)
{
	struct rusage usage;
	int status = proc_wait(&run->procs[index], &usage);

	run->polls[index].fd = -1;
	run->result->rss_sum_kib += (uint64_t)usage.ru_maxrss;
	return status;
}

/* Returns 0 while somebody is left to do the work, else -ECHILD. */
static int replace(struct run *run, unsigned index)
{
	reap(run, index);
	run->result->crashed++;
	if (run->result->crashed <= CRASHES_MAX * run->params->width)
		start_worker(run, index);
	return nalive(run) ? 0 : -ECHILD;
}

static int put_item(struct run *run, uint64_t item)
{
	char number[24];
	const char *const args[] = {number};

	snprintf(number, sizeof(number), "%" PRIu64, item);
	return fsq_enqueue(run->items, args, 1, NULL, 0, NULL);
}

/* Keep some items waiting, but never all of a long job in one folder. */
static int put_items(struct run *run)
{
	int status = 0;

	for (unsigned i = 0; i < run->window && status == 0; i++) {
		if (run->open[i] || run->next_item == run->job->nitems)
			continue;
		status = put_item(run, run->next_item);
		if (status == 0)
			run->open[i] = ++run->next_item;
	}
	return status;
}

/* Returns false for an answer that was there before. */
static bool close_item(struct run *run, uint64_t item)
{
	for (unsigned i = 0; i < run->window; i++) {
		if (run->open[i] == item + 1) {
			run->open[i] = 0;
			return true;
		}
	}
	return false;
}

static bool read_all(int fd, void *to, size_t size, off_t from)
{
	return size == 0 || pread(fd, to, size, from) == (ssize_t)size;
}

static int take_text(
	struct run *run, const struct fsq_item *item, uint64_t size)
{
	if (size > run->job->text_size ||
		!read_all(item->fd, run->text, size, sizeof(struct fsq_answer)))
		return -EIO;
	run->next_text++;
	return size ? run->params->write(run->params->context, run->text, size)
		    : 0;
}

static int take_answer(struct run *run, struct fsq_item *item)
{
	struct fsq_answer answer;
	int status = 0;

	if (!read_all(item->fd, &answer, sizeof(answer), 0))
		status = -EIO;
	else if (!close_item(run, answer.item))
		run->result->redone++;
	else if (answer.error)
		status = (int)answer.error;
	else {
		if (run->job->text_size)
			status = take_text(run, item, answer.text_size);
		job_fold(run->job, &run->result->total, &answer.tally);
		run->result->items_done++;
	}
	fsq_worker_drop(item);
	return status;
}

/* An answer whose text is not due yet stays where it is. */
static bool is_due(const struct run *run, const struct fsq_item *item)
{
	return !run->job->text_size || fsq_worker_item(item) <= run->next_text;
}

static int take_answers(struct run *run)
{
	struct fsq *const queues[] = {run->answers};
	struct fsq_entry entry;
	struct fsq_item item;
	int status = fsq_snapshot_take(&run->snapshot, queues, 1, FSQ_QUEUE, 0);

	while (status == 0 && fsq_snapshot_next(&run->snapshot, &entry)) {
		if (fsq_claim(run->answers, entry.id, &item) < 0)
			continue;
		if (is_due(run, &item))
			status = take_answer(run, &item);
		else
			fsq_finish(&item, FSQ_END_RELEASE, NULL);
	}
	return status;
}

/* With text, one answer may make another one due: look until none is. */
static int take_all_answers(struct run *run)
{
	uint64_t before;
	int status;

	do {
		before = run->result->items_done;
		status = take_answers(run);
	} while (status == 0 && run->job->text_size &&
		 run->result->items_done > before);
	return status;
}

static int look_after_workers(struct run *run)
{
	int status = 0;

	for (unsigned i = 0; i < run->nworkers && status == 0; i++) {
		if (run->procs[i].pid && run->polls[i].revents)
			status = replace(run, i);
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

	while (run->result->items_done < run->job->nitems && status == 0 &&
		!run->result->stopped) {
		fsq_watch_clear(run->watch);
		status = take_all_answers(run);
		if (status == 0)
			status = put_items(run);
		if (status < 0 || run->result->items_done == run->job->nitems)
			break;
		nready = poll(run->polls, run->nworkers + 1,
			MODEL_TICK_NS / CLOCK_NS_PER_MS);
		if (nready > 0)
			status = look_after_workers(run);
		if (nready < 0 || clock_now() >= next_tick) {
			tick(run);
			next_tick = clock_now() + MODEL_TICK_NS;
		}
	}
	return status;
}

static int start_all(struct run *run)
{
	unsigned wanted = run->params->width;
	int status = 0;

	while (run->nworkers < wanted && status == 0) {
		status = start_worker(run, run->nworkers);
		run->nworkers += status == 0;
	}
	run->result->refused = wanted - run->nworkers;
	run->polls[run->nworkers] = (struct pollfd){
		.fd = fsq_watch_fd(run->watch), .events = POLLIN};
	return run->nworkers ? 0 : status;
}

/*
 * All have nothing to do, or what they do is not wanted any more. Who ends by
 * another signal than ours was killed before, and somebody else did its item.
 */
static void end_all(struct run *run)
{
	for (unsigned i = 0; i < run->nworkers; i++) {
		if (!run->procs[i].pid)
			continue;
		proc_kill(&run->procs[i], SIGTERM);
		proc_kill(&run->procs[i], SIGCONT);
		if (WTERMSIG(reap(run, i)) != SIGTERM)
			run->result->crashed++;
	}
}

static int install(
	const struct fsq_rules *rules, const char *name, struct fsq **result)
{
	struct fsq_install options = {.existing = FSQ_EXISTING_REFUSE};
	int status = fsq_install(rules, name, &options);

	return status < 0 ? status : fsq_open(rules, name, result);
}

/* Memory is the better disk for what nobody wants after a power cut. */
static const char *place_for_queues(void)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp && *tmp)
		return tmp;
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

static int make_queues(struct run *run, struct fsq_rules *rules)
{
	int status;

	snprintf(run->root, sizeof(run->root), "%s/conc-fsq-XXXXXX",
		place_for_queues());
	if (!mkdtemp(run->root)) {
		run->root[0] = '\0';
		return -errno;
	}
	rules->root = run->root;
	status = install(rules, "items", &run->items);
	if (status == 0)
		status = install(rules, "answers", &run->answers);
	if (status == 0)
		status = fsq_watch_open(&run->answers, 1, &run->watch);
	return status;
}

static void remove_queues(struct run *run)
{
	fsq_watch_close(run->watch);
	fsq_close(run->answers);
	fsq_close(run->items);
	if (run->root[0])
		fsq_tree_remove(AT_FDCWD, run->root);
}

static int serve_in_queues(struct run *run)
{
	struct fsq_rules rules = fsq_rules_default;
	int status;

	rules.fast = true;
	rules.max_tries = 0;
	status = make_queues(run, &rules);
	if (status == 0)
		status = start_all(run);
	if (status == 0)
		status = serve(run);
	end_all(run);
	remove_queues(run);
	return status;
}

static int fsq_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	unsigned width = params->width, window = AHEAD * width;
	struct run run = {
		.job = job,
		.params = params,
		.result = result,
		.window = window,
		.procs = calloc(width, sizeof(struct proc)),
		.polls = calloc(width + 1, sizeof(struct pollfd)),
		.open = calloc(window, sizeof(uint64_t)),
		.text = job->text_size ? malloc(job->text_size) : NULL,
	};
	int status = -ENOMEM;

	(void)model;
	if (run.procs && run.polls && run.open && (run.text || !job->text_size))
		status = serve_in_queues(&run);
	fsq_snapshot_fini(&run.snapshot);
	free(run.text);
	free(run.open);
	free(run.polls);
	free(run.procs);
	return status;
}

const struct model model_fsq = {
	.name = "fsq",
	.summary = "forked workers that meet in a queue of files",
	.when = "work that must survive its workers, be seen with ls, or be "
		"shared by programs that know nothing of one another",
	.lesson = "04-filesystem-queue",
	.flags = MODEL_PARALLEL | MODEL_ISOLATED | MODEL_PREEMPTIVE |
		 MODEL_PROCESSES | MODEL_OVERLAPS_WAITS,
	.run = fsq_run,
};
