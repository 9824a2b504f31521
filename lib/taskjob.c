#include "lib/taskjob.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/must.h"
#include "lib/sanitizer.h"
#include "lib/task_event.h"

enum {
	NBEGUN = 100, /* workers between two turns of the loop, for the tick */
	MOST_TASKS = SANITIZER_THREAD ? 4000 : 1 << 30 /* TSan has 8128 */
};

/* A place for one item at a time; its env serves one after the other. */
struct worker {
	struct env env;
	struct run *run;
	uint64_t item;
};

struct run {
	const struct job *job;
	const struct model_params *params;
	struct model_result *result;
	enum taskjob_task kind;
	struct loop *loop;
	struct tasks *tasks;
	struct task_event over; /* all is done, or will not be */
	struct loop_timer tick;
	struct worker *workers;
	struct task **writers; /* who waits to write item i: at i mod size */
	unsigned nworkers, size, nlive;
	uint64_t next_item, next_text;
	int error;
};

static bool stopping(const struct run *run)
{
	return run->error || run->result->stopped;
}

static void fail(struct run *run, int error)
{
	if (!run->error)
		run->error = error;
	task_event_set(&run->over);
}

static int tick(void *arg)
{
	struct run *run = arg;
	const struct model_params *params = run->params;

	run->result->stopped = params->tick(
		params->context, run->result->items_done);
	if (run->result->stopped)
		return task_event_set(&run->over);
	return loop_timer_start(
		run->loop, &run->tick, loop_now(run->loop) + MODEL_TICK_NS);
}

static int start_ticking(struct run *run)
{
	run->tick = (struct loop_timer){
		.call = {.fn = tick, .arg = run, .name = "tick"},
		.background = true,
	};
	if (!run->params->tick)
		return 0;
	return loop_timer_start(
		run->loop, &run->tick, loop_now(run->loop) + MODEL_TICK_NS);
}

/* --- what an item may do --- */

static int worker_wait(struct env *env, uint64_t ns)
{
	(void)env;
	return task_sleep(ns);
}

static bool worker_pause(struct env *env)
{
	struct worker *worker = (struct worker *)env;

	return task_yield() < 0 || stopping(worker->run);
}

/* No other task runs before this one waits: no lock is needed. */
static const struct env_ops worker_ops = {
	.wait = worker_wait,
	.lock = env_nobody_to_lock_out,
	.unlock = env_nobody_to_let_in,
	.pause = worker_pause,
};

/*
 * The items that are begun and not written are next_text and those after it,
 * at most as many as there are workers: each has a place of its own.
 */
static struct task **writer_of(struct run *run, uint64_t item)
{
	return &run->writers[item % run->size];
}

static int wait_for_turn(struct run *run, uint64_t item)
{
	const struct task_why why = {.what = "its turn to write"};
	int status = 0;

	*writer_of(run, item) = task_self();
	while (status == 0 && run->next_text != item)
		status = task_suspend(&why);
	*writer_of(run, item) = NULL;
	return status;
}

static int write_in_turn(struct worker *worker)
{
	struct run *run = worker->run;
	const struct text *text = &worker->env.text;
	int status = wait_for_turn(run, worker->item);
	struct task *next;

	if (status == 0 && text->size)
		status = run->params->write(
			run->params->context, text->data, text->size);
	if (status < 0)
		return status;
	next = *writer_of(run, ++run->next_text);
	if (next)
		task_wake(next, 0);
	return 0;
}

static int do_item(struct worker *worker)
{
	struct run *run = worker->run;
	struct tally tally = {0};
	int status;

	worker->env.text.size = 0;
	status = run->job->work->item(
		run->job, &worker->env, worker->item, &tally);
	if (status == 0 && run->job->text_size)
		status = write_in_turn(worker);
	if (status < 0)
		return status;
	job_fold(run->job, &run->result->total, &tally);
	run->result->items_done++;
	return 0;
}

/* --- tasks --- */

