/*
 * shm: forked workers that share one mapping. They claim items from a
 * counter there, under a robust lock, and keep their accounts there.
 */
#include "lib/clock.h"
#include "lib/models/shm_impl.h"
#include "lib/proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	CRASHES_MAX = 16 /* per worker wanted, before the run gives up */
};

static size_t board_size(unsigned width)
{
	return sizeof(struct shm_board) + width * sizeof(struct shm_slot);
}

static int start_worker(struct shm_run *run, unsigned index)
{
	struct shm_slot *slot = &run->board->slots[index];
	struct shm_worker worker = {
		.env = {.shared = run->params->shared},
		.run = run,
		.slot = slot,
	};
	int status;

	atomic_store(&slot->claimed, 0);
	atomic_store(&slot->text_item, 0);
	semaphore_init(&slot->text_taken, SEMAPHORE_SHARED, 0);
	status = proc_start(&run->procs[index], shm_worker_main, &worker);
	if (status < 0)
		return status;
	run->polls[index] = (struct pollfd){
		.fd = run->procs[index].ended, .events = POLLIN};
	run->result->nprocesses++;
	return 0;
}

static bool work_left(const struct shm_run *run)
{
	const struct shm_board *board = run->board;

	return board->nagain || board->next <= run->job->nitems;
}

/* Give out again what a dead worker had claimed and not brought in. */
static bool reclaim(struct shm_run *run, struct shm_slot *slot)
{
	struct shm_board *board = run->board;
	uint64_t claimed;
	bool left;

	shm_lock(run);
	claimed = atomic_load(&slot->claimed);
	if (claimed && claimed != shm_account(slot)->last) {
		atomic_store(&slot->claimed, 0);
		board->again[board->nagain++] = claimed;
		run->result->redone++;
	}
	left = work_left(run);
	mutex_unlock(&board->lock);
	return left;
}

static unsigned nalive(const struct shm_run *run)
{
	unsigned alive = 0;

	for (unsigned i = 0; i < run->nworkers; i++)
		alive += run->procs[i].pid != 0;
	return alive;
}

/* Returns whether the dead worker's place is taken again. */
static bool replace_worker(struct shm_run *run, unsigned index)
{
	return run->result->crashed <= CRASHES_MAX * run->nworkers &&
	       start_worker(run, index) == 0;
}

/* Returns 0, what an item returned, or -ECHILD when nobody is left. */
static int end_worker(struct shm_run *run, unsigned index)
{
	struct shm_slot *slot = &run->board->slots[index];
	struct rusage usage;
	int status = proc_wait(&run->procs[index], &usage);

	run->polls[index].fd = -1;
	run->result->rss_sum_kib += (uint64_t)usage.ru_maxrss;
	if (status == 0 || run->result->stopped)
		return 0;
	if (atomic_load(&slot->error) < 0)
		return atomic_load(&slot->error);
	run->result->crashed++;
	if (!reclaim(run, slot))
		return 0;
	replace_worker(run, index);
	return nalive(run) ? 0 : -ECHILD;
}

/*
 * Whether all that are left wait for the text of an item that was lost with
 * its worker. Only they could do it again, so nobody will move.
 */
static bool is_stuck(const struct shm_run *run)
{
	if (!run->job->text_size)
		return false;
	for (unsigned i = 0; i < run->nworkers; i++) {
		if (run->procs[i].pid &&
			atomic_load(&run->board->slots[i].text_item) <=
				run->next_text)
			return false;
	}
	return true;
}

/* Workers that could not be replaced may have been so for a moment only. */
static int replace_any(struct shm_run *run)
{
	for (unsigned i = 0; i < run->nworkers; i++) {
		if (!run->procs[i].pid && replace_worker(run, i))
			return 0;
	}
	return -ECHILD;
}

/* Returns 1 when the next text was written, 0 when it is not there yet. */
static int write_next_text(struct shm_run *run)
{
	for (unsigned i = 0; i < run->nworkers; i++) {
		struct shm_slot *slot = &run->board->slots[i];
		uint64_t item = atomic_load(&slot->text_item);
		int status = 0;

		if (item == 0 || item > run->next_text)
			continue;
		/* An item done again may have been written before. */
		if (item == run->next_text) {
			if (slot->text_size)
				status = run->params->write(
					run->params->context,
					shm_text(run, slot), slot->text_size);
			run->next_text++;
		}
		atomic_store(&slot->text_item, 0);
		semaphore_post(&slot->text_taken);
		return status < 0 ? status : 1;
	}
	return 0;
}

static int answer_doorbell(struct shm_run *run)
{
	uint64_t rings;
	int status;

	if (read(run->doorbell, &rings, sizeof(rings)) < 0)
		return 0;
	do
		status = write_next_text(run);
	while (status > 0);
	return status;
}

