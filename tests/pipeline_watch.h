/*
 * watch - run a pipeline under the eyes of the checker
 *
 * What the tests of the engines share: a context for the callbacks of a run,
 * which keeps the checker's books, stops the run, and holds a gate that a
 * worker of any kind can wait at.
 */
#ifndef TESTS_PIPELINE_WATCH_H
#define TESTS_PIPELINE_WATCH_H

#include "lib/pipeline_check.h"
#include "lib/pipeline_run.h"
#include "lib/sync.h"
#include "tests/suite.h"

#include <dirent.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* What a hold may look at: shared by threads, coroutines and processes. */
struct common {
	struct semaphore gate; /* block 2 passes it */
	_Atomic unsigned nkilled;
};

struct watch {
	struct pipeline_check check;
	struct common *common;
	uint64_t gate_after; /* results that open the gate */
	uint64_t kill_block; /* whoever takes it dies, up to max_kills times */
	unsigned max_kills;
	uint64_t most_handed_out; /* highest block while the gate is closed */
	unsigned nlost;
	unsigned nticks, stop_at; /* at this tick */
	uint64_t stop_blocks; /* or with so many blocks done */
};

static inline void on_event(void *context, const struct pipeline_event *event)
{
	struct watch *watch = context;
	uint64_t n = event->block.number;

	if (event->kind == PIPELINE_HANDED_OUT) {
		pipeline_check_handed_out(&watch->check, n);
		if (watch->check.nfinished < watch->gate_after ||
			watch->check.prefix < 2)
			watch->most_handed_out = n;
	} else if (event->kind == PIPELINE_LOST) {
		pipeline_check_lost(&watch->check, n);
		watch->nlost++;
	} else {
		pipeline_check_finished(&watch->check, n, event->prefix);
		if (watch->gate_after &&
			watch->check.nfinished == watch->gate_after)
			semaphore_post(&watch->common->gate);
	}
}

static inline int on_tick(void *context, uint64_t blocks_done)
{
	struct watch *watch = context;

	return ++watch->nticks == watch->stop_at ||
	       (watch->stop_blocks && blocks_done >= watch->stop_blocks);
}

static inline void common_create(struct watch *watch)
{
	watch->common = mmap(NULL, sizeof(*watch->common),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(watch->common, MAP_FAILED);
	semaphore_init(&watch->common->gate, SEMAPHORE_SHARED, 0);
}

static inline unsigned window_of(const struct pipeline_params *params)
{
	return params->window ? params->window
			      : params->nworkers * PIPELINE_WINDOW_PER_WORKER;
}

#define PARAMS(...) ((struct pipeline_params){__VA_ARGS__})

/* Run with the checker watching; whatever happens, it finds no fault. */
static inline int run(const struct pipeline_engine *engine, struct watch *watch,
	struct pipeline_params params, struct pipeline_result *result)
{
	int status;

	params.context = watch;
	params.event = on_event;
	ck_assert_int_eq(pipeline_check_init(&watch->check, params.limit,
				 params.block_size, window_of(&params)),
		0);
	status = pipeline_engine_run(engine, &params, result);
	ck_assert_msg(!watch->check.fault, "%s: block %lu %s", engine->name,
		(unsigned long)watch->check.fault_block, watch->check.fault);
	pipeline_check_fini(&watch->check);
	return status;
}

static inline void run_well(const struct pipeline_engine *engine,
	struct watch *watch, struct pipeline_params params,
	struct pipeline_result *result)
{
	ck_assert_int_eq(run(engine, watch, params, result), 0);
}

static inline unsigned count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

#endif
