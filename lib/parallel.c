#include "lib/parallel.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/must.h"
#include "lib/pool.h"
#include "lib/sync.h"

enum {
	TURNS_EACH = 32 /* how often each thread takes numbers, at least */
};

struct loop {
	uint64_t n, step;
	parallel_fn fn;
	void *arg;
	_Atomic uint64_t next;
	struct mutex lock;
	/* guarded by lock */
	int nfailed;
	struct failure last;
};

static void note(struct loop *loop, int code, struct failure *failure)
{
	if (!failure->code)
		failure_set(failure, code, NULL, "%s", "");
	mutex_lock(&loop->lock);
	loop->last = *failure;
	if (loop->nfailed < INT_MAX)
		loop->nfailed++;
	mutex_unlock(&loop->lock);
}

static void run_body(struct loop *loop, uint64_t i)
{
	struct failure failure = {0};
	int code = loop->fn(loop->arg, i, &failure);

	if (code)
		note(loop, code, &failure);
}

/*
 * Relaxed: the counter hands out numbers and nothing else. A loop of nearly
 * 2^64 turns must not wrap it around, so it is not moved once it is at n.
 */
static bool take(struct loop *loop, uint64_t *from, uint64_t *to)
{
	*from = atomic_load_explicit(&loop->next, memory_order_relaxed);
	do {
		if (*from == loop->n)
			return false;
		*to = loop->n - *from > loop->step ? *from + loop->step
						   : loop->n;
	} while (!atomic_compare_exchange_weak_explicit(&loop->next, from, *to,
		memory_order_relaxed, memory_order_relaxed));
	return true;
}

static void run_turns(struct loop *loop)
{
	uint64_t i, to;

	while (take(loop, &i, &to))
		for (; i < to; i++)
			run_body(loop, i);
}

static int run_in_pool(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)value;
	(void)failure;
	run_turns(arg);
	return 0;
}

static int submit_some(struct loop *loop, struct pool *pool,
	struct future *futures[], int wanted)
{
	int n = 0;

	while (futures && n < wanted &&
		pool_submit(pool, run_in_pool, loop, &futures[n]) == 0)
		n++;
	return n;
}

/*
 * What has not begun when the numbers are all taken need not begin. What has
 * must end, since all it works on is here.
 */
static void finish(struct future *futures[], int n)
{
	for (int i = 0; i < n; i++) {
		if (!future_cancel(futures[i]))
			must_zero(future_wait(futures[i], CLOCK_NEVER));
		future_unref(futures[i]);
	}
}

static bool all_taken(struct loop *loop)
{
	return atomic_load_explicit(&loop->next, memory_order_relaxed) ==
	       loop->n;
}

/*
 * A caller that only waits lets the first end: when it does, all numbers are
 * taken. If somebody has cancelled it in a shutdown, the rest is the caller's.
 */
static void wait_or_take_part(
	struct loop *loop, struct pool *pool, struct future *futures[], int n)
{
	for (int i = 0; i < n && !pool_is_mine(pool) && !all_taken(loop); i++)
		future_wait(futures[i], CLOCK_NEVER);
	run_turns(loop);
	finish(futures, n);
}

static int threads_for(struct pool *pool, uint64_t n)
{
	struct pool_state state;

	pool_inspect(pool, &state);
	return n < (uint64_t)state.size ? (int)n : state.size;
}

int parallel_for(struct pool *pool, uint64_t n, parallel_fn fn, void *arg,
	struct failure *failure)
{
	struct loop loop = {.n = n, .fn = fn, .arg = arg};
	int wanted = threads_for(pool, n), got;
	struct future **futures = calloc((size_t)wanted + 1, sizeof(*futures));

	loop.step = n / ((uint64_t)wanted * TURNS_EACH + 1) + 1;
	got = submit_some(&loop, pool, futures, wanted);
	wait_or_take_part(&loop, pool, futures, got);
	free(futures);
	mutex_fini(&loop.lock);
	if (loop.nfailed && failure)
		*failure = loop.last;
	return loop.nfailed;
}
