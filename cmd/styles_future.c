/*
 * Futures: what is not there yet is a thing that can be handed around. `then`
 * makes a new one from one and the function to call with its value, so that
 * a site is a chain, and all sites together are one more future.
 */
#include "cmd/styles.h"

#include "lib/future.h"

#include <errno.h>
#include <stdlib.h>

struct visit {
	struct styles_job *job;
	const struct styles_site *site;
};

/* --- a timer as a future --- */

struct promise {
	struct loop_timer timer;
	struct future *future;
};

static int keep_promise(void *arg)
{
	struct promise *promise = arg;

	future_set(promise->future, (union future_value){0});
	future_unref(promise->future);
	free(promise);
	return 0;
}

static struct future *no_memory(struct styles_job *job)
{
	job->error = -ENOMEM;
	return NULL;
}

/* NULL: no memory, and the job has failed. */
static struct future *after(struct styles_job *job, uint64_t ns)
{
	struct promise *promise = calloc(1, sizeof(*promise));
	struct loop *loop = job->loop;
	struct future *future;

	if (!promise)
		return no_memory(job);
	if (future_create(&future) < 0) {
		free(promise);
		return no_memory(job);
	}
	promise->timer.call = (struct loop_call){
		.fn = keep_promise, .arg = promise, .name = "future"};
	promise->future = future_ref(future);
	if (loop_timer_start(loop, &promise->timer, loop_now(loop) + ns) == 0)
		return future;
	future_unref(promise->future);
	future_unref(future);
	free(promise);
	return no_memory(job);
}

/* --- then --- */

/* What comes next: NULL when there is nothing to wait for any more. */
typedef struct future *(*then_fn)(void *arg);

struct link {
	then_fn fn;
	void *arg;
	struct future *result;
};

static void drop_link(struct link *link)
{
	future_unref(link->result);
	free(link);
}

static int end_link(struct link *link)
{
	future_set(link->result, (union future_value){0});
	drop_link(link);
	return 0;
}

static int end_with(struct future *future, void *arg)
{
	(void)future;
	return end_link(arg);
}

static int call_link(struct future *future, void *arg)
{
	struct link *link = arg;
	struct future *next = link->fn(link->arg);
	int error;

	(void)future;
	if (!next)
		return end_link(link);
	error = future_on_done(next, end_with, link);
	future_unref(next);
	if (error < 0) /* the chain ends here: its last future never does */
		drop_link(link);
	return error;
}

/* A future of what fn makes when this one is there; takes the reference. */
static struct future *then(struct future *future, then_fn fn, void *arg)
{
	struct link *link = future ? calloc(1, sizeof(*link)) : NULL;
	struct future *result = NULL;

	if (link && future_create(&result) == 0) {
		*link = (struct link){fn, arg, future_ref(result)};
		if (future_on_done(future, call_link, link) == 0) {
			future_unref(future);
			return result;
		}
		future_unref(result);
		future_unref(result);
	}
	free(link);
	future_unref(future);
	return NULL;
}

/* --- the job --- */

/* tag::future[] */
static struct future *answered(void *arg)
{
	const struct visit *visit = arg;

	styles_say_answered(visit->job, visit->site);
	return after(visit->job, visit->site->read_ns);
}

static struct future *finished(void *arg)
{
	const struct visit *visit = arg;

	styles_say_read(visit->job, visit->site);
	return NULL;
}

static struct future *visit_site(struct visit *visit)
{
	styles_say_asked(visit->job, visit->site);
	return then(then(after(visit->job, visit->site->answer_ns), answered,
			    visit),
		finished, visit);
}
/* end::future[] */

struct all {
	struct styles_job *job;
	unsigned nleft;
};

static int one_more(struct future *future, void *arg)
{
	struct all *all = arg;

	(void)future;
	if (--all->nleft == 0)
		styles_say_total(all->job);
	return 0;
}

static int run(struct styles_job *job)
{
	struct visit visits[STYLES_NSITES];
	struct all all = {job, STYLES_NSITES};
	int status = 0;

	for (int i = 0; i < STYLES_NSITES && status == 0; i++) {
		struct future *future;

		visits[i] = (struct visit){job, &styles_sites[i]};
		future = visit_site(&visits[i]);
		status = future ? future_on_done(future, one_more, &all)
				: -ENOMEM;
		future_unref(future);
	}
	/* Also after a failure: what was begun has to end. */
	loop_run(job->loop);
	if (status == 0 && all.nleft)
		status = -ENOMEM;
	return job->error ? job->error : status;
}

const struct style style_future = {
	.name = "future",
	.summary = "futures: what is not there yet is a thing",
	.seen = "The turns show futures being completed; what was chained to "
		"them ran at once.",
	.why = "A wait has become a value: it can be handed around, chained "
	       "and joined.",
	.run = run,
};
