#include "lib/clock.h"
#include "lib/fsq_put.h"
#include "lib/fsq_snapshot.h"
#include "lib/fsq_watch.h"
#include "lib/models/fsq_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Alone in its memory, and killed when there is nothing more to do. */
static const struct env_ops worker_ops = {
	.wait = env_sleep,
	.lock = env_nobody_to_lock_out,
	.unlock = env_nobody_to_let_in,
	.pause = env_never_asked,
};

uint64_t fsq_worker_item(const struct fsq_item *item)
{
	if (item->malformed || fsq_name_nargs(&item->name) != 1)
		return UINT64_MAX;
	return strtoull(fsq_name_arg(&item->name, 0), NULL, 10);
}

int fsq_worker_drop(struct fsq_item *item)
{
	struct fsq *fsq = item->fsq;
	char place[FSQ_NAME_SIZE];
	int status = fsq_finish(item, FSQ_END_DONE, place);

	if (status == 0)
		unlinkat(fsq_folder_fd(fsq, FSQ_DONE), place, 0);
	return status;
}

static int put_answer(
	struct fsq *answers, const struct fsq_answer *answer, const char *text)
{
	char number[24];
	const char *const args[] = {number};
	struct fsq_put put;
	int status;

	snprintf(number, sizeof(number), "%" PRIu64, answer->item);
	status = fsq_put_begin(answers, args, 1, &put);
	if (status < 0)
		return status;
	status = fsq_put_write(&put, answer, sizeof(*answer));
	if (status == 0)
		status = fsq_put_write(&put, text, answer->text_size);
	if (status < 0) {
		fsq_put_abort(&put);
		return status;
	}
	return fsq_publish(&put, 1);
}

/*
 * The answer is there before the item is gone. A worker that is killed in
 * between leaves both, and the item is answered twice: the parent knows.
 */
static int do_item(
	const struct fsq_worker *worker, struct env *env, struct fsq_item *item)
{
	struct fsq_answer answer = {.item = fsq_worker_item(item)};
	int status;

	if (answer.item >= worker->job->nitems) {
		fsq_finish(item, FSQ_END_FAIL, NULL);
		return 0;
	}
	env->text.size = 0;
	answer.error = worker->job->work->item(
		worker->job, env, answer.item, &answer.tally);
	answer.text_size = env->text.size;
	status = put_answer(worker->answers, &answer, env->text.data);
	if (status < 0) {
		fsq_finish(item, FSQ_END_RELEASE, NULL);
		return status;
	}
	return fsq_worker_drop(item);
}

/* What cannot be claimed is another worker's, or was. */
static int do_waiting(const struct fsq_worker *worker, struct env *env,
	struct fsq_snapshot *snapshot)
{
	struct fsq *const queues[] = {worker->items};
	struct fsq_entry entry;
	struct fsq_item item;
	int status = fsq_snapshot_take(snapshot, queues, 1, FSQ_QUEUE, 0);

	while (status == 0 && fsq_snapshot_next(snapshot, &entry)) {
		if (fsq_claim(worker->items, entry.id, &item) == 0)
			status = do_item(worker, env, &item);
	}
	return status;
}

/*
 * A lock that is let go of by a death wakes nobody, so no wait is long.
 */
static int do_items(const struct fsq_worker *worker, struct env *env)
{
	struct fsq *const queues[] = {worker->items};
	struct fsq_snapshot snapshot = {0};
	struct fsq_watch *watch;
	int status = fsq_watch_open(queues, 1, &watch);

	while (status >= 0) {
		fsq_watch_clear(watch);
		status = do_waiting(worker, env, &snapshot);
		if (status == 0)
			fsq_watch_wait(watch, clock_now() + MODEL_TICK_NS);
	}
	fsq_snapshot_fini(&snapshot);
	fsq_watch_close(watch);
	return status;
}

int fsq_worker_main(void *arg)
{
	const struct fsq_worker *worker = arg;
	struct env env = {.ops = &worker_ops};

	if (env_create(&env, worker->job) < 0)
		return EXIT_FAILURE;
	do_items(worker, &env);
	env_destroy(&env, worker->job);
	return EXIT_FAILURE;
}
