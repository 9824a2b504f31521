#include "lib/pipeline.h"

#include "lib/isqrt.h"
#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>

uint64_t pipeline_reach(uint64_t known)
{
	if (known >= UINT32_MAX)
		return UINT64_MAX;
	return (known + 1) * (known + 1) - 1;
}

/* Rounds up; ordinary division would put (0 - 1) / B + 1 at 1. */
static uint64_t blocks_holding(uint64_t block_size, uint64_t number)
{
	return number ? (number - 1) / block_size + 1 : 0;
}

/* Block n begins at or below the limit, so only its end can overflow. */
uint64_t pipeline_top(const struct pipeline *pipeline, uint64_t n)
{
	uint64_t below;

	if (n == 0)
		return 0;
	below = (n - 1) * pipeline->block_size;
	if (pipeline->limit - below < pipeline->block_size)
		return pipeline->limit;
	return below + pipeline->block_size;
}

struct pipeline_block pipeline_block(
	const struct pipeline *pipeline, uint64_t n)
{
	uint64_t high = pipeline_top(pipeline, n);

	must(n >= 1 && n <= pipeline->nblocks);
	return (struct pipeline_block){
		.number = n,
		.low = (n - 1) * pipeline->block_size + 1,
		.high = high,
		.needs = n == 1 ? 0
				: blocks_holding(
					  pipeline->block_size, isqrt(high)),
	};
}

/* tag::release[] */
static void release(struct pipeline *pipeline)
{
	uint64_t known = pipeline_top(pipeline, pipeline->prefix);
	uint64_t reach = pipeline_reach(known);

	if (reach >= pipeline->limit)
		pipeline->released = pipeline->nblocks;
	else
		pipeline->released = reach / pipeline->block_size;
	if (pipeline->released == 0 && pipeline->nblocks > 0)
		pipeline->released = 1; /* block 1 depends on none */
}
/* end::release[] */

int pipeline_init(struct pipeline *pipeline, uint64_t limit,
	uint64_t block_size, unsigned window)
{
	must(block_size > 0 && window > 0);
	*pipeline = (struct pipeline){
		.limit = limit,
		.block_size = block_size,
		.nblocks = blocks_holding(block_size, limit),
		.window = window,
		.finished = calloc(window, sizeof(bool)),
	};
	if (!pipeline->finished)
		return -ENOMEM;
	release(pipeline);
	return 0;
}

void pipeline_fini(struct pipeline *pipeline)
{
	free(pipeline->finished);
	pipeline->finished = NULL;
}

enum pipeline_state pipeline_state(const struct pipeline *pipeline)
{
	if (pipeline->prefix == pipeline->nblocks)
		return PIPELINE_DONE;
	if (pipeline->handed_out == pipeline->nblocks)
		return PIPELINE_OUT;
	if (pipeline->handed_out == pipeline->released)
		return PIPELINE_DEPENDS;
	if (pipeline->handed_out - pipeline->prefix == pipeline->window)
		return PIPELINE_FULL;
	return PIPELINE_READY;
}

bool pipeline_next(struct pipeline *pipeline, struct pipeline_block *block)
{
	if (pipeline_state(pipeline) != PIPELINE_READY)
		return false;
	*block = pipeline_block(pipeline, ++pipeline->handed_out);
	return true;
}

static bool *finished(struct pipeline *pipeline, uint64_t n)
{
	return &pipeline->finished[n % pipeline->window];
}

uint64_t pipeline_result(struct pipeline *pipeline, uint64_t n)
{
	uint64_t released = pipeline->released;

	must(n > pipeline->prefix && n <= pipeline->handed_out);
	must(!*finished(pipeline, n));
	*finished(pipeline, n) = true;
	pipeline->nearly++;
	while (pipeline->nearly && *finished(pipeline, pipeline->prefix + 1)) {
		*finished(pipeline, ++pipeline->prefix) = false;
		pipeline->nearly--;
	}
	release(pipeline);
	if (pipeline->released > released)
		pipeline->nwaves++;
	return pipeline->released - released;
}
