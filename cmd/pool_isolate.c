/*
 * Long jobs keep all threads of a pool: how long a short one waits in another
 * pool, and how long in the same. All are tasks that switch into the pools.
 */
#include "cmd/pool.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/opt.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/task_group.h"
#include "lib/task_switch.h"

#include <ctype.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

enum {
	NAME_MOST = 10,
	SIZE_MOST = 256
};

/* A short job, in one pool or the other. */
struct short_job {
	struct pool *pool;
	uint64_t waited;
	uint64_t nover; /* long jobs that were over when it was */
};

struct isolate {
	const struct pool_wish *wish;
	struct loop *loop;
	struct pool *pool, *apart;
	struct pool_options options; /* of the latter */
	char name[NAME_MOST + 1];
	atomic_uint ninside; /* long jobs that have, or had, a thread */
	struct future *opened; /* from when on they take their time */
	uint64_t nover; /* the loop's */
	struct short_job first, second;
};

/* --- what was asked for --- */

static bool is_name(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return false;
	}
	return length > 0 && length <= NAME_MOST;
}

/* "file:5". Returns 0, or EXIT_USAGE after saying why not. */
static int read_pool(const char *text, char name[], struct pool_options *pool)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	uint64_t size;
	int status;

	if (!is_name(text, length)) {
		msg_error("--pool %s is not NAME:N, with a name of 1 to %d "
			  "letters and digits",
			text_quote(text).text, NAME_MOST);
		msg_hint("try 'conc pool isolate --pool file:5'");
		return EXIT_USAGE;
	}
	status = opt_operand(
		"--pool NAME:N", OPT_NUMBER, 1, SIZE_MOST, colon + 1, &size);
	if (status)
		return status;
	snprintf(name, NAME_MOST + 1, "%.*s", (int)length, text);
	*pool = (struct pool_options){.size = (int)size, .name = name};
	return 0;
}

int pool_check_isolate(const struct pool_wish *wish)
{
	char name[NAME_MOST + 1];
	struct pool_options pool;

	if (wish->jobs < wish->workers) {
		msg_error("--jobs %u do not keep --workers %u busy", wish->jobs,
			wish->workers);
		msg_hint("try 'conc pool isolate --workers 2 --jobs 8'");
		return EXIT_USAGE;
	}
	return read_pool(wish->apart, name, &pool);
}

/* --- tasks --- */

/* tag::long[] */
BODY(take_long)
{
	struct isolate *isolate = arg;
	int status = task_switch_to(isolate->pool);

	(void)value, (void)failure;
	if (status < 0)
		return status;
	atomic_fetch_add(&isolate->ninside, 1);
	future_wait(isolate->opened, CLOCK_NEVER);
	clock_sleep(isolate->wish->work_ns);
	status = task_switch_back();
	isolate->nover++;
	return status;
}
/* end::long[] */

static int take_short(struct isolate *isolate, struct short_job *job)
{
	uint64_t begun = loop_now(isolate->loop);
	int status = task_switch_to(job->pool);

	if (status == 0)
		status = task_switch_back();
	job->waited = loop_now(isolate->loop) - begun;
	job->nover = isolate->nover;
	return status;
}

BODY(take_short_one)
{
	struct isolate *isolate = arg;

	(void)value, (void)failure;
	return take_short(isolate, &isolate->second);
}

/* Every thread that there can be has one. */
static bool is_full(struct isolate *isolate)
{
	struct pool_state state;
	int nthreads;

	pool_inspect(isolate->pool, &state);
	nthreads = state.nrefused ? state.nlive : state.size;
	return nthreads > 0 &&
	       atomic_load(&isolate->ninside) >= (unsigned)nthreads;
}

static int fill(struct isolate *isolate, struct task_group *group)
{
	int status = 0;

	for (unsigned i = 0; i < isolate->wish->jobs && status == 0; i++)
		status = task_group_spawn(group, "long", take_long, isolate);
	while (status == 0 && !is_full(isolate))
		status = task_sleep(CLOCK_NS_PER_MS);
	return status;
}

/* The second is in the line of the pool before the first long one ends. */
static int take_both(struct isolate *isolate, struct task_group *group)
{
	int status = take_short(isolate, &isolate->first);

	if (status == 0)
		status = task_group_spawn(
			group, "short", take_short_one, isolate);
	for (int i = 0; i < 2 && status == 0; i++)
		status = task_yield();
	return status;
}

static void keep_code(const struct failure *failure, void *arg)
{
	*(int *)arg = failure->code;
}

BODY(isolate_main)
{
	struct isolate *isolate = arg;
	struct task_group group;
	int status = task_group_begin(&group), code = 0;

	(void)value, (void)failure;
	if (status == 0)
		status = fill(isolate, &group);
	if (status == 0)
		status = take_both(isolate, &group);
	future_set(isolate->opened, (union future_value){0});
	status = task_group_end(&group, status, keep_code, &code);
	return status == FUTURE_FAILED ? code : status;
}

static int run_tasks(struct isolate *isolate)
{
	struct tasks *tasks;
	struct failure failure;
	int status = tasks_create(isolate->loop, &tasks);

	if (status < 0)
		return status;
	tasks_enroll(tasks);
	status = tasks_run(
		tasks, "main", isolate_main, isolate, NULL, &failure);
	tasks_destroy(tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_loop(struct isolate *isolate)
{
	int status = loop_create(NULL, &isolate->loop);

	if (status < 0)
		return status;
	status = run_tasks(isolate);
	loop_destroy(isolate->loop);
	return status;
}

static int run_pools(struct isolate *isolate)
{
	int status = future_create(&isolate->opened);

	if (status == 0)
		status = pool_open(
			isolate->wish->workers, POOL_HELP, &isolate->pool);
	if (status == 0)
		status = pool_create(&isolate->options, &isolate->apart);
	isolate->first.pool = isolate->apart;
	isolate->second.pool = isolate->pool;
	if (status == 0)
		status = run_loop(isolate);
	pool_destroy(isolate->apart);
	pool_destroy(isolate->pool);
	future_unref(isolate->opened);
	return status;
}

int pool_show_isolate(const struct pool_wish *wish, struct report *report)
{
	struct isolate isolate = {.wish = wish};
	char label[64];
	int status = read_pool(wish->apart, isolate.name, &isolate.options);

	if (status == 0)
		status = run_pools(&isolate);
	if (status)
		return status;
	report_count(report, "workers", NULL, wish->workers);
	report_count(report, "jobs", NULL, wish->jobs);
	snprintf(label, sizeof(label), "a short job in the pool %s waited",
		isolate.name);
	report_time(report, "apart", label, isolate.first.waited);
	report_count(report, "apart_over", "long jobs that were over by then",
		isolate.first.nover);
	report_time(report, "shared", "one in the pool of the long jobs waited",
		isolate.second.waited);
	report_count(report, "shared_over", "long jobs that were over by then",
		isolate.second.nover);
	report_explain(report,
		"Long jobs kept all threads of their pool; in another pool "
		"nobody noticed.",
		"Work that must not wait for other work gets threads of its "
		"own, and a bound.");
	return EXIT_GOOD;
}
