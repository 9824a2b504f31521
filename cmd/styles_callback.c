/*
 * Callbacks: whoever begins something passes the function to call when it is
 * done. What follows what is spread over functions; what they share lies in a
 * struct; the last to arrive has to notice that it is the last.
 */
#include "cmd/styles.h"

struct visit {
	struct styles_job *job;
	const struct styles_site *site;
	struct loop_timer timer;
	unsigned *nleft;
};

/* Call fn after a while: what a library would do when an answer arrives. */
static void call_after(
	struct visit *visit, uint64_t ns, const char *name, loop_fn fn)
{
	struct loop *loop = visit->job->loop;
	int error;

	visit->timer.call = (struct loop_call){
		.fn = fn, .arg = visit, .name = name};
	error = loop_timer_start(loop, &visit->timer, loop_now(loop) + ns);
	if (error < 0)
		visit->job->error = error;
}

/* tag::callback[] */
static int on_read(void *arg)
{
	struct visit *visit = arg;

	styles_say_read(visit->job, visit->site);
	if (--*visit->nleft == 0)
		styles_say_total(visit->job);
	return 0;
}

static int on_answer(void *arg)
{
	struct visit *visit = arg;

	styles_say_answered(visit->job, visit->site);
	call_after(visit, visit->site->read_ns, "on_read", on_read);
	return 0;
}

static void visit_site(struct visit *visit)
{
	styles_say_asked(visit->job, visit->site);
	call_after(visit, visit->site->answer_ns, "on_answer", on_answer);
}
/* end::callback[] */

static int run(struct styles_job *job)
{
	struct visit visits[STYLES_NSITES];
	unsigned nleft = STYLES_NSITES;
	int status;

	for (int i = 0; i < STYLES_NSITES; i++) {
		visits[i] = (struct visit){
			.job = job, .site = &styles_sites[i], .nleft = &nleft};
		visit_site(&visits[i]);
	}
	status = loop_run(job->loop);
	return job->error ? job->error : status;
}

const struct style style_callback = {
	.name = "callback",
	.summary = "callbacks: pass the next function to the one that waits",
	.seen = "The turns show the functions that were passed on, by name.",
	.why = "Each is short, but what happens after what is told in none of "
	       "them.",
	.run = run,
};
