/*
 * pool: each item a job of its own, submitted to a pool of threads that take
 * them in order. Nobody decides who computes what, and an item costs its
 * hand-over.
 */
#include "lib/pool.h"
#include "lib/clock.h"
#include "lib/gather.h"
#include "lib/sync.h"

#include <errno.h>
#include <stdlib.h>

enum {
	JOBS_EACH = 64 /* submitted ahead, for each thread */
};

struct worker;

struct run {
	const struct job *job;
	const struct model_params *params;
	struct gather gather;
	struct pool *pool;
	struct mutex work_lock; /* what env_lock takes */
	struct semaphore places; /* for jobs that may still be submitted */

	struct mutex lock; /* guards what follows */
	struct worker *unused;
};

/* What a thread needs for an item, handed from job to job. */
struct worker {
	struct env env;
	struct run *run;
	struct worker *next;
};

struct item {
	struct run *run;
	uint64_t number;
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

/* There are as many as threads, so that one who asks finds one. */
static struct worker *take_worker(struct run *run)
{
	struct worker *worker;

	mutex_lock(&run->lock);
	worker = run->unused;
	run->unused = worker->next;
	mutex_unlock(&run->lock);
	return worker;
}

static void put_back(struct run *run, struct worker *worker)
{
	mutex_lock(&run->lock);
	worker->next = run->unused;
	run->unused = worker;
	mutex_unlock(&run->lock);
}

static int do_item(struct worker *worker, uint64_t number)
{
	struct run *run = worker->run;
	struct tally tally = {0};
	int status;

	worker->env.text.size = 0;
	status = run->job->work->item(run->job, &worker->env, number, &tally);
	if (status == 0)
		status = gather_put(
			&run->gather, number, &tally, &worker->env.text);
	return status;
}

static int item_body(
	void *arg, union future_value *value, struct failure *failure)
{
	struct item *item = arg;
	struct run *run = item->run;
	struct worker *worker = take_worker(run);
	int status = 0;

	(void)value;
	(void)failure;
	if (!gather_stopping(&run->gather))
		status = do_item(worker, item->number);
	if (status < 0 && status != -ECANCELED)
		gather_stop(&run->gather, status);
	put_back(run, worker);
	free(item);
	semaphore_post(&run->places);
	return 0;
}

static int submit(struct run *run, uint64_t number)
{
	struct item *item = malloc(sizeof(*item));
	int status;

	if (!item)
		return -ENOMEM;
	*item = (struct item){run, number};
	status = pool_post(run->pool, item_body, item);
	if (status < 0)
		free(item);
	return status;
}

/* The calling thread must not miss its ticks. */
static int submit_all(struct run *run)
{
	uint64_t number = 0, due = clock_now() + MODEL_TICK_NS;
	int status = 0;

	while (number < run->job->nitems && status == 0 &&
		!gather_stopping(&run->gather)) {
		if (semaphore_wait(&run->places, due) == 0)
			status = submit(run, number++);
		if (clock_now() < due)
			continue;
		gather_tick(&run->gather);
		due = clock_now() + MODEL_TICK_NS;
	}
	return status;
}

static void await_all(struct run *run)
{
	while (pool_drain(run->pool, clock_now() + MODEL_TICK_NS))
		gather_tick(&run->gather);
}

static int run_jobs(struct run *run, struct model_result *result)
{
	struct pool_state state;
	int status = submit_all(run);

	if (status < 0 && status != -EAGAIN)
		gather_stop(&run->gather, status);
	await_all(run);
	pool_inspect(run->pool, &state);
	result->nthreads = (unsigned)state.nmade;
	if (state.nrefused)
		result->refused = run->params->width - result->nthreads;
	if (status == -EAGAIN)
		return status;
	return gather_result(&run->gather, result);
}

static int create_pool(struct run *run)
{
	const struct pool_options options = {
		.size = (int)run->params->width,
		.name = "conc",
	};

	return pool_create(&options, &run->pool);
}

static int open_workers(struct run *run, struct worker *workers)
{
	int status = 0;

	for (unsigned i = 0; i < run->params->width && status == 0; i++) {
		workers[i].env.ops = &worker_ops;
		workers[i].env.shared = run->params->shared;
		workers[i].run = run;
		status = env_create(&workers[i].env, run->job);
		if (status == 0)
			put_back(run, &workers[i]);
	}
	return status;
}

static void close_workers(struct run *run)
{
	for (struct worker *at = run->unused; at; at = at->next)
		env_destroy(&at->env, run->job);
}

static int run_with_workers(struct run *run, struct model_result *result)
{
	struct worker *workers = calloc(run->params->width, sizeof(*workers));
	int status;

	if (!workers)
		return -ENOMEM;
	status = open_workers(run, workers);
	if (status == 0)
		status = create_pool(run);
	if (status == 0)
		status = run_jobs(run, result);
	pool_destroy(run->pool);
	close_workers(run);
	free(workers);
	return status;
}

static int pool_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct run run = {.job = job, .params = params};
	int status;

	(void)model;
	gather_init(&run.gather, job, params);
	semaphore_init(
		&run.places, SEMAPHORE_PRIVATE, params->width * JOBS_EACH);
	status = run_with_workers(&run, result);
	semaphore_fini(&run.places);
	mutex_fini(&run.lock);
	mutex_fini(&run.work_lock);
	gather_fini(&run.gather);
	return status;
}

const struct model model_pool = {
	.name = "pool",
	.summary = "threads of a pool, each item a job in its line",
	.when = "many jobs of unlike length, or jobs that come as they please: "
		"threads are made once, and no longer than there is work",
	.lesson = "18-thread-pool",
	.flags = MODEL_PARALLEL | MODEL_PREEMPTIVE | MODEL_OVERLAPS_WAITS |
		 MODEL_LAZY,
	.run = pool_run,
};
