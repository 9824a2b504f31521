#include "lib/pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cpus.h"
#include "lib/must.h"
#include "lib/pool_impl.h"

static struct mutex all_lock;
/* guarded by all_lock */
static struct pool *all_pools;

int pool_default_size(void)
{
	enum {
		MORE = 4,
		MOST = 32
	};
	int cpus = cpus_usable();

	return cpus < MOST - MORE ? cpus + MORE : MOST;
}

/*
 * In a forked child the threads do not exist. exit() called by a job cannot
 * wait for that very job.
 */
void pool_shutdown_all(void)
{
	for (struct pool *pool = all_pools; pool; pool = pool->next)
		if (pool->pid == getpid())
			pool_shutdown(pool, POOL_WAIT);
}

static void wait_at_exit(void)
{
	must_zero(atexit(pool_shutdown_all));
}

static void enlist(struct pool *pool)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must_zero(pthread_once(&once, wait_at_exit));
	mutex_lock(&all_lock);
	pool->next = all_pools;
	all_pools = pool;
	mutex_unlock(&all_lock);
}

static void strike_off(struct pool *pool)
{
	struct pool **at = &all_pools;

	mutex_lock(&all_lock);
	while (*at != pool)
		at = &(*at)->next;
	*at = pool->next;
	mutex_unlock(&all_lock);
}

static bool valid_size(int size)
{
	return size >= 1 && size <= POOL_MAX_SIZE;
}

static int ncpus;

static void count_cpus(void)
{
	ncpus = cpus_usable();
}

/* Once, for it takes a few files to read. */
static int known_cpus(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must_zero(pthread_once(&once, count_cpus));
	return ncpus;
}

/* Leaves room for the number: "_4095". */
static void set_name(struct pool *pool, const char *name)
{
	snprintf(pool->name, sizeof(pool->name), "%.10s", name);
}

int pool_create(const struct pool_options *options, struct pool **result)
{
	struct pool *pool;

	if (!valid_size(options->size))
		return -EINVAL;
	pool = aligned_alloc(alignof(struct pool), sizeof(*pool));
	if (!pool)
		return -ENOMEM;
	*pool = (struct pool){
		.nested = options->nested,
		.pid = getpid(),
		.ncpus = known_cpus(),
		.size = options->size,
	};
	atomic_init(&pool->most, options->size);
	if (pool_line_init(&pool->line)) {
		free(pool);
		return -ENOMEM;
	}
	set_name(pool, options->name);
	enlist(pool);
	*result = pool;
	return 0;
}

void pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	must_zero(pool_shutdown(pool, POOL_WAIT));
	strike_off(pool);
	cond_fini(&pool->changed);
	cond_fini(&pool->work);
	mutex_fini(&pool->lock);
	pool_line_fini(&pool->line);
	free(pool);
}

/* A thread first, so that nothing is put in that nobody would take out. */
static int put_under_lock(struct pool *pool, const struct pool_item *item)
{
	int error = 0;

	if (pool->shut)
		return -ESHUTDOWN;
	if (pool->nlive == 0)
		error = worker_start(pool);
	if (!error)
		error = pool_line_put(&pool->line, item);
	if (!error)
		worker_see_to(pool);
	return error;
}

static int put(struct pool *pool, const struct pool_item *item)
{
	int error;

	pool_lock_patiently(&pool->lock);
	error = put_under_lock(pool, item);
	mutex_unlock(&pool->lock);
	return error;
}

static struct job *job_create(struct pool *pool, future_fn fn, void *arg)
{
	struct job *job = malloc(sizeof(*job));

	if (!job)
		return NULL;
	future_init(&job->future, &pool_job_kind);
	job->pool = pool;
	job->fn = fn;
	job->arg = arg;
	job->locals = locals_snapshot();
	atomic_init(&job->runner, NULL);
	return job;
}

int pool_submit(
	struct pool *pool, future_fn fn, void *arg, struct future **result)
{
	struct job *job = job_create(pool, fn, arg);
	int error;

	if (!job)
		return -ENOMEM;
	future_ref(&job->future); /* the line's */
	error = put(pool, &(struct pool_item){.arg = job});
	if (error) {
		future_unref(&job->future);
		future_unref(&job->future);
		return error;
	}
	*result = &job->future;
	return 0;
}

/* Locals go along in a job, which few need: so a place in the line is short. */
static int post_with_locals(struct pool *pool, future_fn fn, void *arg)
{
	struct future *future;
	int error = pool_submit(pool, fn, arg, &future);

	if (!error)
		future_unref(future);
	return error;
}

