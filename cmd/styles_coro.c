/*
 * Coroutines: a site is a function that reads from top to bottom. Where it
 * waits, it gives up execution, and its variables stay where they are.
 */
#include "cmd/styles.h"

#include "lib/task_group.h"

struct visit {
	struct styles_job *job;
	const struct styles_site *site;
};

/* tag::coro[] */
static int visit_site(
	void *arg, union future_value *value, struct failure *failure)
{
	const struct visit *visit = arg;
	int status;

	(void)value, (void)failure;
	styles_say_asked(visit->job, visit->site);
	status = task_sleep(visit->site->answer_ns);
	if (status < 0)
		return status;
	styles_say_answered(visit->job, visit->site);
	status = task_sleep(visit->site->read_ns);
	if (status < 0)
		return status;
	styles_say_read(visit->job, visit->site);
	return 0;
}
/* end::coro[] */

static void keep_first(const struct failure *failure, void *arg)
{
	struct styles_job *job = arg;

	if (!job->error)
		job->error = failure->code;
}

static int visit_all(
	void *arg, union future_value *value, struct failure *failure)
{
	struct styles_job *job = arg;
	struct visit visits[STYLES_NSITES];
	struct task_group group;
	int status = task_group_begin(&group);

	(void)value, (void)failure;
	for (int i = 0; i < STYLES_NSITES && status == 0; i++) {
		visits[i] = (struct visit){job, &styles_sites[i]};
		status = task_group_spawn(
			&group, styles_sites[i].name, visit_site, &visits[i]);
	}
	status = task_group_end(&group, status, keep_first, job);
	if (status == 0)
		styles_say_total(job);
	return status == FUTURE_FAILED ? job->error : status;
}

static int run(struct styles_job *job)
{
	struct tasks *tasks;
	struct failure failure;
	int status = tasks_create(job->loop, &tasks);

	if (status < 0)
		return status;
	status = tasks_run(tasks, "main", visit_all, job, NULL, &failure);
	tasks_destroy(tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

const struct style style_coro = {
	.name = "coro",
	.summary = "coroutines: each site is a function that waits",
	.seen = "The turns show tasks: each runs until it waits, and goes on "
		"where it was.",
	.why = "Order is the order of lines, variables stay on the stack, and "
	       "a failure is returned.",
	.run = run,
};
