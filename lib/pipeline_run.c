#include "lib/pipeline_run.h"

#include "lib/clock.h"
#include "lib/isqrt.h"
#include "lib/must.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define ENGINE(name) extern const struct pipeline_engine pipeline_##name;
#include "lib/pipelines/list.def"
#undef ENGINE

const struct pipeline_engine *const pipeline_engines[] = {
#define ENGINE(name) &pipeline_##name,
#include "lib/pipelines/list.def"
#undef ENGINE
	NULL,
};

enum {
	OWN_PAUSE = 64 /* numbers that block 1 takes between two ticks */
};

const struct pipeline_engine *pipeline_engine_find(const char *name)
{
	for (int i = 0; pipeline_engines[i]; i++) {
		if (!strcmp(pipeline_engines[i]->name, name))
			return pipeline_engines[i];
	}
	return NULL;
}

struct pipeline_slot *pipeline_run_slot(struct pipeline_run *run, uint64_t n)
{
	return &run->slots[n % run->schedule.window];
}

void pipeline_run_hold(const struct pipeline_run *run, uint64_t n)
{
	while (run->params->hold && run->params->hold(run->params->context, n))
		sched_yield();
}

static void tell(const struct pipeline_run *run, struct pipeline_event event)
{
	if (!run->params->event)
		return;
	event.time_ns = clock_now() - run->start_ns;
	event.prefix = run->schedule.prefix;
	run->params->event(run->params->context, &event);
}

bool pipeline_run_stopping(struct pipeline_run *run)
{
	const struct pipeline_params *params = run->params;

	if (run->result->stopped)
		return true;
	if (!params->tick || clock_now() < run->next_tick_ns)
		return false;
	run->next_tick_ns = clock_now() + PIPELINE_TICK_NS;
	if (params->tick(params->context, run->schedule.prefix))
		run->result->stopped = true;
	return run->result->stopped;
}

bool pipeline_run_over(struct pipeline_run *run)
{
	return pipeline_state(&run->schedule) == PIPELINE_DONE ||
	       pipeline_run_stopping(run);
}

/* Lost blocks are few and hold up all others: the lowest first. */
static struct pipeline_slot *take_lost(struct pipeline_run *run)
{
	uint64_t n = run->schedule.prefix + 1;

	if (!run->nlost)
		return NULL;
	while (pipeline_run_slot(run, n)->state != PIPELINE_SLOT_LOST)
		n++;
	run->nlost--;
	run->result->redone++;
	return pipeline_run_slot(run, n);
}

static struct pipeline_slot *take_next(struct pipeline_run *run)
{
	struct pipeline_block block;
	struct pipeline_slot *slot;
	uint64_t kept;

	if (!pipeline_next(&run->schedule, &block))
		return NULL;
	kept = run->schedule.handed_out - run->schedule.prefix;
	if (kept > run->result->max_kept)
		run->result->max_kept = (unsigned)kept;
	slot = pipeline_run_slot(run, block.number);
	must(slot->state == PIPELINE_SLOT_FREE);
	slot->block = block;
	slot->busy_ns = 0; /* not what the last block here took */
	return slot;
}

/* Each block counts once, however often it is asked for. */
static void count_wait(struct pipeline_run *run)
{
	uint64_t n = run->schedule.handed_out + 1;

	if (pipeline_state(&run->schedule) != PIPELINE_DEPENDS ||
		run->nout >= run->nworkers || run->waited_for == n)
		return;
	run->waited_for = n;
	run->result->nwaits++;
}

bool pipeline_run_take(
	struct pipeline_run *run, unsigned worker, struct pipeline_block *block)
{
	struct pipeline_slot *slot = take_lost(run);

	if (!slot)
		slot = take_next(run);
	if (!slot) {
		count_wait(run);
		return false;
	}
	slot->state = PIPELINE_SLOT_OUT;
	slot->prefix_before = run->schedule.prefix;
	run->nout++;
	*block = slot->block;
	tell(run, (struct pipeline_event){
			  .kind = PIPELINE_HANDED_OUT,
			  .block = *block,
			  .worker = worker,
		  });
	return true;
}

void pipeline_run_lose(struct pipeline_run *run, uint64_t n, unsigned worker)
{
	struct pipeline_slot *slot = pipeline_run_slot(run, n);

	must(slot->block.number == n && slot->state == PIPELINE_SLOT_OUT);
	slot->state = PIPELINE_SLOT_LOST;
	run->nout--;
	run->nlost++;
	tell(run, (struct pipeline_event){
			  .kind = PIPELINE_LOST,
			  .block = slot->block,
			  .worker = worker,
		  });
}

