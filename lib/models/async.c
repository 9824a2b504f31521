/*
 * async: one thread and a task for each item. A task gives up execution
 * instead of blocking; the loop chooses what runs next, from the front of the
 * ready list; who sleeps comes back to its end when its time has come. Waiting
 * overlaps, computing does not.
 */
#include "lib/taskjob.h"

enum {
	MAX_LIVE = 10000 /* tasks at once, unless the job wants fewer */
};

static int async_run(const struct model *model, const struct job *job,
	const struct model_params *params, struct model_result *result)
{
	(void)model;
	return taskjob_run(job, params, TASKJOB_EACH_ITEM,
		job->max_live ? job->max_live : MAX_LIVE, result);
}

const struct model model_async = {
	.name = "async",
	.summary = "one thread, one task for each item",
	.when = "work that mostly waits, thousands of items at once: no locks, "
		"but one long computation holds up all",
	.lesson = "22-event-loop",
	.flags = MODEL_DETERMINISTIC | MODEL_OVERLAPS_WAITS,
	.run = async_run,
};
