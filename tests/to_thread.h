/*
 * to_thread - bodies in threads that wait at a gate, for tests
 *
 * Tasks open the gate: what is told to a task before is told while its body
 * runs, on any machine.
 */
#ifndef TESTS_TO_THREAD_H
#define TESTS_TO_THREAD_H

#include "lib/to_thread.h"
#include "tests/green.h"

struct job {
	struct pool *pool;
	enum to_thread how;
	struct future *began, *gate, *ended;
	int code; /* what the body returns */
	bool stop_asked;
	unsigned nruns;
	/* what the task saw */
	int status, next;
	union future_value value;
	struct failure failure;
};

static struct job job;
static struct pool *pool;

static inline struct future *new_future(void)
{
	struct future *future = NULL;

	must_zero(future_create(&future));
	return future;
}

static inline void ring(struct future *future)
{
	must(future_set(future, (union future_value){.word = 1}));
}

static inline void await(struct future *future)
{
	must_zero(task_await(future, TASK_AWAIT_LEAVE, CLOCK_NEVER));
}

static inline void setup(int size)
{
	const struct pool_options options = {.size = size, .name = "hand"};

	must_zero(pool_create(&options, &pool));
	job = (struct job){
		.pool = pool,
		.began = new_future(),
		.gate = new_future(),
		.ended = new_future(),
	};
}

static inline void teardown(void)
{
	pool_destroy(pool);
	future_unref(job.began);
	future_unref(job.gate);
	future_unref(job.ended);
}

static inline int run_with_pool(int size, future_fn fn, void *arg)
{
	int status;

	setup(size);
	status = green_run(fn, arg);
	teardown();
	return status;
}

/* In a thread. */
BODY(wait_at_the_gate)
{
	(void)arg;
	job.nruns++;
	ring(job.began);
	must_zero(future_wait(job.gate, CLOCK_NEVER));
	job.stop_asked = future_asked_to_stop();
	value->word = 42;
	if (job.code)
		failure_set(failure, job.code, NULL, "the disk");
	ring(job.ended);
	return job.code;
}

BODY(call_it)
{
	UNUSED_BODY_ARGS;
	job.status = to_thread(job.pool, wait_at_the_gate, NULL, job.how,
		&job.value, &job.failure);
	job.next = task_yield();
	must_zero(task_yield());
	return 0;
}

static inline struct task *call_and_begin(void)
{
	struct task *task = green_spawn("caller", call_it, NULL);

	await(job.began);
	return task;
}

#endif