/* The next block of the prefix. Its slot keeps the memory for another. */
static void absorb(struct pipeline_run *run, struct pipeline_slot *slot)
{
	struct pipeline_result *result = run->result;
	const struct pipeline_found *found = &slot->found;

	must(slot->state == PIPELINE_SLOT_FINISHED);
	slot->state = PIPELINE_SLOT_FREE;
	result->count += found->count;
	if (found->last)
		result->last = found->last;
	segment_sum_add(&result->sum, found->sum);
	result->top = slot->block.high;
	result->blocks_done++;
	pipeline_primes_append(&run->primes, found->primes, found->nprimes);
}

static void tell_finished(const struct pipeline_run *run,
	const struct pipeline_slot *slot, unsigned worker)
{
	bool gap = slot->block.number > run->schedule.prefix;

	tell(run, (struct pipeline_event){
			  .kind = PIPELINE_FINISHED,
			  .block = slot->block,
			  .worker = worker,
			  .prefix_before = slot->prefix_before,
			  .nprimes = slot->found.count,
			  .gap = gap ? run->schedule.prefix + 1 : 0,
			  .depth = gap ? run->schedule.nearly : 0,
		  });
}

void pipeline_run_finish(struct pipeline_run *run, uint64_t n, unsigned worker)
{
	struct pipeline_result *result = run->result;
	struct pipeline_slot *slot = pipeline_run_slot(run, n);
	uint64_t absorbed = run->schedule.prefix;

	must(slot->block.number == n && slot->state == PIPELINE_SLOT_OUT);
	slot->state = PIPELINE_SLOT_FINISHED;
	run->nout--;
	result->busy_ns += slot->busy_ns;
	result->blocks_by[worker]++;
	pipeline_result(&run->schedule, n);
	tell_finished(run, slot, worker);
	if (run->schedule.nearly > result->max_depth)
		result->max_depth = run->schedule.nearly;
	while (absorbed < run->schedule.prefix)
		absorb(run, pipeline_run_slot(run, ++absorbed));
}

static bool own_pause(void *context)
{
	return pipeline_run_stopping(context);
}

/* Block 1 depends on none and all depend on it: no worker is needed yet. */
static int search_block_1(struct pipeline_run *run)
{
	const struct pipeline_divisors none = {.keep = run->keep};
	const struct pipeline_pause pause = {
		.fn = own_pause, .context = run, .every = OWN_PAUSE};
	uint64_t busy = clock_thread_busy();
	struct pipeline_block block;
	struct pipeline_slot *slot;
	int status;

	must(pipeline_run_take(run, 0, &block));
	slot = pipeline_run_slot(run, 1);
	status = pipeline_block_search(&block, &none, &pause, &slot->found);
	if (status < 0)
		return status;
	slot->busy_ns = clock_thread_busy() - busy;
	pipeline_run_finish(run, 1, 0);
	return 0;
}

static int run_blocks(
	const struct pipeline_engine *engine, struct pipeline_run *run)
{
	uint64_t others = run->schedule.nblocks - 1;
	int status;

	if (run->schedule.nblocks == 0)
		return 0;
	run->nworkers = others < run->params->nworkers ? (unsigned)others
						       : run->params->nworkers;
	status = search_block_1(run);
	if (status == 0 && !pipeline_run_over(run))
		status = engine->run(run);
	return status == -ECANCELED ? 0 : status;
}

static int run_init(struct pipeline_run *run)
{
	const struct pipeline_params *params = run->params;
	unsigned window = params->window ? params->window
					 : params->nworkers *
						   PIPELINE_WINDOW_PER_WORKER;
	int status;

	status = pipeline_init(
		&run->schedule, params->limit, params->block_size, window);
	if (status < 0)
		return status;
	run->keep = isqrt(params->limit);
	run->result->window = window;
	run->result->nblocks = run->schedule.nblocks;
	run->slots = calloc(window, sizeof(*run->slots));
	status = pipeline_primes_init(&run->primes, run->keep);
	return run->slots ? status : -ENOMEM;
}

static void run_fini(struct pipeline_run *run)
{
	for (unsigned i = 0; run->slots && i < run->schedule.window; i++)
		pipeline_found_fini(&run->slots[i].found);
	free(run->slots);
	pipeline_primes_fini(&run->primes);
	pipeline_fini(&run->schedule);
}

int pipeline_engine_run(const struct pipeline_engine *engine,
	const struct pipeline_params *params, struct pipeline_result *result)
{
	struct pipeline_run run = {
		.params = params,
		.result = result,
		.start_ns = clock_now(),
	};
	int status;

	must(params->nworkers >= 1 && params->nworkers <= PIPELINE_MAX_WORKERS);
	must(params->window <= PIPELINE_MAX_WINDOW);
	must(!params->crash_worker || engine->processes);
	*result = (struct pipeline_result){0};
	run.next_tick_ns = run.start_ns + PIPELINE_TICK_NS;
	status = run_init(&run);
	if (status == 0)
		status = run_blocks(engine, &run);
	result->nwaves = run.schedule.nwaves;
	result->wall_ns = clock_now() - run.start_ns;
	run_fini(&run);
	return status;
}
