/*
 * portal_rig - threads that call into the loop of tests/green.h
 *
 * An open portal holds the loop, so its virtual time stands still: no test can
 * come to depend on the time. Callers note what they saw; the main thread
 * looks at it once they are joined.
 */
#ifndef TESTS_PORTAL_RIG_H
#define TESTS_PORTAL_RIG_H

#include <pthread.h>

#include "lib/portal.h"
#include "lib/sync.h"
#include "tests/green.h"

static struct portal *portal;

struct caller {
	void (*fn)(struct caller *caller);
	pthread_t thread;
	struct future *done;
	struct semaphore go; /* for the test to use */
	struct future *future;
	int status;
	union future_value value;
	struct failure failure;
};

static void *caller_main(void *arg)
{
	struct caller *caller = arg;

	caller->fn(caller);
	must(future_start(caller->done));
	must_zero(future_complete(caller->done, (union future_value){0}));
	return NULL;
}

static inline void caller_start(
	struct caller *caller, void (*fn)(struct caller *caller))
{
	*caller = (struct caller){.fn = fn};
	must_zero(future_create(&caller->done));
	must_zero(pthread_create(&caller->thread, NULL, caller_main, caller));
}

/* Once the loop is over. */
static inline void caller_reap(struct caller *caller)
{
	must_zero(pthread_join(caller->thread, NULL));
	future_unref(caller->done);
	future_unref(caller->future);
}

/* In a task, while the loop goes on. */
static inline void caller_join(struct caller *caller)
{
	must_zero(task_await(caller->done, TASK_AWAIT_LEAVE, CLOCK_NEVER));
	caller_reap(caller);
}

static inline void portal_setup(void)
{
	green_setup();
	must_zero(portal_create(tasks, &portal));
}

static inline void portal_teardown(void)
{
	green_teardown();
	portal_unref(portal);
}

/* The whole life of a test whose main task is fn. */
static inline void portal_test(future_fn fn)
{
	portal_setup();
	ck_assert_int_eq(green_main(fn, NULL), 0);
	portal_teardown();
	ck_assert_int_eq(nreported, 0);
}

static inline void open_portal(void)
{
	must_zero(portal_open(portal));
}

static inline void drain_portal(void)
{
	must_zero(portal_close(portal, PORTAL_DRAIN));
}

/* Until the caller has what it wanted. */
static inline void serve_one(void (*fn)(struct caller *), struct caller *caller)
{
	open_portal();
	caller_start(caller, fn);
	caller_join(caller);
	drain_portal();
}

/* A wait that only a cancel ends; what it returned. */
static inline int wait_for_cancel(void)
{
	return task_suspend(&(struct task_why){.what = "cancel"});
}

#endif
