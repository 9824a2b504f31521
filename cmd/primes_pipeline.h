/*
 * primes_pipeline - conc primes --pipeline: blocks that depend on blocks
 *
 * The command `primes` holds a struct primes_pipeline_options in its own
 * options and puts PRIMES_PIPELINE_ROWS into its table. It then calls
 * primes_pipeline_choose, in any case, and if --pipeline was given,
 * primes_pipeline_run.
 *
 * Threads:  the main one, before others exist.
 * Blocking: while it computes.
 * Memory:   the caller's.
 */
#ifndef CMD_PRIMES_PIPELINE_H
#define CMD_PRIMES_PIPELINE_H

#include "cmd/opt.h"
#include "cmd/progress.h"

#include "lib/pipeline_check.h"
#include "lib/pipeline_run.h"

enum {
	PRIMES_PIPELINE_LIMIT = 1000000, /* when none is given */
	PRIMES_PIPELINE_BLOCK = 100,
};

struct primes_pipeline_options {
	/* from the rows */
	bool on;
	uint64_t block; /* 0: PRIMES_PIPELINE_BLOCK */
	unsigned window; /* 0: some for each worker */
	unsigned crash_worker; /* 0: none */
	bool trace, check;
	struct {
		bool block, window, crash_worker, trace, check;
	} given; /* on the command line */

	/* from primes_pipeline_choose */
	uint64_t limit;
	unsigned threads;
	const char *model; /* the name of an engine */
	bool count, sum, last; /* with --quiet, which values to print */
};

/* offset: of the struct primes_pipeline_options in the command's. */
#define PRIMES_PIPELINE_FIELD(offset, name) \
	((offset) + offsetof(struct primes_pipeline_options, name))

#define PRIMES_PIPELINE_ROWS(base)                                            \
	{.name = "pipeline",                                                  \
		.kind = OPT_FLAG,                                             \
		.offset = PRIMES_PIPELINE_FIELD(base, on),                    \
		.help = "divide block by block, each when the blocks before " \
			"it that it depends on are finished; with --model "   \
			"procs, threads or async"},                           \
		{.name = "block",                                             \
			.kind = OPT_NUMBER,                                   \
			.argument = "B",                                      \
			.offset = PRIMES_PIPELINE_FIELD(base, block),         \
			.given = PRIMES_PIPELINE_FIELD(base, given.block),    \
			.min = 1,                                             \
			.default_text = "100",                                \
			.help = "with --pipeline: numbers in a block; the "   \
				"fewer, the more dependencies"},              \
		{.name = "window",                                            \
			.kind = OPT_COUNT,                                    \
			.argument = "W",                                      \
			.offset = PRIMES_PIPELINE_FIELD(base, window),        \
			.given = PRIMES_PIPELINE_FIELD(base, given.window),   \
			.min = 1,                                             \
			.max = PIPELINE_MAX_WINDOW,                           \
			.default_text = "4 for each worker",                  \
			.help = "with --pipeline: the most blocks that are "  \
				"being done or wait for one before them"},    \
		{.name = "trace",                                             \
			.kind = OPT_FLAG,                                     \
			.offset = PRIMES_PIPELINE_FIELD(base, trace),         \
			.given = PRIMES_PIPELINE_FIELD(base, given.trace),    \
			.help = "with --pipeline: print a line for each "     \
				"block as it is finished"},                   \
		{.name = "check",                                             \
			.kind = OPT_FLAG,                                     \
			.offset = PRIMES_PIPELINE_FIELD(base, check),         \
			.given = PRIMES_PIPELINE_FIELD(base, given.check),    \
			.help = "with --pipeline: check that no block is "    \
				"begun too early or twice, and the result "   \
				"by a plain sieve"},                          \
	{                                                                     \
		.name = "crash-worker", .kind = OPT_COUNT, .argument = "K",   \
		.offset = PRIMES_PIPELINE_FIELD(base, crash_worker),          \
		.given = PRIMES_PIPELINE_FIELD(base, given.crash_worker),     \
		.min = 1, .max = PIPELINE_MAX_WORKERS,                        \
		.help = "with --pipeline --model procs: worker K kills "      \
			"itself in the middle of its second block",           \
	}

struct primes_options;

/*
 * Take over what the pipeline needs of the command's other options, and
 * refuse what makes no sense together, also the options of the pipeline
 * without it, if the command line has them; other settings are left alone.
 * Returns 0, or EXIT_USAGE after saying why.
 */
int primes_pipeline_choose(struct primes_options *chosen, bool limit_given);

/* Run, print, and return an exit code. */
int primes_pipeline_run(const struct primes_pipeline_options *options);

/* The rest is shared by the files of primes_pipeline only. */
struct primes_pipeline {
	const struct primes_pipeline_options *options;
	const struct pipeline_engine *engine;
	struct pipeline_params params;
	struct pipeline_result result;
	struct pipeline_check check;
	struct json *json; /* NULL: text */
	struct progress progress;
	uint64_t nlost;
	const char *fault; /* that the check has found, or NULL */
	const char *error; /* why the run failed, or NULL */
};

void primes_pipeline_print_begin(struct primes_pipeline *pipeline);
void primes_pipeline_print_event(const struct primes_pipeline *pipeline,
	const struct pipeline_event *event);
void primes_pipeline_print_end(const struct primes_pipeline *pipeline);

#endif
