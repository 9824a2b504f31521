#include "cmd/primes_pipeline.h"

#include "cmd/exit.h"
#include "cmd/global.h"
#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"

#include "lib/model.h"
#include "lib/works/primes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void report_lost(
	struct primes_pipeline *pipeline, const struct pipeline_event *event)
{
	pipeline->nlost++;
	msg_warning("worker %u died over block %" PRIu64
		    "; it is done again by another",
		event->worker, event->block.number);
}

static void on_event(void *context, const struct pipeline_event *event)
{
	struct primes_pipeline *pipeline = context;
	struct pipeline_check *check = &pipeline->check;
	uint64_t n = event->block.number;

	if (event->kind == PIPELINE_LOST)
		report_lost(pipeline, event);
	if (pipeline->options->trace)
		primes_pipeline_print_event(pipeline, event);
	if (n == 1) /* now workers are forked, each with a copy of the buffer */
		fflush(stdout);
	if (!pipeline->options->check)
		return;
	if (event->kind == PIPELINE_HANDED_OUT)
		pipeline_check_handed_out(check, n);
	else if (event->kind == PIPELINE_LOST)
		pipeline_check_lost(check, n);
	else
		pipeline_check_finished(check, n, event->prefix);
}

/* A trace moves all the time, and needs no other sign of life. */
static int on_tick(void *context, uint64_t blocks_done)
{
	struct primes_pipeline *pipeline = context;

	if (!pipeline->options->trace)
		progress_update(&pipeline->progress, blocks_done,
			pipeline->result.nblocks);
	return interrupt_requested();
}

static int stop_if_interrupted(void *context, uint64_t items_done)
{
	(void)context, (void)items_done;
	return interrupt_requested();
}

/* One sieve, one thread: nothing that could go wrong in the same way. */
static int sieve_plainly(uint64_t top, struct model_result *result)
{
	const struct primes_request request = {
		.hi = top,
		.kind = sieve_find("segmented"),
		.wants = PRIMES_SUM,
		.nworkers = 1,
		.plan_nthreads = 1,
	};
	const struct model_params params = {
		.width = 1, .tick = stop_if_interrupted};
	struct job job;
	int status = primes_open(&job, &request);

	if (status < 0)
		return status;
	status = model_run(model_find("seq"), &job, &params, result);
	job_close(&job);
	return status;
}

static bool same_as_sieve(
	const struct pipeline_result *result, const struct tally *sieved)
{
	struct segment_sum sum = primes_sum(sieved);

	return result->count == primes_count(sieved) &&
	       result->last == primes_last(sieved) &&
	       result->sum.low == sum.low && result->sum.high == sum.high;
}

static const char *find_fault(const struct primes_pipeline *pipeline)
{
	const struct pipeline_result *result = &pipeline->result;
	struct model_result sieved;

	if (pipeline->check.fault)
		return pipeline->check.fault;
	if (sieve_plainly(result->top, &sieved) < 0)
		return "there was no memory for the sieve to compare with";
	if (!sieved.stopped && !same_as_sieve(result, &sieved.total))
		return "a plain sieve has another result";
	return NULL;
}

static void report_fault(const struct primes_pipeline *pipeline)
{
	if (pipeline->check.fault)
		msg_error("the check failed: block %" PRIu64 " was %s",
			pipeline->check.fault_block, pipeline->fault);
	else
		msg_error("the check failed: %s", pipeline->fault);
	msg_hint("try '--trace' to see in which order things happened");
}

static void report_workers(const struct primes_pipeline *pipeline)
{
	const struct pipeline_result *result = &pipeline->result;
	unsigned victim = pipeline->options->crash_worker;

	if (result->refused)
		msg_warning("the system refused %u of %u workers; the others "
			    "do the work",
			result->refused, result->refused + result->nworkers);
	if (result->crashed > pipeline->nlost)
		msg_warning("%" PRIu64 " idle workers died",
			result->crashed - pipeline->nlost);
	if (victim && !result->crashed && !result->stopped)
		msg_warning(
			"worker %u never had a second block to die in", victim);
	if (result->stopped)
		msg_warning("interrupted: the result is partial, up to %" PRIu64
			    ", %" PRIu64 " of %" PRIu64 " blocks",
			result->top, result->blocks_done, result->nblocks);
}

static const char *name_error(int status)
{
	switch (status) {
	case -ECHILD:
		return "all workers died";
	case -EAGAIN:
		return "the system refused to start even one worker";
	default:
		return strerror(-status);
	}
}

static void report_error(const struct primes_pipeline *pipeline, int status)
{
	msg_error("the pipeline failed after %" PRIu64 " of %" PRIu64
		  " blocks: %s",
		pipeline->result.blocks_done, pipeline->result.nblocks,
		pipeline->error);
	if (status == -ECHILD && pipeline->options->crash_worker)
		msg_hint("try '--threads 2', so that one is left");
	else if (status == -ECHILD)
		msg_hint("try '--model threads', whose workers cannot be "
			 "killed one by one");
	else
		msg_hint("try fewer '--threads', or a smaller '--window'");
}

/* Returns an exit code. */
static int run(struct primes_pipeline *pipeline)
{
	int status;

	interrupt_catch();
	primes_pipeline_print_begin(pipeline);
	progress_start(&pipeline->progress, "primes");
	status = pipeline_engine_run(
		pipeline->engine, &pipeline->params, &pipeline->result);
	progress_stop(&pipeline->progress);
	if (status < 0)
		pipeline->error = name_error(status);
	else if (pipeline->options->check)
		pipeline->fault = find_fault(pipeline);
	primes_pipeline_print_end(pipeline);
	report_workers(pipeline);
	if (pipeline->error)
		report_error(pipeline, status);
	if (pipeline->fault)
		report_fault(pipeline);
	return pipeline->error   ? EXIT_REFUSED
	       : pipeline->fault ? EXIT_NO
				 : EXIT_GOOD;
}

static struct pipeline_params make_params(
	const struct primes_pipeline_options *options)
{
	return (struct pipeline_params){
		.limit = options->limit,
		.block_size = options->block ? options->block
					     : PRIMES_PIPELINE_BLOCK,
		.nworkers = options->threads,
		.window = options->window ? options->window
					  : options->threads *
						    PIPELINE_WINDOW_PER_WORKER,
		.crash_worker = options->crash_worker,
		.tick = on_tick,
		.event = on_event,
	};
}

int primes_pipeline_run(const struct primes_pipeline_options *options)
{
	struct json json;
	struct primes_pipeline pipeline = {
		.options = options,
		.engine = pipeline_engine_find(options->model),
		.params = make_params(options),
		.json = global.json ? &json : NULL,
	};
	int status;

	pipeline.params.context = &pipeline;
	if (pipeline_check_init(&pipeline.check, pipeline.params.limit,
		    pipeline.params.block_size, pipeline.params.window) < 0) {
		msg_error("not enough memory for a window of %u blocks",
			pipeline.params.window);
		msg_hint("try '--window 64'");
		return EXIT_REFUSED;
	}
	status = run(&pipeline);
	pipeline_check_fini(&pipeline.check);
	return status;
}
