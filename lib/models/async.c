/*
 * async: one thread and a coroutine for each item. A coroutine gives up
 * execution instead of blocking; the scheduler chooses what runs next, from
 * the front of the ready list; who sleeps comes back to its end when its time
 * has come. Waiting overlaps, computing does not.
 */
#include "lib/clock.h"
#include "lib/coro.h"
#include "lib/heap.h"
#include "lib/model.h"
#include "lib/overflow.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MAX_LIVE = 10000 /* coroutines at once, unless the job wants fewer */
};

/* A place for one coroutine at a time; its env serves one after the other. */
struct task {
	struct env env;
	struct run *run;
	struct coro *coro;
	struct task *next; /* in the ready list, or among the free ones */
	struct heap_node sleeping;
	uint64_t item;
	uint64_t wake_ns; /* set when it went to sleep, else 0 */
};

struct run {
	const struct job *job;
	const struct model_params *params;
	struct model_result *result;
	struct stack_pool *stacks;
	struct task *first_ready, **last_ready;
	struct heap sleepers; /* tasks by wake_ns */
	struct task *free;
	struct task *tasks;
	unsigned ntasks, max_tasks, nlive;
	uint64_t next_item, next_text, next_tick;
	int error;
};

static void make_ready(struct run *run, struct task *task)
{
	task->next = NULL;
	*run->last_ready = task;
	run->last_ready = &task->next;
}

static struct task *take_ready(struct run *run)
{
	struct task *task = run->first_ready;

	if (!task)
		return NULL;
	run->first_ready = task->next;
	if (!run->first_ready)
		run->last_ready = &run->first_ready;
	return task;
}

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

static int task_wait(struct env *env, uint64_t ns)
{
	struct task *task = (struct task *)env;

	task->wake_ns = clock_now() + ns;
	coro_yield();
	return stop_requested(task->run) ? -ECANCELED : 0;
}

static bool task_pause(struct env *env)
{
	struct task *task = (struct task *)env;

	coro_yield();
	return stop_requested(task->run);
}

/* No other coroutine runs before this one yields: no lock is needed. */
static const struct env_ops task_ops = {
	.wait = task_wait,
	.lock = env_nobody_to_lock_out,
	.unlock = env_nobody_to_let_in,
	.pause = task_pause,
};

static int write_in_turn(struct task *task)
{
	struct run *run = task->run;
	const struct text *text = &task->env.text;
	int status = 0;

	if (!run->job->text_size)
		return 0;
	while (run->next_text != task->item && !stop_requested(run))
		coro_yield();
	if (stop_requested(run))
		return -ECANCELED;
	if (text->size)
		status = run->params->write(
			run->params->context, text->data, text->size);
	run->next_text++;
	return status;
}

/* The coroutine's function: one item. */
static void task_main(void *arg)
{
	struct task *task = arg;
	struct run *run = task->run;
	struct tally tally = {0};
	int status;

	task->env.text.size = 0;
	status = run->job->work->item(run->job, &task->env, task->item, &tally);
	if (status == 0)
		status = write_in_turn(task);
	if (status == 0) {
		job_fold(run->job, &run->result->total, &tally);
		run->result->items_done++;
	} else if (status != -ECANCELED && !run->error) {
		run->error = status;
	}
}

/* Returns 0 with a task whose env is ready, or a negative errno. */
static int take_free(struct run *run, struct task **out)
{
	struct task *task = run->free;
	int status;

	if (task) {
		run->free = task->next;
		*out = task;
		return 0;
	}
	task = &run->tasks[run->ntasks];
	*task = (struct task){
		.env = {.ops = &task_ops, .shared = run->params->shared},
		.run = run,
	};
	status = env_create(&task->env, run->job);
	if (status < 0)
		return status;
	run->ntasks++;
	*out = task;
	return 0;
}

