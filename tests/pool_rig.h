/*
 * pool_rig - jobs whose beginning and end a test decides
 */
#ifndef TESTS_POOL_RIG_H
#define TESTS_POOL_RIG_H

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/pool.h"
#include "lib/sync.h"
#include "tests/suite.h"

static inline struct pool *pool_of(int size)
{
	const struct pool_options options = {.size = size, .name = "worker"};
	struct pool *pool = NULL;

	ck_assert_int_eq(pool_create(&options, &pool), 0);
	return pool;
}

static inline struct future *submit(struct pool *pool, future_fn fn, void *arg)
{
	struct future *future = NULL;

	ck_assert_int_eq(pool_submit(pool, fn, arg, &future), 0);
	return future;
}

/* The word it returns; a failure and the like is negative. */
static inline int64_t outcome(struct future *future)
{
	union future_value value = {0};
	int result = future_result(future, CLOCK_NEVER, &value, NULL);

	return result ? -1 - (result < 0 ? -result : 0) : (int64_t)value.word;
}

static inline int64_t outcome_of(struct pool *pool, future_fn fn, void *arg)
{
	struct future *future = submit(pool, fn, arg);
	int64_t word = outcome(future);

	future_unref(future);
	return word;
}

/* Says that it has begun, and ends when it is let. */
struct held {
	struct semaphore begun, let;
	atomic_int nbegun;
};

static inline int hold(
	void *arg, union future_value *value, struct failure *failure)
{
	struct held *held = arg;

	(void)failure;
	held->nbegun++;
	semaphore_post(&held->begun);
	semaphore_wait(&held->let, CLOCK_NEVER);
	value->word = 42;
	return 0;
}

static inline void await_begun(struct held *held, int n)
{
	while (n-- > 0)
		semaphore_wait(&held->begun, CLOCK_NEVER);
}

static inline void let(struct held *held, int n)
{
	while (n-- > 0)
		semaphore_post(&held->let);
}

static inline int count(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)failure;
	value->word = (uint64_t)atomic_fetch_add((atomic_int *)arg, 1) + 1;
	return 0;
}

static inline struct pool_state state_of(struct pool *pool)
{
	struct pool_state state;

	pool_inspect(pool, &state);
	return state;
}

static inline void ignore_failure(const struct failure *failure, void *arg)
{
	(void)failure;
	(void)arg;
}

static inline uint64_t forget_unretrieved(void)
{
	return failure_take_unretrieved(ignore_failure, NULL);
}

#endif
