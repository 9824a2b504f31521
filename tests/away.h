/*
 * away - tasks that are sent away, for tests
 *
 * The pool, its gate and its futures are those of tests/to_thread.h.
 */
#ifndef TESTS_AWAY_H
#define TESTS_AWAY_H

#include <pthread.h>

#include "lib/task_switch.h"
#include "tests/to_thread.h"

/* Who is it that runs this? Asked anew each time, see coro.h. */
__attribute__((noinline)) static pthread_t this_thread(void)
{
	__asm__ volatile("" ::: "memory");
	return pthread_self();
}

static inline bool is_here(pthread_t thread)
{
	return pthread_equal(this_thread(), thread);
}

/* In a thread: say that it is there, and wait until somebody opens. */
static inline void pass_the_gate(void)
{
	ring(job.began);
	must_zero(future_wait(job.gate, CLOCK_NEVER));
	job.stop_asked = future_asked_to_stop();
	ring(job.ended);
}

/* A trip to the gate; what its two calls said is in job. */
BODY(go_to_the_gate)
{
	pthread_t home = this_thread();

	UNUSED_BODY_ARGS;
	job.status = task_switch_to(pool);
	if (job.status == 0) {
		must(!is_here(home) && pool_is_mine(pool));
		pass_the_gate();
		job.next = task_switch_back();
	}
	must(is_here(home) && task_self());
	job.nruns++;
	must_zero(task_yield());
	return 0;
}

static inline struct task *send_to_the_gate(void)
{
	struct task *task = green_spawn("traveller", go_to_the_gate, NULL);

	await(job.began);
	must(task_state(task) == TASK_AWAY);
	return task;
}

#endif