static int spawn(struct run *run)
{
	struct task *task;
	int status = take_free(run, &task);

	if (status < 0)
		return status;
	task->item = run->next_item;
	status = coro_create(run->stacks, "item", task_main, task, &task->coro);
	if (status < 0) {
		task->next = run->free;
		run->free = task;
		return status;
	}
	run->next_item++;
	run->nlive++;
	run->result->ncoroutines++;
	make_ready(run, task);
	return 0;
}

/* Fewer coroutines than wanted will do, as long as there is one. */
static void spawn_all(struct run *run)
{
	int status = 0;

	while (status == 0 && run->nlive < run->max_tasks &&
		run->next_item < run->job->nitems && !stop_requested(run))
		status = spawn(run);
	if (status < 0 && run->nlive == 0)
		run->error = status;
}

static void retire(struct run *run, struct task *task)
{
	coro_destroy(task->coro);
	task->next = run->free;
	run->free = task;
	run->nlive--;
}

/* Without memory for it, the run ends: all are to be resumed once more. */
static bool put_to_sleep(struct run *run, struct task *task)
{
	if (heap_push(&run->sleepers, task->wake_ns, &task->sleeping) == 0)
		return true;
	run->error = -ENOMEM;
	return false;
}

static void run_task(struct run *run, struct task *task)
{
	task->wake_ns = 0;
	if (coro_resume(task->coro) == 0)
		retire(run, task);
	else if (!task->wake_ns || !put_to_sleep(run, task))
		make_ready(run, task);
}

static struct task *task_asleep(struct heap_node *node)
{
	return (struct task *)((char *)node - offsetof(struct task, sleeping));
}

/* A stop wakes everybody, so that each can give up. */
static void wake_sleepers(struct run *run)
{
	bool all = stop_requested(run);

	while (!heap_empty(&run->sleepers) &&
		(all || heap_first_key(&run->sleepers) <= clock_now()))
		make_ready(run, task_asleep(heap_pop(&run->sleepers)));
}

static void sleep_until_something_is_due(struct run *run)
{
	uint64_t due = heap_first_key(&run->sleepers);

	clock_sleep_until(due < run->next_tick ? due : run->next_tick);
	stop_requested(run);
}

static void schedule(struct run *run)
{
	spawn_all(run);
	while (run->nlive) {
		struct task *task;

		wake_sleepers(run);
		task = take_ready(run);
		if (task)
			run_task(run, task);
		else
			sleep_until_something_is_due(run);
		spawn_all(run);
	}
}

static unsigned most_tasks(const struct job *job)
{
	uint64_t most = job->max_live ? job->max_live : MAX_LIVE;

	return (unsigned)(job->nitems < most ? job->nitems : most);
}

static int async_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	struct run run = {
		.job = job,
		.params = params,
		.result = result,
		.max_tasks = most_tasks(job),
		.tasks = calloc(most_tasks(job), sizeof(struct task)),
		.next_tick = clock_now() + MODEL_TICK_NS,
	};
	int status;

	(void)model;
	if (!run.tasks)
		return -ENOMEM;
	run.last_ready = &run.first_ready;
	status = overflow_watch();
	if (status == 0)
		status = stack_pool_create(
			&(struct stack_rules){0}, &run.stacks);
	if (status == 0) {
		schedule(&run);
		status = run.error;
		stack_pool_destroy(run.stacks);
	}
	for (unsigned i = 0; i < run.ntasks; i++)
		env_destroy(&run.tasks[i].env, job);
	heap_fini(&run.sleepers);
	free(run.tasks);
	return status;
}

const struct model model_async = {
	.name = "async",
	.summary = "one thread, one coroutine for each item",
	.when = "work that mostly waits, thousands of items at once: no locks, "
		"but one long computation holds up all",
	.lesson = "21-green-threads",
	.flags = MODEL_DETERMINISTIC | MODEL_OVERLAPS_WAITS,
	.run = async_run,
};