static int worker_main(
	void *arg, union future_value *value, struct failure *failure);

static int spawn(struct worker *worker)
{
	int status = task_spawn(
		worker->run->tasks, "item", worker_main, worker, NULL);

	worker->run->result->ncoroutines += status == 0;
	return status;
}

/* Is there an item for this worker? */
static bool take_item(struct worker *worker)
{
	struct run *run = worker->run;

	if (stopping(run) || run->next_item == run->job->nitems)
		return false;
	worker->item = run->next_item++;
	return true;
}

/* Without memory for another task this one goes on with the next item. */
static bool hand_on(struct worker *worker)
{
	return worker->run->kind == TASKJOB_EACH_ITEM && spawn(worker) == 0;
}

static int worker_main(
	void *arg, union future_value *value, struct failure *failure)
{
	struct worker *worker = arg;
	struct run *run = worker->run;
	int status;

	(void)value, (void)failure;
	do {
		status = do_item(worker);
		if (status < 0 && status != -ECANCELED)
			fail(run, status);
		if (status < 0 || !take_item(worker)) {
			if (--run->nlive == 0)
				task_event_set(&run->over);
			return 0;
		}
	} while (!hand_on(worker));
	return 0;
}

static int begin_worker(struct run *run)
{
	struct worker *worker = &run->workers[run->nworkers];
	int status;

	*worker = (struct worker){
		.env = {.ops = &worker_ops, .shared = run->params->shared},
		.run = run,
	};
	status = env_create(&worker->env, run->job);
	if (status < 0)
		return status;
	run->nworkers++;
	must(take_item(worker));
	status = spawn(worker);
	if (status < 0)
		run->next_item--;
	else
		run->nlive++;
	return status;
}

/* Fewer workers than wanted will do, but not none. */
static int supervise(
	void *arg, union future_value *value, struct failure *failure)
{
	struct run *run = arg;
	int status = start_ticking(run);

	(void)value, (void)failure;
	while (status == 0 && run->nworkers < run->size &&
		run->next_item < run->job->nitems && !stopping(run)) {
		status = begin_worker(run);
		if (status == 0 && run->nworkers % NBEGUN == 0)
			status = task_yield();
	}
	if (status < 0 && run->nlive == 0)
		fail(run, status);
	status = 0;
	while (status == 0 && run->nlive && !stopping(run)) {
		task_event_clear(&run->over);
		status = task_event_wait(&run->over, CLOCK_NEVER);
	}
	loop_timer_stop(run->loop, &run->tick);
	return status;
}

static int run_tasks(struct run *run)
{
	struct failure failure;
	int status = tasks_create(run->loop, &run->tasks);

	if (status < 0)
		return status;
	task_event_init(&run->over, run->tasks, "over");
	status = tasks_run(
		run->tasks, "supervisor", supervise, run, NULL, &failure);
	tasks_destroy(run->tasks);
	if (run->error)
		return run->error;
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_loop(struct run *run)
{
	int status = loop_create(NULL, &run->loop);

	if (status < 0)
		return status;
	status = run_tasks(run);
	loop_destroy(run->loop);
	return status;
}

int taskjob_run(const struct job *job, const struct model_params *params,
	enum taskjob_task kind, unsigned nworkers, struct model_result *result)
{
	unsigned most = nworkers < MOST_TASKS ? nworkers : MOST_TASKS;
	unsigned size = job->nitems < most ? (unsigned)job->nitems : most;
	struct run run = {
		.job = job,
		.params = params,
		.result = result,
		.kind = kind,
		.size = size,
		.workers = calloc(size ? size : 1, sizeof(struct worker)),
		.writers = calloc(size ? size : 1, sizeof(struct task *)),
	};
	int status = run.workers && run.writers ? 0 : -ENOMEM;

	if (status == 0)
		status = run_loop(&run);
	for (unsigned i = 0; i < run.nworkers; i++)
		env_destroy(&run.workers[i].env, job);
	free(run.workers);
	free(run.writers);
	return status;
}
