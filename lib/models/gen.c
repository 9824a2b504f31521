/*
 * gen: one thread and a generator for each item, stepped in rounds. An item
 * does not wait or write: it yields a request, and goes on when that is
 * granted. To stop, the generators are closed, which each item notices where
 * it stands.
 */
#include "lib/gen.h"
#include "lib/clock.h"
#include "lib/model.h"
#include "lib/overflow.h"

#include <stdlib.h>

enum {
	MAX_LIVE = 1000 /* generators at once, unless the job wants fewer */
};

/* What an item asks for when it yields. */
struct request {
	enum {
		REQUEST_TURN, /* let the others run, too */
		REQUEST_TIME,
		REQUEST_TEXT, /* write it, in the order of items */
	} what;
	uint64_t due_ns;
};

/* A place for one generator at a time; its env serves one after the other. */
struct place {
	struct env env;
	struct run *run;
	struct gen *gen;
	uint64_t item;
	struct tally tally;
	struct request request; /* not granted yet */
};

struct run {
	const struct job *job;
	const struct model_params *params;
	struct model_result *result;
	struct stack_pool *stacks;
	struct place *places;
	unsigned nplaces, max_places;
	struct place **live, **free; /* in the order of items; a stack */
	unsigned nlive, nfree;
	uint64_t next_item, next_text, next_tick;
	int error;
};

static bool stop_requested(struct run *run)
{
	const struct model_params *params = run->params;

	if (run->error || run->result->stopped)
		return true;
	if (!params->tick || clock_now() < run->next_tick)
		return false;
	run->next_tick = clock_now() + MODEL_TICK_NS;
	run->result->stopped = params->tick(
		params->context, run->result->items_done);
	return run->result->stopped;
}

/* --- within a generator --- */

static int ask(struct place *place, struct request request)
{
	return gen_yield(place->gen, &request, NULL);
}

static int place_wait(struct env *env, uint64_t ns)
{
	return ask((struct place *)env,
		(struct request){REQUEST_TIME, clock_now() + ns});
}

static bool place_pause(struct env *env)
{
	return ask((struct place *)env, (struct request){REQUEST_TURN, 0}) != 0;
}

/* No other generator runs before this one yields: no lock is needed. */
static const struct env_ops place_ops = {
	.wait = place_wait,
	.lock = env_nobody_to_lock_out,
	.unlock = env_nobody_to_let_in,
	.pause = place_pause,
};

static int place_body(struct gen *self, void *arg)
{
	struct place *place = arg;
	const struct job *job = place->run->job;
	int status = job->work->item(
		job, &place->env, place->item, &place->tally);

	(void)self;
	if (status == 0 && job->text_size)
		status = ask(place, (struct request){REQUEST_TEXT, 0});
	return status;
}

/* --- around them --- */

static bool is_granted(const struct place *place)
{
	const struct request *request = &place->request;

	if (request->what == REQUEST_TIME)
		return request->due_ns <= clock_now();
	return request->what != REQUEST_TEXT ||
	       place->item == place->run->next_text;
}

static int write_text(struct run *run, const struct text *text)
{
	int status = 0;

	if (text->size)
		status = run->params->write(
			run->params->context, text->data, text->size);
	run->next_text++;
	return status;
}

static void fail(struct run *run, int status)
{
	if (status < 0 && status != -ECANCELED && !run->error)
		run->error = status;
}

static void retire(struct run *run, struct place *place)
{
	gen_destroy(place->gen);
	run->free[run->nfree++] = place;
}

/* Returns whether it yielded; else it is finished, and its place is free. */
static bool step(struct run *run, struct place *place)
{
	void *request;
	int status;

	if (place->request.what == REQUEST_TEXT)
		fail(run, write_text(run, &place->env.text));
	status = gen_next(place->gen, &request);
	if (status == 0) {
		place->request = *(struct request *)request;
		return true;
	}
	if (status == GEN_STOP) {
		job_fold(run->job, &run->result->total, &place->tally);
		run->result->items_done++;
	}
	fail(run, status);
	retire(run, place);
	return false;
}

