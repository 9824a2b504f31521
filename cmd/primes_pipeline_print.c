#include "cmd/primes_pipeline.h"

#include "cmd/global.h"
#include "cmd/json.h"
#include "cmd/primes.h"

#include "lib/clock.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	ORDINAL_SIZE = 16,
	WORKERS_SHOWN = 64 /* more would not be read */
};

static double seconds(uint64_t ns)
{
	return (double)ns / (double)CLOCK_NS_PER_S;
}

static double speedup(const struct pipeline_result *result)
{
	return result->wall_ns
		       ? (double)result->busy_ns / (double)result->wall_ns
		       : 1;
}

static const char *ordinal(unsigned n, char text[ORDINAL_SIZE])
{
	static const char *const endings[] = {"th", "st", "nd", "rd"};
	bool teen = n / 10 % 10 == 1;

	snprintf(text, ORDINAL_SIZE, "%u%s", n,
		endings[teen || n % 10 > 3 ? 0 : n % 10]);
	return text;
}

static void print_trace(const struct pipeline_event *event)
{
	const struct pipeline_block *block = &event->block;
	char text[ORDINAL_SIZE];

	printf("t=%.4f w%u block %" PRIu64 " [%" PRIu64 "..%" PRIu64 "] ",
		seconds(event->time_ns), event->worker, block->number,
		block->low, block->high);
	if (event->kind == PIPELINE_LOST) {
		puts("lost with its worker");
		return;
	}
	if (block->needs)
		printf("needs 1..%" PRIu64 " (prefix=%" PRIu64 ")",
			block->needs, event->prefix_before);
	else
		printf("needs none");
	printf(" -> %" PRIu64 " %s", event->nprimes,
		event->nprimes == 1 ? "prime" : "primes");
	if (event->gap)
		printf(", arrived %s before %" PRIu64,
			ordinal(event->depth, text), event->gap);
	putchar('\n');
}

static void print_json_trace(
	struct json *json, const struct pipeline_event *event)
{
	const struct pipeline_block *block = &event->block;
	bool lost = event->kind == PIPELINE_LOST;

	json_object(json, NULL);
	json_string(json, "event", lost ? "lost" : "finished");
	json_real(json, "seconds", seconds(event->time_ns), 6);
	json_uint(json, "worker", event->worker);
	json_uint(json, "block", block->number);
	json_uint(json, "low", block->low);
	json_uint(json, "high", block->high);
	json_uint(json, "needs", block->needs);
	if (!lost) {
		json_uint(json, "prefix", event->prefix_before);
		json_uint(json, "primes", event->nprimes);
		json_uint(json, "depth", event->depth);
	}
	if (event->gap)
		json_uint(json, "before", event->gap);
	json_end(json);
}

/* A block that is handed out shows in the line of its end. */
void primes_pipeline_print_event(const struct primes_pipeline *pipeline,
	const struct pipeline_event *event)
{
	if (event->kind == PIPELINE_HANDED_OUT)
		return;
	if (pipeline->json)
		print_json_trace(pipeline->json, event);
	else
		print_trace(event);
}

void primes_pipeline_print_begin(struct primes_pipeline *pipeline)
{
	struct json *json = pipeline->json;

	if (!json)
		return;
	json_begin(json, stdout, "conc.primes.pipeline");
	json_uint(json, "limit", pipeline->params.limit);
	json_uint(json, "block_size", pipeline->params.block_size);
	json_uint(json, "window", pipeline->params.window);
	json_string(json, "model", pipeline->engine->name);
	if (pipeline->options->trace)
		json_array(json, "trace");
}

static void print_json_result(
	struct json *json, const struct pipeline_result *result)
{
	char text[PRIMES_DECIMAL_SIZE];

	json_uint(json, "count", result->count);
	if (result->last)
		json_uint(json, "last", result->last);
	else
		json_null(json, "last");
	json_string(json, "sum", primes_format_sum(result->sum, text));
	json_bool(json, "partial", result->blocks_done < result->nblocks);
	json_uint(json, "top", result->top);
	json_uint(json, "blocks", result->nblocks);
	json_uint(json, "blocks_done", result->blocks_done);
	json_real(json, "seconds", seconds(result->wall_ns), 6);
	json_real(json, "busy_seconds", seconds(result->busy_ns), 6);
	json_real(json, "speedup", speedup(result), 3);
	json_uint(json, "waves", result->nwaves);
	json_uint(json, "waits", result->nwaits);
	json_uint(json, "max_out_of_order", result->max_depth);
	json_uint(json, "max_kept", result->max_kept);
}

