/*
 * threads: workers take blocks from one bounded queue and put results into
 * another. The primes of the prefix are in memory that all share; since the
 * list only grows and its length is published last, they are read without a
 * lock.
 */
#include "lib/bq.h"
#include "lib/clock.h"
#include "lib/must.h"
#include "lib/pipeline_run.h"
#include "lib/team.h"

#include <errno.h>
#include <stdatomic.h>

enum {
	PAUSE = 64 /* numbers between two looks at the stop flag */
};

struct engine {
	struct pipeline_run *run;
	struct bq *blocks; /* of struct pipeline_block */
	struct bq *answers; /* of struct answer */
	atomic_bool stop;
};

/* What was found is in the slot of the block. */
struct answer {
	uint64_t block;
	unsigned worker;
	int status;
};

static bool stopping(void *arg)
{
	struct engine *engine = arg;

	return atomic_load(&engine->stop);
}

static int search(struct engine *engine, const struct pipeline_block *block)
{
	struct pipeline_run *run = engine->run;
	struct pipeline_slot *slot = pipeline_run_slot(run, block->number);
	const struct pipeline_divisors divisors = {
		.primes = run->primes.primes,
		.n = pipeline_primes_known(&run->primes),
		.keep = run->keep,
	};
	const struct pipeline_pause pause = {
		.fn = stopping, .context = engine, .every = PAUSE};
	uint64_t busy = clock_thread_busy();
	int status;

	status = pipeline_block_search(block, &divisors, &pause, &slot->found);
	slot->busy_ns = clock_thread_busy() - busy;
	return status;
}

/* tag::worker[] */
static void worker_main(void *arg, unsigned index, unsigned size)
{
	struct engine *engine = arg;
	struct pipeline_block block;

	(void)size;
	while (bq_pop(engine->blocks, &block, CLOCK_NEVER) == 0) {
		struct answer answer = {
			.block = block.number, .worker = index + 1};

		pipeline_run_hold(engine->run, block.number);
		answer.status = search(engine, &block);
		bq_push(engine->answers, &answer, CLOCK_NEVER);
	}
}
/* end::worker[] */

/* Never more blocks are out than the queue has room for: the window. */
static void hand_out(struct engine *engine)
{
	struct pipeline_block block;

	while (pipeline_run_take(engine->run, 0, &block))
		must_zero(bq_push(engine->blocks, &block, 0));
}

static int coordinate(struct engine *engine)
{
	struct pipeline_run *run = engine->run;

	while (!pipeline_run_over(run)) {
		struct answer answer;

		hand_out(engine);
		if (bq_pop(engine->answers, &answer,
			    clock_now() + PIPELINE_TICK_NS))
			continue;
		if (answer.status < 0)
			return answer.status;
		pipeline_run_finish(run, answer.block, answer.worker);
	}
	return 0;
}

static int run_team(struct engine *engine)
{
	struct pipeline_run *run = engine->run;
	unsigned wanted = run->nworkers;
	struct team *team;
	int status = team_start(wanted, "block", worker_main, engine, &team);

	if (status < 0)
		return status;
	run->nworkers = team_size(team);
	run->result->nworkers = run->nworkers;
	run->result->refused = wanted - run->nworkers;
	status = coordinate(engine);
	atomic_store(&engine->stop, true);
	bq_close(engine->blocks, BQ_DISCARD);
	team_destroy(team);
	return status;
}

static int run_threads(struct pipeline_run *run)
{
	struct engine engine = {.run = run};
	struct bq_options blocks = {
		.capacity = run->schedule.window,
		.item_size = sizeof(struct pipeline_block),
	};
	struct bq_options answers = {
		.capacity = run->schedule.window,
		.item_size = sizeof(struct answer),
	};
	int status = bq_create(&blocks, &engine.blocks);

	if (status == 0)
		status = bq_create(&answers, &engine.answers);
	if (status == 0)
		status = run_team(&engine);
	bq_destroy(engine.answers);
	bq_destroy(engine.blocks);
	return status;
}

const struct pipeline_engine pipeline_threads = {
	.name = "threads",
	.summary =
		"threads between two bounded queues, primes in common memory",
	.run = run_threads,
};
