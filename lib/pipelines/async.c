/*
 * async: one thread, one coroutine for each block. A coroutine first awaits
 * the event "the prefix has got as far as my block needs", then divides,
 * and lets the others have a turn some times per block. Blocks are in progress
 * together, but never two at the same instant: concurrency without
 * parallelism, in the time that one after the other would take.
 */
#include "lib/clock.h"
#include "lib/coro.h"
#include "lib/must.h"
#include "lib/overflow.h"
#include "lib/pipeline_run.h"

#include <errno.h>
#include <stdlib.h>

enum {
	TURNS = 4 /* per block */
};

struct task {
	struct engine *engine;
	struct coro *coro;
	struct task *next; /* in the ready list */
	struct pipeline_block block;
	bool released;
};

struct engine {
	struct pipeline_run *run;
	struct stack_pool *stacks;
	struct task *tasks; /* that of block n at n mod window */
	struct task *first_ready, **last_ready;
	uint64_t begun; /* blocks 2 … begun have, or had, a coroutine */
	int error;
};

static struct task *task_of(struct engine *engine, uint64_t n)
{
	return &engine->tasks[n % engine->run->schedule.window];
}

static void make_ready(struct engine *engine, struct task *task)
{
	task->next = NULL;
	*engine->last_ready = task;
	engine->last_ready = &task->next;
}

static struct task *take_ready(struct engine *engine)
{
	struct task *task = engine->first_ready;

	if (!task)
		return NULL;
	engine->first_ready = task->next;
	if (!engine->first_ready)
		engine->last_ready = &engine->first_ready;
	return task;
}

static bool giving_up(const struct engine *engine)
{
	return engine->error || engine->run->result->stopped;
}

/* tag::await[] */
/* What is not in the ready list runs again only when it is released. */
static void await_dependency(const struct task *task)
{
	while (!task->released && !giving_up(task->engine))
		coro_yield();
}

static bool take_turns(void *arg)
{
	struct task *task = arg;

	make_ready(task->engine, task);
	coro_yield();
	return giving_up(task->engine);
}
/* end::await[] */

static bool held(const struct task *task)
{
	const struct pipeline_params *params = task->engine->run->params;

	return params->hold &&
	       params->hold(params->context, task->block.number);
}

static int search(struct task *task)
{
	struct pipeline_run *run = task->engine->run;
	const struct pipeline_divisors divisors = {
		.primes = run->primes.primes,
		.n = pipeline_primes_known(&run->primes),
		.keep = run->keep,
	};
	const struct pipeline_pause pause = {
		.fn = take_turns,
		.context = task,
		.every = run->schedule.block_size / TURNS + 1,
	};

	return pipeline_block_search(&task->block, &divisors, &pause,
		&pipeline_run_slot(run, task->block.number)->found);
}

static void block_main(void *arg)
{
	struct task *task = arg;
	struct engine *engine = task->engine;
	int status;

	await_dependency(task);
	while (!giving_up(engine) && held(task))
		take_turns(task);
	if (giving_up(engine))
		return;
	status = search(task);
	if (status == 0)
		pipeline_run_finish(engine->run, task->block.number, 1);
	else if (status != -ECANCELED)
		engine->error = status;
}

static void resume(struct task *task)
{
	if (coro_resume(task->coro))
		return;
	coro_destroy(task->coro);
	task->coro = NULL;
}

/* One coroutine for each block of the window, up to the event it awaits. */
static int begin_coroutines(struct engine *engine)
{
	const struct pipeline *schedule = &engine->run->schedule;
	int status = 0;

	while (engine->begun < schedule->nblocks &&
		engine->begun < schedule->prefix + schedule->window) {
		struct task *task = task_of(engine, engine->begun + 1);

		*task = (struct task){.engine = engine};
		status = coro_create(
			engine->stacks, "block", block_main, task, &task->coro);
		if (status < 0)
			break;
		engine->begun++;
		resume(task);
	}
	return status;
}

/* The event: wake those whose dependency is finished. */
static void wake_released(struct engine *engine)
{
	struct pipeline_block block;

	while (engine->run->schedule.handed_out < engine->begun &&
		pipeline_run_take(engine->run, 1, &block)) {
		struct task *task = task_of(engine, block.number);

		task->block = block;
		task->released = true;
		make_ready(engine, task);
	}
}

/* Fewer coroutines than the window has room for will do, but not none. */
static void schedule(struct engine *engine)
{
	while (!engine->error && !pipeline_run_over(engine->run)) {
		int status = begin_coroutines(engine);
		struct task *task;

		wake_released(engine);
		task = take_ready(engine);
		if (task)
			resume(task);
		else
			engine->error = status;
		must(task || status < 0);
	}
}

/* After a stop each coroutine runs once more, to its end. */
static void end_coroutines(struct engine *engine)
{
	unsigned window = engine->run->schedule.window;

	for (unsigned i = 0; i < window; i++) {
		while (engine->tasks[i].coro)
			resume(&engine->tasks[i]);
	}
}

static int run_async(struct pipeline_run *run)
{
	struct engine engine = {
		.run = run,
		.begun = 1,
		.tasks = calloc(run->schedule.window, sizeof(struct task)),
	};
	uint64_t busy = clock_thread_busy();
	int status;

	if (!engine.tasks)
		return -ENOMEM;
	engine.last_ready = &engine.first_ready;
	run->result->nworkers = 1;
	run->nworkers = run->schedule.window; /* all may be in progress */
	status = overflow_watch();
	if (status == 0)
		status = stack_pool_create(
			&(struct stack_rules){0}, &engine.stacks);
	if (status == 0) {
		schedule(&engine);
		end_coroutines(&engine);
		stack_pool_destroy(engine.stacks);
		status = engine.error;
	}
	/* A block's own time could not be told from that of the blocks
	 * between its turns. */
	run->result->busy_ns += clock_thread_busy() - busy;
	free(engine.tasks);
	return status;
}

const struct pipeline_engine pipeline_async = {
	.name = "async",
	.summary = "one thread, a coroutine for each block that awaits its "
		   "dependency",
	.run = run_async,
};