static void print_json_workers(
	struct json *json, const struct primes_pipeline *pipeline)
{
	const struct pipeline_result *result = &pipeline->result;

	json_uint(json, "workers_wanted", pipeline->options->threads);
	json_uint(json, "workers", result->nworkers);
	json_uint(json, "workers_refused", result->refused);
	json_uint(json, "workers_crashed", result->crashed);
	json_uint(json, "blocks_redone", result->redone);
	json_array(json, "blocks_by_worker");
	for (unsigned i = 0; i <= result->nworkers; i++)
		json_uint(json, NULL, result->blocks_by[i]);
	json_end(json);
}

static void print_json(const struct primes_pipeline *pipeline)
{
	struct json *json = pipeline->json;

	if (pipeline->options->trace)
		json_end(json);
	print_json_result(json, &pipeline->result);
	print_json_workers(json, pipeline);
	if (pipeline->options->check && !pipeline->error)
		json_string(json, "check",
			pipeline->fault ? pipeline->fault : "good");
	if (pipeline->error)
		json_string(json, "error", pipeline->error);
	json_finish(json);
}

static void print_workers(const struct pipeline_result *result)
{
	printf("blocks per worker:");
	for (unsigned i = 0; i <= result->nworkers && i <= WORKERS_SHOWN; i++)
		printf(" w%u %" PRIu64, i, result->blocks_by[i]);
	puts(result->nworkers > WORKERS_SHOWN ? " ..." : "");
}

static void print_how(const struct primes_pipeline *pipeline)
{
	const struct pipeline_result *result = &pipeline->result;

	printf("by: %" PRIu64 " block%s of %" PRIu64
	       ", model %s, workers %u, window %u\n",
		result->nblocks, result->nblocks == 1 ? "" : "s",
		pipeline->params.block_size, pipeline->engine->name,
		result->nworkers, result->window);
	printf("waves: %" PRIu64 " results released further blocks\n",
		result->nwaves);
	printf("waits: a free worker waited for the dependency of %" PRIu64
	       " blocks\n",
		result->nwaits);
	printf("out of order: at most %u results waited for one before them\n",
		result->max_depth);
	print_workers(result);
	printf("speed-up: %.2f, processor time of all blocks %.4f s against "
	       "time %.4f s\n",
		speedup(result), seconds(result->busy_ns),
		seconds(result->wall_ns));
	if (result->crashed)
		printf("workers that died: %u, blocks done again: %" PRIu64
		       "\n",
			result->crashed, result->redone);
}

static void print_result(const struct pipeline_result *result)
{
	const char *partial =
		result->blocks_done < result->nblocks ? " (partial)" : "";
	char text[PRIMES_DECIMAL_SIZE];

	printf("primes from 0 to %" PRIu64 ": %" PRIu64 "%s\n", result->top,
		result->count, partial);
	if (result->last)
		printf("last prime: %" PRIu64 "%s\n", result->last, partial);
	else
		printf("last prime: none%s\n", partial);
	printf("sum: %s%s\n", primes_format_sum(result->sum, text), partial);
}

/* The values that were asked for, bare, or else the count. */
static void print_quietly(const struct primes_pipeline_options *options,
	const struct pipeline_result *result)
{
	char text[PRIMES_DECIMAL_SIZE];

	if (options->count || !(options->sum || options->last))
		printf("%" PRIu64 "\n", result->count);
	if (options->sum)
		puts(primes_format_sum(result->sum, text));
	if (options->last && result->last)
		printf("%" PRIu64 "\n", result->last);
	else if (options->last)
		puts("none");
}

void primes_pipeline_print_end(const struct primes_pipeline *pipeline)
{
	if (pipeline->json) {
		print_json(pipeline);
	} else if (pipeline->error) {
		return;
	} else if (global.quiet) {
		print_quietly(pipeline->options, &pipeline->result);
	} else {
		print_result(&pipeline->result);
		print_how(pipeline);
		if (pipeline->options->check && !pipeline->fault)
			puts("check: good, and a plain sieve agrees");
	}
}
