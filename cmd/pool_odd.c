/* What else happens to pools: nested waits, another size, nobody listens. */
#include "cmd/pool.h"

#include "cmd/exit.h"
#include "lib/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* --- nested --- */

struct nest {
	struct pool *pool;
	struct pool_gate gate;
	atomic_uint nfinished, nrefused, nsame;
};

struct inner {
	pthread_t ran_in;
};

static int run_inside(
	void *arg, union future_value *value, struct failure *failure)
{
	struct inner *inner = arg;

	(void)value;
	(void)failure;
	inner->ran_in = pthread_self();
	return 0;
}

static void note(struct nest *nest, const struct inner *inner, int status)
{
	bool same = status == 0 && pthread_equal(inner->ran_in, pthread_self());

	atomic_fetch_add(&nest->nfinished, status == 0);
	atomic_fetch_add(&nest->nrefused, status == -EDEADLK);
	atomic_fetch_add(&nest->nsame, same);
}

/* Every thread of the pool is in one of these, and waits for another job. */
static int submit_and_wait(
	void *arg, union future_value *value, struct failure *failure)
{
	struct nest *nest = arg;
	struct inner inner;
	struct future *future;
	int status;

	(void)value;
	(void)failure;
	pool_gate_pass(&nest->gate);
	status = pool_submit(nest->pool, run_inside, &inner, &future);
	if (status < 0)
		return status;
	status = future_wait(future, CLOCK_NEVER);
	note(nest, &inner, status);
	/* It must not run when `inner` is gone. */
	if (status < 0 && !future_cancel(future))
		while (!future_is_over(future))
			clock_sleep(CLOCK_NS_PER_MS);
	future_unref(future);
	return 0;
}

static int fill_nest(const struct pool_wish *wish, struct nest *nest)
{
	unsigned n = 0;
	int status = 0;

	while (n < wish->workers && status == 0) {
		status = pool_post(nest->pool, submit_and_wait, nest);
		n += status == 0;
	}
	pool_gate_await(&nest->gate, nest->pool, n);
	pool_gate_open(&nest->gate, n);
	pool_drain(nest->pool, CLOCK_NEVER);
	return status;
}

static void tell_nest(
	const struct pool_wish *wish, struct nest *nest, struct report *report)
{
	bool refuses = wish->nested == POOL_REFUSE;

	report_count(report, "workers", NULL, wish->workers);
	report_count(report, "waits", NULL,
		atomic_load(&nest->nfinished) + atomic_load(&nest->nrefused));
	report_count(report, "finished", NULL, atomic_load(&nest->nfinished));
	report_count(report, "helped", NULL, atomic_load(&nest->nsame));
	report_count(report, "refused", NULL, atomic_load(&nest->nrefused));
	if (atomic_load(&nest->nrefused))
		report_say(report, "error", "the wait",
			"refused (EDEADLK): all threads of the pool would "
			"wait for it");
	report_explain(report,
		refuses ? "All threads wait for jobs that only they could run: "
			  "the last wait is refused."
			: "Who waits for a job that nobody has begun runs it "
			  "itself, in its own thread.",
		refuses ? "Otherwise they would wait for each other, and for "
			  "ever."
			: "So a pool may wait for itself; --nested refuse "
			  "shows it without that.");
}

int pool_show_nested(const struct pool_wish *wish, struct report *report)
{
	struct nest nest = {0};
	int status = pool_open(wish->workers, wish->nested, &nest.pool);

	if (status < 0)
		return status;
	pool_gate_init(&nest.gate);
	status = fill_nest(wish, &nest);
	pool_destroy(nest.pool);
	pool_gate_fini(&nest.gate);
	if (status < 0)
		return status;
	tell_nest(wish, &nest, report);
	return EXIT_GOOD;
}

/* --- resize --- */

struct crowd {
	struct pool_gate gate;
	atomic_uint nran;
};

static int pass(void *arg, union future_value *value, struct failure *failure)
{
	struct crowd *crowd = arg;

	(void)value;
	(void)failure;
	pool_gate_pass(&crowd->gate);
	atomic_fetch_add(&crowd->nran, 1);
	return 0;
}

/* Surplus threads leave after the job they are at; that takes a moment. */
static unsigned settled(struct pool *pool, unsigned most)
{
	while (pool_live(pool) > most)
		clock_sleep(CLOCK_NS_PER_MS);
	return pool_live(pool);
}

static void change_size(const struct pool_wish *wish, struct pool *pool,
	struct crowd *crowd, unsigned nposted, struct report *report)
{
	unsigned nfirst = wish->workers < nposted ? wish->workers : nposted;

	pool_gate_await(&crowd->gate, pool, nfirst);
	report_count(report, "workers", NULL, wish->workers);
	report_count(report, "live", NULL, pool_live(pool));
	report_line(report);
	pool_resize(pool, (int)wish->resize);
	pool_gate_open(&crowd->gate, nposted);
	pool_drain(pool, CLOCK_NEVER);
	report_count(report, "resize", NULL, wish->resize);
	report_count(report, "live_then", NULL, settled(pool, wish->resize));
	report_line(report);
	report_count(report, "jobs", NULL, nposted);
	report_count(report, "ran", NULL, atomic_load(&crowd->nran));
	report_count(report, "lost", NULL, nposted - atomic_load(&crowd->nran));
}

int pool_show_resize(const struct pool_wish *wish, struct report *report)
{
	struct crowd crowd = {.nran = 0};
	struct pool *pool;
	unsigned n = 0;
	int status = pool_open(wish->workers, POOL_HELP, &pool);

	if (status < 0)
		return status;
	pool_gate_init(&crowd.gate);
	while (n < wish->jobs && status == 0) {
		status = pool_post(pool, pass, &crowd);
		n += status == 0;
	}
	change_size(wish, pool, &crowd, n, report);
	pool_destroy(pool);
	pool_gate_fini(&crowd.gate);
	report_explain(report,
		"More threads are made at once if there are jobs for them; "
		"surplus ones leave",
		"after the job they are at. No job is lost either way.");
	return status < 0 ? status : EXIT_GOOD;
}

/* --- detached --- */

static int fail(void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)value;
	failure_set(failure, -EIO, NULL, "a job that nobody waits for");
	return -EIO;
}

int pool_show_detached(const struct pool_wish *wish, struct report *report)
{
	struct pool *pool;
	int status = pool_open(wish->workers, POOL_HELP, &pool);

	if (status < 0)
		return status;
	status = pool_post(pool, fail, NULL);
	pool_destroy(pool);
	if (status < 0)
		return status;
	report_count(report, "posted", NULL, 1);
	report_count(report, "unretrieved", NULL, failure_nunretrieved());
	report_explain(report,
		"Nobody waits for the job, so nobody would hear of its "
		"failure.",
		"It is kept, and told when the program ends.");
	return EXIT_GOOD;
}
