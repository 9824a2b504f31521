/*
 * async: one thread, one task for each block. A task first awaits the event
 * "the prefix has got as far as my block needs", then divides, and lets the
 * others have a turn some times per block. Blocks are in progress together,
 * but never two at the same instant: concurrency without parallelism, in the
 * time that one after the other would take.
 */
#include "lib/clock.h"
#include "lib/pipeline_run.h"
#include "lib/task_event.h"

#include <errno.h>
#include <stdlib.h>

enum {
	TURNS = 4 /* per block */
};

struct place {
	struct engine *engine;
	struct task *waiting; /* for its release */
	struct pipeline_block block;
	bool released;
};

struct engine {
	struct pipeline_run *run;
	struct tasks *tasks;
	struct task_event over;
	struct place *places; /* that of block n at n mod window */
	uint64_t begun; /* blocks 2 … begun have, or had, a task */
	unsigned nlive;
	int error;
};

static struct place *place_of(struct engine *engine, uint64_t n)
{
	return &engine->places[n % engine->run->schedule.window];
}

static bool giving_up(const struct engine *engine)
{
	return engine->error || engine->run->result->stopped;
}

/* tag::await[] */
static int await_dependency(struct place *place)
{
	const struct task_why why = {.what = "the blocks before its own"};
	int status = 0;

	place->waiting = task_self();
	while (status == 0 && !place->released)
		status = task_suspend(&why);
	place->waiting = NULL;
	return status;
}

static bool take_turns(void *arg)
{
	struct place *place = arg;
	struct engine *engine = place->engine;

	return task_yield() < 0 || engine->error ||
	       pipeline_run_stopping(engine->run);
}
/* end::await[] */

static int await_hold(struct place *place)
{
	const struct pipeline_params *params = place->engine->run->params;

	while (params->hold &&
		params->hold(params->context, place->block.number)) {
		if (take_turns(place))
			return -ECANCELED;
	}
	return 0;
}

static int search(struct place *place)
{
	struct pipeline_run *run = place->engine->run;
	const struct pipeline_divisors divisors = {
		.primes = run->primes.primes,
		.n = pipeline_primes_known(&run->primes),
		.keep = run->keep,
	};
	const struct pipeline_pause pause = {
		.fn = take_turns,
		.context = place,
		.every = run->schedule.block_size / TURNS + 1,
	};

	return pipeline_block_search(&place->block, &divisors, &pause,
		&pipeline_run_slot(run, place->block.number)->found);
}

static void go_on(struct engine *engine);

/* The place may be another block's once this one is finished. */
static int block_main(
	void *arg, union future_value *value, struct failure *failure)
{
	struct place *place = arg;
	struct engine *engine = place->engine;
	int status = await_dependency(place);

	(void)value, (void)failure;
	if (status == 0)
		status = await_hold(place);
	if (status == 0)
		status = search(place);
	engine->nlive--;
	if (status == 0)
		pipeline_run_finish(engine->run, place->block.number, 1);
	else if (status != -ECANCELED)
		engine->error = status;
	go_on(engine);
	return 0;
}

/* One task for each block of the window, up to the event it awaits. */
static int begin_tasks(struct engine *engine)
{
	const struct pipeline *schedule = &engine->run->schedule;
	int status = 0;

	while (engine->begun < schedule->nblocks &&
		engine->begun < schedule->prefix + schedule->window) {
		struct place *place = place_of(engine, engine->begun + 1);

		*place = (struct place){.engine = engine};
		status = task_spawn(
			engine->tasks, "block", block_main, place, NULL);
		if (status < 0)
			break;
		engine->begun++;
		engine->nlive++;
	}
	return status;
}

/* The event: wake those whose dependency is finished. */
static void wake_released(struct engine *engine)
{
	struct pipeline_block block;

	while (engine->run->schedule.handed_out < engine->begun &&
		pipeline_run_take(engine->run, 1, &block)) {
		struct place *place = place_of(engine, block.number);

		place->block = block;
		place->released = true;
		if (place->waiting)
			task_wake(place->waiting, 0);
	}
}

/* Fewer tasks than the window has room for will do, but not none. */
static void go_on(struct engine *engine)
{
	int status = 0;

	if (!giving_up(engine) && !pipeline_run_over(engine->run)) {
		status = begin_tasks(engine);
		wake_released(engine);
	}
	if (status < 0 && !engine->nlive)
		engine->error = status;
	if (giving_up(engine) || pipeline_run_over(engine->run))
		task_event_set(&engine->over);
}

static int coordinate(
	void *arg, union future_value *value, struct failure *failure)
{
	struct engine *engine = arg;

	(void)value, (void)failure;
	go_on(engine);
	return task_event_wait(&engine->over, CLOCK_NEVER);
}

/* Tasks that are left after a stop are cancelled. */
static int run_tasks(struct engine *engine, struct loop *loop)
{
	struct failure failure;
	int status = tasks_create(loop, &engine->tasks);

	if (status < 0)
		return status;
	task_event_init(&engine->over, engine->tasks, "over");
	status = tasks_run(engine->tasks, "coordinator", coordinate, engine,
		NULL, &failure);
	tasks_destroy(engine->tasks);
	if (engine->error)
		return engine->error;
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_async(struct pipeline_run *run)
{
	struct engine engine = {
		.run = run,
		.begun = 1,
		.places = calloc(run->schedule.window, sizeof(struct place)),
	};
	uint64_t busy = clock_thread_busy();
	struct loop *loop;
	int status;

	if (!engine.places)
		return -ENOMEM;
	run->result->nworkers = 1;
	run->nworkers = run->schedule.window; /* all may be in progress */
	status = loop_create(NULL, &loop);
	if (status == 0) {
		status = run_tasks(&engine, loop);
		loop_destroy(loop);
	}
	/* A block's own time could not be told from that of the blocks
	 * between its turns. */
	run->result->busy_ns += clock_thread_busy() - busy;
	free(engine.places);
	return status;
}

const struct pipeline_engine pipeline_async = {
	.name = "async",
	.summary = "one thread, a task for each block that awaits its "
		   "dependency",
	.run = run_async,
};
