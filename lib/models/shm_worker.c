#include "lib/clock.h"
#include "lib/models/shm_impl.h"
#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *shm_text(const struct shm_run *run, const struct shm_slot *slot)
{
	return run->texts +
	       (size_t)(slot - run->board->slots) * run->job->text_size;
}

const struct shm_account *shm_account(const struct shm_slot *slot)
{
	return &slot->account[atomic_load(&slot->current)];
}

/*
 * A claim for the item that `next` or the top of `again` still offers was
 * being made by the owner that died.
 */
void shm_lock(struct shm_run *run)
{
	struct shm_board *board = run->board;

	if (mutex_lock(&board->lock) != MUTEX_OWNER_DIED)
		return;
	for (unsigned i = 0; i < run->params->width; i++) {
		uint64_t claimed = atomic_load(&board->slots[i].claimed);

		if (claimed == board->next)
			board->next++;
		else if (claimed && board->nagain &&
			 claimed == board->again[board->nagain - 1])
			board->nagain--;
	}
}

/* tag::shm-claim[] */
static bool claim(struct shm_worker *worker, uint64_t *item)
{
	struct shm_board *board = worker->run->board;

	shm_lock(worker->run);
	*item = board->nagain ? board->again[board->nagain - 1] : board->next;
	if (*item <= worker->run->job->nitems) {
		atomic_store(&worker->slot->claimed, *item);
		if (board->nagain)
			board->nagain--;
		else
			board->next++;
	}
	mutex_unlock(&board->lock);
	return *item <= worker->run->job->nitems;
}

static void commit(
	struct shm_worker *worker, uint64_t item, const struct tally *tally)
{
	struct shm_slot *slot = worker->slot;
	unsigned current = atomic_load(&slot->current);
	struct shm_account *next = &slot->account[!current];

	*next = slot->account[current];
	job_fold(worker->run->job, &next->total, tally);
	next->last = item;
	atomic_store(&slot->current, !current);
	atomic_fetch_add(&slot->ndone, 1);
}
/* end::shm-claim[] */

static bool worker_lock(struct env *env)
{
	struct shm_board *board = ((struct shm_worker *)env)->run->board;

	return mutex_lock(&board->work_lock) == MUTEX_OWNER_DIED;
}

static void worker_unlock(struct env *env)
{
	mutex_unlock(&((struct shm_worker *)env)->run->board->work_lock);
}

/* A worker is killed when the run is stopped. */
static const struct env_ops worker_ops = {
	.wait = env_sleep,
	.lock = worker_lock,
	.unlock = worker_unlock,
	.pause = env_never_asked,
};

static void ring(int doorbell)
{
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(doorbell, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
	must(n == sizeof(one));
}

/* Show the text to the parent, and wait until it has been written. */
static void hand_over_text(struct shm_worker *worker, uint64_t item)
{
	struct shm_slot *slot = worker->slot;
	const struct text *text = &worker->env.text;

	if (text->size)
		memcpy(shm_text(worker->run, slot), text->data, text->size);
	slot->text_size = text->size;
	atomic_store(&slot->text_item, item);
	ring(worker->run->doorbell);
	semaphore_wait(&slot->text_taken, CLOCK_NEVER);
}

static int do_items(struct shm_worker *worker)
{
	const struct job *job = worker->run->job;
	uint64_t item;

	while (claim(worker, &item)) {
		struct tally tally = {0};
		int status;

		worker->env.text.size = 0;
		status = job->work->item(job, &worker->env, item - 1, &tally);
		if (status < 0)
			return status;
		if (job->text_size)
			hand_over_text(worker, item);
		commit(worker, item, &tally);
	}
	return 0;
}

int shm_worker_main(void *arg)
{
	struct shm_worker *worker = arg;
	int status;

	worker->env.ops = &worker_ops;
	status = env_create(&worker->env, worker->run->job);

	if (status == 0) {
		status = do_items(worker);
		env_destroy(&worker->env, worker->run->job);
	}
	atomic_store(&worker->slot->error, status);
	return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