int pool_post(struct pool *pool, future_fn fn, void *arg)
{
	if (locals_any())
		return post_with_locals(pool, fn, arg);
	return put(pool, &(struct pool_item){fn, arg});
}

/* Cancelled outside of the lock: callbacks may do what they like. */
static void drop(struct pool_item *item)
{
	struct job *job = item->arg;

	if (item->fn)
		return;
	future_cancel(&job->future);
	future_unref(&job->future);
}

static void cancel_queued(struct pool *pool)
{
	struct pool_item item;
	bool taken;

	for (;;) {
		mutex_lock(&pool->lock);
		taken = pool_line_take(
			&pool->line, pool_line_tail(&pool->line), &item);
		pool->nskipped += taken;
		mutex_unlock(&pool->lock);
		if (!taken)
			return;
		drop(&item);
	}
}

static void wait_for_members(struct pool *pool)
{
	mutex_lock(&pool->lock);
	while (pool->nlive > 0)
		cond_wait(&pool->changed, &pool->lock, CLOCK_NEVER);
	mutex_unlock(&pool->lock);
	worker_reap(pool);
}

bool pool_is_mine(const struct pool *pool)
{
	const struct worker *worker = worker_self();

	return worker && worker->pool == pool;
}

int pool_shutdown(struct pool *pool, unsigned flags)
{
	if ((flags & POOL_WAIT) && pool_is_mine(pool))
		return -EDEADLK;
	mutex_lock(&pool->lock);
	pool->shut = true;
	cond_broadcast(&pool->work);
	mutex_unlock(&pool->lock);
	if (flags & POOL_CANCEL)
		cancel_queued(pool);
	if (flags & POOL_WAIT)
		wait_for_members(pool);
	return 0;
}

static bool is_drained(const struct pool *pool)
{
	return pool->nidle == pool->nlive && pool_line_length(&pool->line) == 0;
}

int pool_drain(struct pool *pool, uint64_t deadline_ns)
{
	int error = deadline_ns ? 0 : -EAGAIN;

	if (pool_is_mine(pool))
		return -EDEADLK;
	mutex_lock(&pool->lock);
	while (!is_drained(pool) && !error)
		error = cond_wait(&pool->changed, &pool->lock, deadline_ns);
	if (is_drained(pool))
		error = 0;
	mutex_unlock(&pool->lock);
	return error;
}

/* Those who wait keep a thread each: as many more as there are jobs. */
static void set_size(struct pool *pool, int size)
{
	uint64_t nqueued = pool_line_length(&pool->line);

	pool->size = size;
	pool->most = size;
	while (nqueued-- > 0 && pool->nlive < size)
		if (worker_start(pool))
			break;
	cond_broadcast(&pool->work);
}

int pool_resize(struct pool *pool, int size)
{
	int error = 0;

	if (!valid_size(size))
		return -EINVAL;
	mutex_lock(&pool->lock);
	if (pool->shut)
		error = -ESHUTDOWN;
	else
		set_size(pool, size);
	mutex_unlock(&pool->lock);
	worker_reap(pool);
	return error;
}

static void add_counts(struct pool *pool, struct pool_state *state)
{
	state->nran = pool->nran;
	state->nhelped = pool->nhelped;
	state->nskipped = pool->nskipped;
	for (const struct worker *at = pool->members; at; at = at->next) {
		state->nran += at->nran;
		state->nhelped += at->nhelped;
		state->nskipped += at->nskipped;
	}
}

void pool_inspect(struct pool *pool, struct pool_state *state)
{
	mutex_lock(&pool->lock);
	*state = (struct pool_state){
		.size = pool->size,
		.nlive = pool->nlive,
		.nidle = pool->nidle,
		.nmade = pool->nmade,
		.nrefused = pool->nrefused,
		.nqueued = pool_line_length(&pool->line),
		.shut = pool->shut,
	};
	add_counts(pool, state);
	mutex_unlock(&pool->lock);
}

const char *pool_activity_name(enum pool_activity activity)
{
	static const char *const names[] = {
		[POOL_IDLE] = "idle",
		[POOL_LOOKING] = "looking for work",
		[POOL_BUSY] = "busy",
		[POOL_WAITING] = "waiting for a job",
	};

	return names[activity];
}

void pool_each_member(struct pool *pool,
	void (*visit)(const struct pool_member *member, void *arg), void *arg)
{
	mutex_lock(&pool->lock);
	for (const struct worker *at = pool->members; at; at = at->next)
		visit(
			&(struct pool_member){
				.name = at->name,
				.number = at->number,
				.activity = at->activity,
				.nran = at->nran,
			},
			arg);
	mutex_unlock(&pool->lock);
}
