#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/must.h"
#include "lib/pool_impl.h"
#include "lib/relax.h"
#include "lib/roster.h"

enum {
	/* pauses between two looks of one that spins */
	PAUSES_MIN = 2,
	PAUSES_MAX = 128
};

/*
 * Not inlined, so that a coroutine that goes on in another thread asks for
 * that thread's anew (coro.h).
 */
__attribute__((noinline)) static struct worker **self_place(void)
{
	static _Thread_local struct worker *worker;

	__asm__ volatile("" ::: "memory");
	return &worker;
}

struct worker *worker_self(void)
{
	return *self_place();
}

static void set_activity(struct worker *worker, enum pool_activity activity)
{
	atomic_store_explicit(
		&worker->activity, (int)activity, memory_order_relaxed);
}

void worker_count(_Atomic uint64_t *counter)
{
	atomic_store_explicit(counter,
		atomic_load_explicit(counter, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

static bool has_work(const struct pool *pool)
{
	return pool_line_length(&pool->line) > 0;
}

/* Relaxed, and without the lock: who sees it late wakes one too many. */
static void become_alert(struct worker *worker)
{
	if (!worker->alert)
		atomic_fetch_add_explicit(
			&worker->pool->nalert, 1, memory_order_relaxed);
	worker->alert = true;
}

/*
 * Under the lock, so that each job that was put in is either seen by the
 * caller, who looks at the line after this, or was put in after this, by one
 * who sees this. Returns whether it was the last.
 */
static bool be_alert_no_more(struct worker *worker)
{
	worker->alert = false;
	return atomic_fetch_sub_explicit(
		       &worker->pool->nalert, 1, memory_order_relaxed) == 1;
}

/* Under the lock. The signalled counts as alert from now on. */
static bool wake_idle(struct pool *pool)
{
	if ((int)pool->nwoken >= pool->nidle)
		return false;
	pool->nwoken++;
	atomic_fetch_add_explicit(&pool->nalert, 1, memory_order_relaxed);
	cond_signal(&pool->work);
	return true;
}

void worker_alert_one(struct pool *pool)
{
	if (!wake_idle(pool) && pool->nlive < pool->most)
		worker_start(pool);
}

/*
 * Is more to be done than there are hands for, those on their way included,
 * while a processor has none? Whoever submits soon sleeps and leaves its
 * processor to the thread that it makes; one that a worker makes would have
 * to share that worker's.
 */
static bool lacks_hands(const struct pool *pool, unsigned nalert)
{
	uint64_t nhands = nalert + (unsigned)pool->nidle - pool->nwoken;

	return pool->nlive < pool->most && pool->nlive < pool->ncpus &&
	       pool_line_length(&pool->line) > nhands;
}

/* Relaxed: it falls only under the lock. */
void worker_see_to(struct pool *pool)
{
	unsigned nalert = atomic_load_explicit(
		&pool->nalert, memory_order_relaxed);

	if (nalert == 0)
		worker_alert_one(pool);
	else if (lacks_hands(pool, nalert))
		worker_start(pool);
}

/* Whoever puts jobs in needs the lock for each: let it do some meanwhile. */
void pool_lock_patiently(struct mutex *lock)
{
	unsigned npauses = 8;

	for (int i = 0; i < 6; i++, npauses *= 2) {
		if (mutex_lock_until(lock, 0) == 0)
			return;
		relax(npauses);
	}
	mutex_lock(lock);
}

/*
 * An alert one has found a job and is busy now. If it was the last, it has to
 * see whether there is more, since nobody was woken for that.
 */
void worker_hand_on(struct worker *worker)
{
	struct pool *pool = worker->pool;

	if (!worker->alert)
		return;
	pool_lock_patiently(&pool->lock);
	if (be_alert_no_more(worker) && has_work(pool))
		worker_alert_one(pool);
	mutex_unlock(&pool->lock);
}

/*
 * See what has been put in. Every look takes the counter, and every job taken
 * too early its slot, out of the cache of whoever puts, so that both become
 * slower if they go on in step. Jobs that were there at once, or several, say
 * that there is a stream: look half as often, and take many at a time. One
 * that had to be waited for says that somebody waits for the answer.
 */
static bool look(struct worker *worker, bool at_once)
{
	struct pool_line *line = &worker->pool->line;
	uint64_t n = pool_line_length(line);

	worker->tail_seen = pool_line_tail(line);
	if (n > !at_once && worker->npauses < PAUSES_MAX)
		worker->npauses *= 2;
	if (n == 1 && !at_once && worker->npauses > PAUSES_MIN)
		worker->npauses /= 2;
	return n > 0;
}

static bool spin(struct worker *worker)
{
	struct pool *pool = worker->pool;
	unsigned patience = relax_patience();
	bool found = false;

	if (atomic_exchange_explicit(
		    &pool->spinning, true, memory_order_acquire))
		return false;
	for (unsigned i = 1; i <= patience && !found && relax_step(i); i++)
		found = i % worker->npauses == 0 && look(worker, false);
	/* Release and acquire only hand the seat on; no data goes with it. */
	atomic_store_explicit(&pool->spinning, false, memory_order_release);
	return found;
}

/* Relaxed: who learns of it late leaves late. */
static bool is_surplus(const struct pool *pool)
{
	return atomic_load_explicit(&pool->nlive, memory_order_relaxed) >
	       atomic_load_explicit(&pool->most, memory_order_relaxed);
}

/* Under the lock. A wake-up without a signal makes itself alert. */
static void sleep_once(struct worker *worker)
{
	struct pool *pool = worker->pool;
	const struct roster_wait idle = {"a job", pool, NULL, CLOCK_NEVER};

	be_alert_no_more(worker);
	set_activity(worker, POOL_IDLE);
	pool->nidle++;
	if (pool->nidle == pool->nlive) {
		pool_line_shrink(&pool->line);
		cond_broadcast(&pool->changed);
	}
	roster_wait_begin(roster_self(), &idle);
	cond_wait(&pool->work, &pool->lock, CLOCK_NEVER);
	roster_wait_end(roster_self());
	pool->nidle--;
	set_activity(worker, POOL_LOOKING);
	if (pool->nwoken > 0) {
		pool->nwoken--;
		worker->alert = true;
	}
	become_alert(worker);
}

/* Under the lock. Returns false when the worker shall leave. */
static bool sleep_until_work(struct worker *worker)
{
	struct pool *pool = worker->pool;

	for (;;) {
		if (is_surplus(pool))
			return false;
		if (has_work(pool)) {
			worker->tail_seen = pool_line_tail(&pool->line);
			return true;
		}
		if (pool->shut)
			return false;
		sleep_once(worker);
	}
}

static void take_out(struct worker **list, struct worker *worker)
{
	while (*list != worker)
		list = &(*list)->next;
	*list = worker->next;
}

/* Under the lock. What nobody else was woken for is for others to see. */
static void leave(struct worker *worker)
{
	struct pool *pool = worker->pool;

	take_out(&pool->members, worker);
	worker->next = pool->gone;
	pool->gone = worker;
	pool->nran += worker->nran;
	pool->nhelped += worker->nhelped;
	pool->nskipped += worker->nskipped;
	pool->nlive--;
	if (be_alert_no_more(worker) && has_work(pool))
		worker_alert_one(pool);
	cond_broadcast(&pool->changed);
}

/* Returns false when the worker has left. */
static bool wait_for_work(struct worker *worker)
{
	struct pool *pool = worker->pool;
	bool stay;

	set_activity(worker, POOL_LOOKING);
	become_alert(worker);
	if (!is_surplus(pool) && spin(worker))
		return true;
	mutex_lock(&pool->lock);
	stay = sleep_until_work(worker);
	if (!stay)
		leave(worker);
	mutex_unlock(&pool->lock);
	return stay;
}

/* Takes over the reference to the locals. */
static int run_body(struct worker *worker, const struct pool_item *body,
	struct locals *locals, union future_value *value,
	struct failure *failure)
{
	struct locals *mine = locals_swap(locals);
	int code;

	worker->depth++;
	code = body->fn(body->arg, value, failure);
	worker->depth--;
	locals_unref(locals_swap(mine));
	worker_count(&worker->nran);
	return code;
}

/*
 * A body has ended, and who waits for it may submit the next job as soon as
 * it learns of that. Be alert before, so that no other thread is made for it.
 */
static void look_ahead(struct worker *worker)
{
	if (worker->depth == 0 &&
		pool_line_is_empty(&worker->pool->line, worker->tail_seen))
		become_alert(worker);
}

static int job_body(
	void *arg, union future_value *value, struct failure *failure)
{
	struct job *job = arg;
	struct worker *worker = worker_self();
	const struct pool_item body = {job->fn, job->arg};
	struct locals *locals = job->locals;
	int code;

	job->locals = NULL;
	atomic_store(&job->runner, worker);
	code = run_body(worker, &body, locals, value, failure);
	atomic_store(&job->runner, NULL);
	look_ahead(worker);
	return code;
}

bool worker_run_job(struct job *job)
{
	return future_run(&job->future, job_body, job);
}

/* The line's reference ends here. */
static void run_from_line(struct worker *worker, struct job *job)
{
	if (!worker_run_job(job))
		worker_count(&worker->nskipped);
	future_unref(&job->future);
}

static void run_posted(struct worker *worker, const struct pool_item *item)
{
	union future_value value;
	struct failure failure = {0};
	int code = run_body(worker, item, NULL, &value, &failure);

	if (!code)
		return;
	if (!failure.code)
		failure_set(&failure, code, NULL, "%s", "");
	failure_unretrieved(&failure);
}

static void run(struct worker *worker, const struct pool_item *item)
{
	set_activity(worker, POOL_BUSY);
	worker_hand_on(worker);
	if (item->fn)
		run_posted(worker, item);
	else
		run_from_line(worker, item->arg);
}

/* In a stream it does not look for more before it has spun a little. */
static bool take(struct worker *worker, struct pool_item *item)
{
	struct pool_line *line = &worker->pool->line;

	if (pool_line_take(line, worker->tail_seen, item))
		return true;
	return worker->npauses == PAUSES_MIN && look(worker, true) &&
	       pool_line_take(line, worker->tail_seen, item);
}

static void *worker_main(void *arg)
{
	struct worker *worker = arg;
	struct pool *pool = worker->pool;
	struct pool_item item;

	*self_place() = worker;
	pthread_setname_np(pthread_self(), worker->name);
	roster_enter(worker->name);
	do {
		while (!is_surplus(pool) && take(worker, &item))
			run(worker, &item);
	} while (wait_for_work(worker));
	roster_leave();
	return NULL;
}

/* Signals are for those who made the pool. What a thread itself does, stays. */
static int create_thread(struct worker *worker)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	sigdelset(&all, SIGPIPE);
	must_zero(pthread_sigmask(SIG_BLOCK, &all, &before));
	error = pthread_create(&worker->thread, NULL, worker_main, worker);
	must_zero(pthread_sigmask(SIG_SETMASK, &before, NULL));
	return error;
}

/* The lowest number that is free; its place in the list, by number. */
static struct worker **find_place(struct pool *pool, unsigned *number)
{
	struct worker **place = &pool->members;

	for (*number = 0; *place && (*place)->number == *number; ++*number)
		place = &(*place)->next;
	return place;
}

/* 15 bytes at most: 10 of the pool's name, and a number below POOL_MAX_SIZE. */
static void set_name(struct worker *worker)
{
	snprintf(worker->name, sizeof(worker->name), "%.10s_%u",
		worker->pool->name, worker->number % 10000);
}

/*
 * What the system has refused is not asked for again before the size is set
 * anew, unless there is no thread at all.
 */
static int refused(struct pool *pool, struct worker *worker)
{
	atomic_fetch_sub_explicit(&pool->nalert, 1, memory_order_relaxed);
	free(worker);
	pool->nrefused++;
	if (pool->nlive > 0)
		pool->most = pool->nlive;
	return -EAGAIN;
}

int worker_start(struct pool *pool)
{
	struct worker *worker = aligned_alloc(
		alignof(struct worker), sizeof(*worker));
	struct worker **place;

	atomic_fetch_add_explicit(&pool->nalert, 1, memory_order_relaxed);
	if (!worker)
		return refused(pool, worker);
	*worker = (struct worker){
		.pool = pool,
		.alert = true,
		.npauses = PAUSES_MIN,
		.activity = POOL_LOOKING,
	};
	place = find_place(pool, &worker->number);
	set_name(worker);
	if (create_thread(worker))
		return refused(pool, worker);
	worker->next = *place;
	*place = worker;
	pool->nlive++;
	pool->nmade++;
	return 0;
}

void worker_reap(struct pool *pool)
{
	struct worker *gone;

	mutex_lock(&pool->lock);
	gone = pool->gone;
	pool->gone = NULL;
	mutex_unlock(&pool->lock);
	while (gone) {
		struct worker *next = gone->next;

		must_zero(pthread_join(gone->thread, NULL));
		free(gone);
		gone = next;
	}
}
