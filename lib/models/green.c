/*
 * green: workers as in `threads`, but green ones. So many tasks share one
 * thread; each takes the next item when it has done one, and changes places
 * with the others where it waits or pauses. As many items wait at once as
 * there are workers, and no more.
 */
#include "lib/taskjob.h"

static int green_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	unsigned width = params->width;

	(void)model;
	if (job->max_live && job->max_live < width)
		width = job->max_live;
	return taskjob_run(job, params, TASKJOB_EACH_WORKER, width, result);
}

const struct model model_green = {
	.name = "green",
	.summary = "green threads: workers that take turns on one thread",
	.when = "a limit on what waits at once, written like threads but "
		"without locks; it computes no faster than one",
	.lesson = "21-green-threads",
	.flags = MODEL_DETERMINISTIC | MODEL_OVERLAPS_WAITS | MODEL_TAKES_TURNS,
	.run = green_run,
};