/* Each that is granted its request has one step; the others keep waiting. */
static bool step_all(struct run *run)
{
	unsigned nkept = 0;
	bool any = false;

	for (unsigned i = 0; i < run->nlive; i++) {
		struct place *place = run->live[i];
		bool steps = !stop_requested(run) && is_granted(place);

		any |= steps;
		if (!steps || step(run, place))
			run->live[nkept++] = place;
	}
	run->nlive = nkept;
	return any;
}

/* Returns 0 with a place whose env is ready, or a negative errno. */
static int take_place(struct run *run, struct place **out)
{
	struct place *place = &run->places[run->nplaces];
	int status;

	if (run->nfree) {
		*out = run->free[--run->nfree];
		return 0;
	}
	*place = (struct place){
		.env = {.ops = &place_ops, .shared = run->params->shared},
		.run = run,
	};
	status = env_create(&place->env, run->job);
	if (status == 0) {
		run->nplaces++;
		*out = place;
	}
	return status;
}

static int begin_item(struct run *run)
{
	struct place *place = NULL;
	int status = take_place(run, &place);

	if (status < 0)
		return status;
	status = gen_create(
		run->stacks, "item", place_body, place, &place->gen);
	if (status < 0) {
		run->free[run->nfree++] = place;
		return status;
	}
	place->item = run->next_item++;
	place->env.text.size = 0;
	place->tally = (struct tally){0};
	place->request = (struct request){REQUEST_TURN, 0};
	run->live[run->nlive++] = place;
	run->result->ncoroutines++;
	return 0;
}

/* Fewer generators than wanted will do, as long as there is one. */
static void begin_items(struct run *run)
{
	int status = 0;

	while (status == 0 && run->nlive < run->max_places &&
		run->next_item < run->job->nitems && !stop_requested(run))
		status = begin_item(run);
	if (status < 0 && run->nlive == 0)
		run->error = status;
}

/* Nobody had a step: all wait for a time, or for one that does. */
static void sleep_until_one_is_due(struct run *run)
{
	uint64_t due = run->next_tick;

	for (unsigned i = 0; i < run->nlive; i++) {
		const struct request *request = &run->live[i]->request;

		if (request->what == REQUEST_TIME && request->due_ns < due)
			due = request->due_ns;
	}
	clock_sleep_until(due);
}

static void run_all(struct run *run)
{
	begin_items(run);
	while (run->nlive && !stop_requested(run)) {
		if (!step_all(run))
			sleep_until_one_is_due(run);
		begin_items(run);
	}
	while (run->nlive)
		retire(run, run->live[--run->nlive]);
}

static unsigned most_places(const struct job *job)
{
	uint64_t most = job->max_live && job->max_live < MAX_LIVE
				? job->max_live
				: MAX_LIVE;

	return (unsigned)(job->nitems < most ? job->nitems : most);
}

static int run_on_stacks(struct run *run)
{
	int status = overflow_watch();

	if (status == 0)
		status = stack_pool_create(
			&(struct stack_rules){0}, &run->stacks);
	if (status < 0)
		return status;
	run_all(run);
	stack_pool_destroy(run->stacks);
	return run->error;
}

static int gen_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	const unsigned most = most_places(job);
	struct run run = {
		.job = job,
		.params = params,
		.result = result,
		.max_places = most,
		.places = calloc(most, sizeof(*run.places)),
		.live = calloc(most, sizeof(struct place *)),
		.free = calloc(most, sizeof(struct place *)),
		.next_tick = clock_now() + MODEL_TICK_NS,
	};
	int status = -ENOMEM;

	(void)model;
	if (run.places && run.live && run.free)
		status = run_on_stacks(&run);
	for (unsigned i = 0; i < run.nplaces; i++)
		env_destroy(&run.places[i].env, job);
	free(run.free);
	free(run.live);
	free(run.places);
	return status;
}

const struct model model_gen = {
	.name = "gen",
	.summary = "one thread, one generator for each item, in rounds",
	.when = "steps that somebody else decides about: each item says what "
		"it wants and stands still until it has it",
	.lesson = "20-generators",
	.flags = MODEL_DETERMINISTIC | MODEL_OVERLAPS_WAITS,
	.run = gen_run,
};
