#include <errno.h>
#include <stdlib.h>

#include "lib/pool_impl.h"

static struct job *job_of(struct future *future)
{
	return (struct job *)future; /* its first member */
}

static bool is_job_of(const struct future *future, const struct pool *pool)
{
	return future->kind == &pool_job_kind &&
	       ((const struct job *)future)->pool == pool;
}

static struct worker *self_in(const struct pool *pool)
{
	struct worker *worker = worker_self();

	return worker && worker->pool == pool ? worker : NULL;
}

/* A job that has begun in the meantime is not run a second time. */
static void help(struct future *future)
{
	struct job *job = job_of(future);
	struct worker *worker = self_in(job->pool);

	if (worker && job->pool->nested == POOL_HELP && worker_run_job(job))
		worker_count(&worker->nhelped);
}

/* Could anything but this pool's jobs end this wait? */
static bool waits_for_pool_alone(
	const struct future_wait *wait, const struct pool *pool)
{
	if (wait->deadline_ns != CLOCK_NEVER)
		return false;
	for (size_t i = 0; i < wait->nfutures; i++)
		if (!future_is_over(wait->futures[i]) &&
			!is_job_of(wait->futures[i], pool))
			return false;
	return true;
}

static bool is_stuck(const struct worker *worker)
{
	return worker->waits && !future_wait_is_satisfied(worker->waits);
}

/* Nobody is left to run anything, and no further thread will be made. */
static bool all_are_stuck(const struct pool *pool)
{
	if (pool->nwaiting < pool->nlive || pool->nlive < pool->most)
		return false;
	for (const struct worker *at = pool->members; at; at = at->next)
		if (!is_stuck(at))
			return false;
	return true;
}

/* Who runs what this worker waits for, if that is one job. */
static const struct worker *waits_for(const struct worker *worker)
{
	if (!is_stuck(worker) || worker->waits->nfutures != 1)
		return NULL;
	return atomic_load(&job_of(worker->waits->futures[0])->runner);
}

static bool is_in_circle(const struct worker *worker)
{
	const struct worker *at = waits_for(worker);

	for (int n = worker->pool->nlive; n > 0 && at && at != worker; n--)
		at = waits_for(at);
	return at == worker;
}

static void set_waits(struct worker *worker, struct future_wait *waits)
{
	worker->pool->nwaiting += (waits != NULL) - (worker->waits != NULL);
	worker->waits = waits;
	atomic_store_explicit(&worker->activity,
		waits ? POOL_WAITING : POOL_BUSY, memory_order_relaxed);
}

/*
 * Who is last to wait closes the circle, and finds it: all look under the
 * pool's lock, and who waits has said so there before.
 */
static int wait_unless_stuck(struct worker *worker, struct future_wait *wait)
{
	struct pool *pool = worker->pool;
	int error = 0;

	mutex_lock(&pool->lock);
	set_waits(worker, wait);
	if (all_are_stuck(pool) || is_in_circle(worker)) {
		set_waits(worker, NULL);
		error = -EDEADLK;
	}
	mutex_unlock(&pool->lock);
	return error;
}

static int before_sleep(struct future_wait *wait)
{
	struct pool *pool = job_of(wait->futures[0])->pool;
	struct worker *worker = self_in(pool);

	if (!worker)
		return 0;
	worker_hand_on(worker);
	if (!waits_for_pool_alone(wait, pool))
		return 0;
	return wait_unless_stuck(worker, wait);
}

static void after_sleep(struct future_wait *wait)
{
	struct pool *pool = job_of(wait->futures[0])->pool;
	struct worker *worker = self_in(pool);

	if (!worker)
		return;
	mutex_lock(&pool->lock);
	if (worker->waits == wait)
		set_waits(worker, NULL);
	mutex_unlock(&pool->lock);
}

static void destroy(struct future *future)
{
	struct job *job = job_of(future);

	locals_unref(job->locals);
	free(job);
}

const struct future_kind pool_job_kind = {
	.help = help,
	.before_sleep = before_sleep,
	.after_sleep = after_sleep,
	.destroy = destroy,
};
