/*
 * gil: threads behind one simulated global interpreter lock. They take turns
 * of 5 ms, so that computing gains nothing from a second thread; waiting
 * does, because it happens without the lock.
 */
#include "lib/gil.h"
#include "lib/gather.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <errno.h>

struct run {
	const struct job *job;
	const struct model_params *params;
	struct gather gather;
	struct gil gil;
	struct mutex work_lock; /* what env_lock takes */
};

struct worker {
	struct env env;
	struct run *run;
	unsigned id; /* 1 and up: the lock's name for this thread */
};

static int worker_wait(struct env *env, uint64_t ns)
{
	struct worker *worker = (struct worker *)env;
	int status;

	gil_release(&worker->run->gil, worker->id);
	status = gather_wait(&worker->run->gather, ns);
	gil_take(&worker->run->gil, worker->id);
	return status;
}

/*
 * As Python's Lock.acquire: who has to wait lets go of the big lock first, or
 * the holder of the small one could never run.
 */
static bool worker_lock(struct env *env)
{
	struct worker *worker = (struct worker *)env;
	struct run *run = worker->run;

	if (mutex_lock_until(&run->work_lock, 0) == 0)
		return false;
	gil_release(&run->gil, worker->id);
	mutex_lock(&run->work_lock);
	gil_take(&run->gil, worker->id);
	return false;
}

static void worker_unlock(struct env *env)
{
	mutex_unlock(&((struct worker *)env)->run->work_lock);
}

static bool worker_pause(struct env *env)
{
	struct worker *worker = (struct worker *)env;

	gil_check(&worker->run->gil, worker->id);
	return gather_stopping(&worker->run->gather);
}

static const struct env_ops worker_ops = {
	.wait = worker_wait,
	.lock = worker_lock,
	.unlock = worker_unlock,
	.pause = worker_pause,
};

/* Writing in turn may have to wait, and is done without the lock. */
static int bring(
	struct worker *worker, uint64_t item, const struct tally *tally)
{
	struct run *run = worker->run;
	int status;

	if (!run->job->text_size)
		return gather_put(&run->gather, item, tally, NULL);
	gil_release(&run->gil, worker->id);
	status = gather_put(&run->gather, item, tally, &worker->env.text);
	gil_take(&run->gil, worker->id);
	return status;
}

/*
 * The lock is kept from one item to the next, as an interpreter does: a
 * thread that let go for a moment would start the wait of the others anew.
 */
static int do_items(struct worker *worker, unsigned first, unsigned step)
{
	struct run *run = worker->run;
	int status = 0;

	gil_take(&run->gil, worker->id);
	for (uint64_t item = first; item < run->job->nitems && status == 0 &&
				    !gather_stopping(&run->gather);
		item += step) {
		struct tally tally = {0};

		worker->env.text.size = 0;
		status = run->job->work->item(
			run->job, &worker->env, item, &tally);
		if (status == 0)
			status = bring(worker, item, &tally);
	}
	gil_release(&run->gil, worker->id);
	return status;
}

static void worker_main(void *arg, unsigned index, unsigned nworkers)
{
	struct run *run = arg;
	struct worker worker = {
		.env = {.ops = &worker_ops, .shared = run->params->shared},
		.run = run,
		.id = index + 1,
	};
	int status = env_create(&worker.env, run->job);

	if (status == 0) {
		status = do_items(&worker, index, nworkers);
		env_destroy(&worker.env, run->job);
	}
	if (status < 0 && status != -ECANCELED)
		gather_stop(&run->gather, status);
}

static int run_team(struct run *run, struct model_result *result)
{
	struct team *team;
	int status = team_start(
		run->params->width, "conc-gil", worker_main, run, &team);

	if (status < 0)
		return status;
	status = gather_team(&run->gather, team, result);
	result->handovers = gil_handovers(&run->gil);
	return status;
}

static int gil_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct run run = {.job = job, .params = params};
	int status;

	(void)model;
	gather_init(&run.gather, job, params);
	gil_init(&run.gil);
	mutex_init(&run.work_lock, MUTEX_PRIVATE);
	status = run_team(&run, result);
	mutex_fini(&run.work_lock);
	gil_fini(&run.gil);
	gather_fini(&run.gather);
	return status;
}

const struct model model_gil = {
	.name = "gil",
	.summary = "threads behind a simulated global interpreter lock",
	.when = "only to see why Python threads do not speed up computing, "
		"and do speed up waiting",
	.lesson = NULL,
	.flags = MODEL_PREEMPTIVE | MODEL_OVERLAPS_WAITS,
	.run = gil_run,
};