static void tick(struct shm_run *run)
{
	const struct model_params *params = run->params;
	uint64_t ndone = 0;

	for (unsigned i = 0; i < run->nworkers; i++)
		ndone += atomic_load(&run->board->slots[i].ndone);
	if (params->tick && params->tick(params->context, ndone))
		run->result->stopped = true;
}

static int serve(struct shm_run *run)
{
	uint64_t next_tick = clock_now() + MODEL_TICK_NS;
	int status = 0;

	while (nalive(run) && status == 0 && !run->result->stopped) {
		int nready = poll(run->polls, run->nworkers + 1,
			MODEL_TICK_NS / CLOCK_NS_PER_MS);

		if (run->polls[run->nworkers].revents)
			status = answer_doorbell(run);
		for (unsigned i = 0; i < run->nworkers && status == 0; i++) {
			if (run->procs[i].pid && run->polls[i].revents)
				status = end_worker(run, i);
		}
		/* No text, and nobody's end: such quiet is not for long. */
		if (nready == 0 && is_stuck(run))
			status = replace_any(run);
		/* A signal may be a reason to stop: ask at once. */
		if (nready < 0 || clock_now() >= next_tick) {
			tick(run);
			next_tick = clock_now() + MODEL_TICK_NS;
		}
	}
	return status;
}

static int start_all(struct shm_run *run)
{
	unsigned wanted = run->params->width;
	int status = 0;

	while (run->nworkers < wanted && status == 0) {
		status = start_worker(run, run->nworkers);
		run->nworkers += status == 0;
	}
	run->result->refused = wanted - run->nworkers;
	run->polls[run->nworkers] = (struct pollfd){
		.fd = run->doorbell, .events = POLLIN};
	return run->nworkers ? 0 : status;
}

static void kill_all(struct shm_run *run)
{
	for (unsigned i = 0; i < run->nworkers; i++) {
		if (!run->procs[i].pid)
			continue;
		proc_kill(&run->procs[i], SIGKILL);
		proc_wait(&run->procs[i], NULL);
	}
}

/* The accounts of all workers, the dead ones too. */
static void add_up(struct shm_run *run)
{
	for (unsigned i = 0; i < run->nworkers; i++) {
		const struct shm_slot *slot = &run->board->slots[i];

		job_fold(run->job, &run->result->total,
			&shm_account(slot)->total);
		run->result->items_done += atomic_load(&slot->ndone);
	}
}

static int serve_with_workers(struct shm_run *run)
{
	int status = start_all(run);

	if (status < 0)
		return status;
	status = serve(run);
	kill_all(run);
	/* Whoever ended before another died could not know. */
	if (status == 0 && !run->result->stopped && work_left(run))
		status = -ECHILD;
	add_up(run);
	return status;
}

static void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int board_create(struct shm_run *run)
{
	unsigned width = run->params->width;
	int status;

	run->board = map(board_size(width));
	if (!run->board)
		return -ENOMEM;
	run->board->next = run->next_text = 1;
	status = mutex_init(&run->board->lock, MUTEX_SHARED);
	if (status == 0)
		status = mutex_init(&run->board->work_lock, MUTEX_SHARED);
	if (status < 0 || !run->job->text_size)
		return status;
	run->texts = map(width * run->job->text_size);
	return run->texts ? 0 : -ENOMEM;
}

/* The locks are not finished first: a killed worker may hold them. */
static void board_destroy(struct shm_run *run)
{
	unsigned width = run->params->width;

	if (run->board)
		munmap(run->board, board_size(width));
	if (run->texts)
		munmap(run->texts, width * run->job->text_size);
}

static int shm_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct shm_run run = {
		.job = job,
		.params = params,
		.result = result,
		.procs = calloc(params->width, sizeof(struct proc)),
		.polls = calloc(params->width + 1, sizeof(struct pollfd)),
		.doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	};
	int status = run.doorbell < 0 ? -errno : 0;

	(void)model;
	if (!run.procs || !run.polls)
		status = -ENOMEM;
	if (status == 0)
		status = board_create(&run);
	if (status == 0)
		status = serve_with_workers(&run);
	board_destroy(&run);
	if (run.doorbell >= 0)
		close(run.doorbell);
	free(run.polls);
	free(run.procs);
	return status;
}

const struct model model_shm = {
	.name = "shm",
	.summary = "forked workers that share one piece of memory",
	.when = "work that wants shared data and separate address spaces: "
		"a crash loses one item, if the shared part is built for it",
	.lesson = "05-data-race",
	.flags = MODEL_PARALLEL | MODEL_PREEMPTIVE | MODEL_PROCESSES |
		 MODEL_OVERLAPS_WAITS,
	.run = shm_run,
};
