/*
 * Events: things that happen are values in a queue, and one function handles
 * them all. What a site has come to is a state; the pair of state and event
 * says what to do.
 */
#include "cmd/styles.h"

enum kind {
	TIME_IS_UP
};

enum state {
	ASKED,
	READING,
	FINISHED
};

struct visit {
	enum state state;
	struct loop_timer timer;
	struct machine *machine;
};

struct event {
	enum kind kind;
	unsigned site;
};

enum {
	QUEUE_SIZE = STYLES_NSITES /* each site has one event at a time */
};

struct machine {
	struct styles_job *job;
	struct visit visits[STYLES_NSITES];
	unsigned nleft;
	struct event queue[QUEUE_SIZE];
	unsigned nqueued;
	struct loop_call dispatch;
};

static int post_event(void *arg)
{
	struct visit *visit = arg;
	struct machine *machine = visit->machine;

	machine->queue[machine->nqueued++] = (struct event){.kind = TIME_IS_UP,
		.site = (unsigned)(visit - machine->visits)};
	if (!loop_is_ready(&machine->dispatch))
		loop_soon(machine->job->loop, &machine->dispatch);
	return 0;
}

static void wait_in(struct visit *visit, enum state state, uint64_t ns)
{
	struct styles_job *job = visit->machine->job;
	int error = loop_timer_start(
		job->loop, &visit->timer, loop_now(job->loop) + ns);

	visit->state = state;
	if (error < 0)
		job->error = error;
}

/* tag::event[] */
static void handle(struct machine *machine, const struct event *event)
{
	struct styles_job *job = machine->job;
	const struct styles_site *site = &styles_sites[event->site];
	struct visit *visit = &machine->visits[event->site];

	switch (visit->state) {
	case ASKED:
		styles_say_answered(job, site);
		wait_in(visit, READING, site->read_ns);
		break;
	case READING:
		styles_say_read(job, site);
		visit->state = FINISHED;
		if (--machine->nleft == 0)
			styles_say_total(job);
		break;
	case FINISHED:
		break;
	}
}

static int dispatch(void *arg)
{
	struct machine *machine = arg;
	unsigned n = machine->nqueued;

	machine->nqueued = 0;
	for (unsigned i = 0; i < n; i++)
		handle(machine, &machine->queue[i]);
	return 0;
}
/* end::event[] */

static int run(struct styles_job *job)
{
	struct machine machine = {.job = job, .nleft = STYLES_NSITES};
	int status;

	machine.dispatch = (struct loop_call){
		.fn = dispatch, .arg = &machine, .name = "dispatch"};
	for (unsigned i = 0; i < STYLES_NSITES; i++) {
		struct visit *visit = &machine.visits[i];

		visit->machine = &machine;
		visit->timer.call = (struct loop_call){
			.fn = post_event, .arg = visit, .name = "time is up"};
		styles_say_asked(job, &styles_sites[i]);
		wait_in(visit, ASKED, styles_sites[i].answer_ns);
	}
	status = loop_run(job->loop);
	return job->error ? job->error : status;
}

const struct style style_event = {
	.name = "event",
	.summary = "events: one function handles all that happens",
	.seen = "The turns show events being queued, and one dispatcher that "
		"takes them.",
	.why = "All is decided in one place, by what happened and by a state "
	       "kept for each site.",
	.run = run,
};
