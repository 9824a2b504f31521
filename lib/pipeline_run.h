/*
 * pipeline_run - run a pipeline of prime blocks in one of several engines
 *
 * An engine is a way of having blocks searched: by processes, by threads, by
 * coroutines. What they share is here: who gets which block and when, the
 * results that wait behind a gap, the primes and sums of the prefix, the
 * counts and the events that show what happened.
 *
 * The calling thread searches block 1 itself and then coordinates. It starts
 * no more workers than there are blocks left.
 *
 * Threads:  pipeline_engine_run from one, before others exist if the engine
 *           makes processes. tick and event are called from that thread;
 *           hold by the worker, wherever that is.
 * Blocking: pipeline_engine_run until the last block is finished, or tick
 *           asks to stop.
 * Memory:   bounded by the window, but for the primes up to the root of the
 *           limit. All is gone when it returns: no thread, process,
 *           descriptor or page is left.
 */
#ifndef LIB_PIPELINE_RUN_H
#define LIB_PIPELINE_RUN_H

#include "lib/pipeline.h"
#include "lib/pipeline_block.h"
#include "lib/pipeline_primes.h"

enum {
	PIPELINE_MAX_WORKERS = 1024,
	PIPELINE_MAX_WINDOW = 1 << 20,
	PIPELINE_TICK_NS = 100 * 1000 *
			   1000, /* about how often tick is called */
	PIPELINE_WINDOW_PER_WORKER = 4, /* when none is chosen */
};

enum pipeline_event_kind {
	PIPELINE_HANDED_OUT,
	PIPELINE_LOST, /* its worker ended; it is handed out again */
	PIPELINE_FINISHED,
};

struct pipeline_event {
	enum pipeline_event_kind kind;
	uint64_t time_ns; /* since the run began */
	struct pipeline_block block;
	unsigned worker; /* from 1; 0: the caller, or not known yet */
	uint64_t prefix; /* now */

	/* PIPELINE_FINISHED: */
	uint64_t prefix_before; /* when it was handed out */
	uint64_t nprimes;
	uint64_t gap; /* the unfinished block that it has overtaken, or 0 */
	unsigned depth; /* how many have overtaken that, this one included */
};

struct pipeline_params {
	uint64_t limit, block_size;
	unsigned nworkers; /* wanted, 1 … PIPELINE_MAX_WORKERS */
	unsigned window; /* blocks; 0: PIPELINE_WINDOW_PER_WORKER of them */

	/* This worker kills itself in the middle of its second block; 0: none.
	 * Only for engines that say `processes`. */
	unsigned crash_worker;

	/*
	 * For tests: called by a worker before it begins a block, and again
	 * as long as it returns true. It may block where workers are threads
	 * or processes. May be NULL, as the other two.
	 */
	bool (*hold)(void *context, uint64_t block);

	/* Called now and then; a return other than 0 stops the run. */
	int (*tick)(void *context, uint64_t blocks_done);

	void (*event)(void *context, const struct pipeline_event *event);
	void *context;
};

struct pipeline_result {
	/* of the prefix, which is everything unless stopped */
	uint64_t count, last;
	struct segment_sum sum;
	uint64_t top; /* the last number covered */

	bool stopped; /* tick asked: the above is partial */
	uint64_t nblocks, blocks_done;
	uint64_t nwaves; /* results that released more blocks */
	uint64_t nwaits; /* blocks that a free worker had to wait for */
	unsigned max_depth; /* most results that waited behind a gap */
	unsigned window;
	unsigned max_kept; /* most blocks out or waiting behind a gap */
	unsigned nworkers; /* started */
	unsigned refused; /* that the system would not start */
	unsigned crashed; /* that ended before they were told to */
	uint64_t redone; /* blocks handed out again for that reason */
	uint64_t wall_ns;
	/* Processor time that the blocks took. Time on the wall would count a
	 * worker as busy while it waits for a processor. */
	uint64_t busy_ns;
	uint64_t blocks_by[PIPELINE_MAX_WORKERS + 1]; /* 0: the caller */
};

struct pipeline_run;

struct pipeline_engine {
	const char *name;
	const char *summary;
	bool processes; /* its workers can be killed one by one */

	/* Have all blocks from 2 on searched; see below. */
	int (*run)(struct pipeline_run *run);
};

/* Every engine, in the order of pipelines/list.def; ends with NULL. */
extern const struct pipeline_engine *const pipeline_engines[];

/* The engine of that name, or NULL. */
const struct pipeline_engine *pipeline_engine_find(const char *name);

/*
 * Returns 0 with the result filled in, also when stopped; -EAGAIN when not
 * one worker could be started; -ECHILD when all have died; -ENOMEM, -EMFILE.
 */
int pipeline_engine_run(const struct pipeline_engine *engine,
	const struct pipeline_params *params, struct pipeline_result *result);

/*
 * The rest is for engines. While the run is not over, they take blocks, have
 * them searched into the slot of the block, and finish or lose them. All of
 * it from the coordinating thread, but for the search and its slot.
 */
struct pipeline_slot {
	struct pipeline_block block;
	uint64_t prefix_before;
	enum {
		PIPELINE_SLOT_FREE,
		PIPELINE_SLOT_OUT,
		PIPELINE_SLOT_LOST,
		PIPELINE_SLOT_FINISHED
	} state;

	/* written by the worker */
	struct pipeline_found found;
	uint64_t busy_ns;
};

struct pipeline_run {
	const struct pipeline_params *params;
	struct pipeline_result *result;
	struct pipeline schedule;
	struct pipeline_primes primes; /* those of the prefix, up to keep */
	uint32_t keep; /* the root of the limit: no block divides by more */
	unsigned nworkers; /* to be started; then, at work */
	unsigned nout, nlost; /* blocks */
	uint64_t waited_for;
	uint64_t start_ns, next_tick_ns;
	struct pipeline_slot *slots; /* of block n at n mod window */
};

/* Whether there is nothing more to wait for: done, or stopped by tick. */
bool pipeline_run_over(struct pipeline_run *run);

/* Call tick, if it is time for it. Returns whether to stop. */
bool pipeline_run_stopping(struct pipeline_run *run);

/* The next block for a worker (0: for any); false: none can begin now. */
bool pipeline_run_take(struct pipeline_run *run, unsigned worker,
	struct pipeline_block *block);

struct pipeline_slot *pipeline_run_slot(struct pipeline_run *run, uint64_t n);

/* Block n is finished; what it holds is in its slot. */
void pipeline_run_finish(struct pipeline_run *run, uint64_t n, unsigned worker);

/* Block n is to be done again. */
void pipeline_run_lose(struct pipeline_run *run, uint64_t n, unsigned worker);

/* Wait as long as params->hold says. From any worker. */
void pipeline_run_hold(const struct pipeline_run *run, uint64_t n);

#endif
