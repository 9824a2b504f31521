/*
 * threads: workers in one process that share all memory. Who computes what is
 * decided by the schedule: from a counter under a lock, in advance, or
 * through a bounded blocking queue.
 */
#include "lib/bq.h"
#include "lib/clock.h"
#include "lib/gather.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <errno.h>

struct run {
	const struct job *job;
	const struct model_params *params;
	struct gather gather;
	struct bq *queue; /* of item numbers; NULL unless scheduled by queue */

	struct mutex work_lock; /* what env_lock takes */

	struct mutex counter_lock; /* guards the counter */
	uint64_t next_item;
};

struct worker {
	struct env env;
	struct run *run;
	unsigned index, nworkers;
	uint64_t ntaken;
};

static int worker_wait(struct env *env, uint64_t ns)
{
	return gather_wait(&((struct worker *)env)->run->gather, ns);
}

static bool worker_lock(struct env *env)
{
	mutex_lock(&((struct worker *)env)->run->work_lock);
	return false;
}

static void worker_unlock(struct env *env)
{
	mutex_unlock(&((struct worker *)env)->run->work_lock);
}

static bool worker_pause(struct env *env)
{
	return gather_stopping(&((struct worker *)env)->run->gather);
}

static const struct env_ops worker_ops = {
	.wait = worker_wait,
	.lock = worker_lock,
	.unlock = worker_unlock,
	.pause = worker_pause,
};

/* tag::take-dynamic[] */
static bool take_dynamic(struct worker *worker, uint64_t *item)
{
	struct run *run = worker->run;

	mutex_lock(&run->counter_lock);
	*item = run->next_item++;
	mutex_unlock(&run->counter_lock);
	return *item < run->job->nitems;
}
/* end::take-dynamic[] */

static bool take_static(struct worker *worker, uint64_t *item)
{
	*item = worker->index + worker->ntaken * worker->nworkers;
	return *item < worker->run->job->nitems;
}

static bool take_queued(struct worker *worker, uint64_t *item)
{
	return bq_pop(worker->run->queue, item, CLOCK_NEVER) == 0;
}

typedef bool (*take_fn)(struct worker *worker, uint64_t *item);

static const take_fn take_by[] = {
	[SCHEDULE_DYNAMIC] = take_dynamic,
	[SCHEDULE_STATIC] = take_static,
	[SCHEDULE_QUEUE] = take_queued,
};

static int do_items(struct worker *worker)
{
	struct run *run = worker->run;
	take_fn take = take_by[run->params->schedule];
	uint64_t item;
	int status = 0;

	while (status == 0 && !gather_stopping(&run->gather) &&
		take(worker, &item)) {
		struct tally tally = {0};

		worker->ntaken++;
		worker->env.text.size = 0;
		status = run->job->work->item(
			run->job, &worker->env, item, &tally);
		if (status == 0)
			status = gather_put(
				&run->gather, item, &tally, &worker->env.text);
	}
	return status;
}

static void worker_main(void *arg, unsigned index, unsigned nworkers)
{
	struct run *run = arg;
	struct worker worker = {
		.env = {.ops = &worker_ops, .shared = run->params->shared},
		.run = run,
		.index = index,
		.nworkers = nworkers,
	};
	int status = env_create(&worker.env, run->job);

	if (status == 0) {
		status = do_items(&worker);
		env_destroy(&worker.env, run->job);
	}
	if (status < 0 && status != -ECANCELED)
		gather_stop(&run->gather, status);
}

/* The calling thread is the producer, and must not miss its ticks. */
static void fill_queue(struct run *run)
{
	uint64_t item = 0, due = clock_now() + MODEL_TICK_NS;

	while (item < run->job->nitems && !gather_stopping(&run->gather)) {
		if (bq_push(run->queue, &item, due) == 0)
			item++;
		if (clock_now() < due)
			continue;
		gather_tick(&run->gather);
		due = clock_now() + MODEL_TICK_NS;
	}
	bq_close(run->queue,
		gather_stopping(&run->gather) ? BQ_DISCARD : BQ_DRAIN);
}

static int run_team(struct run *run, struct model_result *result)
{
	struct team *team;
	int status = team_start(
		run->params->width, "conc", worker_main, run, &team);

	if (status < 0)
		return status;
	if (run->queue)
		fill_queue(run);
	return gather_team(&run->gather, team, result);
}

static int queue_create(struct run *run)
{
	struct bq_options options = {
		.capacity = 2 * (size_t)run->params->width,
		.item_size = sizeof(uint64_t),
		.order = BQ_FIFO,
	};

	if (run->params->schedule != SCHEDULE_QUEUE)
		return 0;
	return bq_create(&options, &run->queue);
}

static int threads_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct run run = {.job = job, .params = params};
	int status = queue_create(&run);

	(void)model;
	if (status < 0)
		return status;
	gather_init(&run.gather, job, params);
	mutex_init(&run.work_lock, MUTEX_PRIVATE);
	mutex_init(&run.counter_lock, MUTEX_PRIVATE);
	status = run_team(&run, result);
	mutex_fini(&run.counter_lock);
	mutex_fini(&run.work_lock);
	gather_fini(&run.gather);
	if (run.queue)
		bq_destroy(run.queue);
	return status;
}

const struct model model_threads = {
	.name = "threads",
	.summary = "POSIX threads, items from a counter under a lock",
	.when = "work that computes and shares data: cheap to start, "
		"one wrong access away from a race",
	.lesson = "05-data-race",
	.flags = MODEL_PARALLEL | MODEL_PREEMPTIVE | MODEL_OVERLAPS_WAITS,
	.schedules = true,
	.run = threads_run,
};
