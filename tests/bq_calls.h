/*
 * bq_calls - what every test of bq does: fill it, empty it, and have a thread
 * wait in it
 */
#ifndef TESTS_BQ_CALLS_H
#define TESTS_BQ_CALLS_H

#include "lib/bq.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "tests/suite.h"

static inline uint64_t in_ms(uint64_t ms)
{
	return clock_now() + ms * CLOCK_NS_PER_MS;
}

static inline int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static inline struct bq *make(size_t capacity, enum bq_order order)
{
	const struct bq_options options = {
		.capacity = capacity,
		.item_size = sizeof(int),
		.order = order,
		.compare = order == BQ_PRIORITY ? compare_ints : NULL,
	};
	struct bq *q = NULL;

	ck_assert_int_eq(bq_create(&options, &q), 0);
	return q;
}

static inline void push_all(struct bq *q, const int items[], int n)
{
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(bq_push(q, &items[i], 0), 0);
}

static inline void expect(struct bq *q, const int items[], int n)
{
	int item = -1;

	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(bq_pop(q, &item, 0), 0);
		ck_assert_int_eq(item, items[i]);
	}
}

static inline struct bq_state state_of(struct bq *q)
{
	struct bq_state state;

	bq_inspect(q, &state);
	return state;
}

/* Threads that are asleep have done all they can: no luck is needed. */
static inline void await_asleep(
	struct bq *q, unsigned npushers, unsigned npoppers)
{
	struct bq_state state = state_of(q);

	while (state.npushers != npushers || state.npoppers != npoppers) {
		sched_yield();
		state = state_of(q);
	}
}

/* One call in a thread of its own, and what came of it. */
struct call {
	pthread_t thread;
	struct bq *q;
	int item;
	int result;
};

static inline void *pop_once(void *arg)
{
	struct call *call = arg;

	call->result = bq_pop(call->q, &call->item, CLOCK_NEVER);
	return NULL;
}

static inline void *push_once(void *arg)
{
	struct call *call = arg;

	call->result = bq_push(call->q, &call->item, CLOCK_NEVER);
	return NULL;
}

static inline void *join_once(void *arg)
{
	struct call *call = arg;

	call->result = bq_join(call->q, CLOCK_NEVER);
	return NULL;
}

static inline void begin(struct call *call, struct bq *q, void *(*body)(void *))
{
	call->q = q;
	call->result = 1;
	ck_assert_int_eq(pthread_create(&call->thread, NULL, body, call), 0);
}

static inline int end(struct call *call)
{
	ck_assert_int_eq(pthread_join(call->thread, NULL), 0);
	return call->result;
}

#endif
