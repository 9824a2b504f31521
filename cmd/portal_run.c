/*
 * conc portal run: a thread that has a task run in the loop, and waits for it.
 */
#include "cmd/heartbeat.h"
#include "cmd/portal.h"

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

enum {
	BEATS_A_SECOND = 20
};

/* tag::run[] */
/* In the loop: it may wait, and others go on. */
BODY(sleep_and_answer)
{
	const struct portal_show *show = arg;

	(void)failure;
	value->word = 42;
	return task_sleep(show->second / 2);
}

/* In a thread of the pool, which is blocked meanwhile. */
BODY(run_and_wait)
{
	const struct portal_show *show = arg;
	int status = portal_run(show->portal, "answer", sleep_and_answer, arg,
		CLOCK_NEVER, value, failure);

	return status == FUTURE_FAILED ? failure->code : status;
}
/* end::run[] */

static int run_beside_heart(struct portal_show *show)
{
	struct heartbeat heart = {.tell = NULL};
	union future_value value;
	struct future *job;
	int status = heartbeat_start(
		&heart, show->loop, show->second / BEATS_A_SECOND);

	if (status == 0)
		status = pool_submit(show->pool, run_and_wait, show, &job);
	if (status == 0)
		status = portal_show_await(job, &value);
	heartbeat_stop(&heart);
	if (status < 0)
		return status;
	report_item(show->report, "the task ended, and the caller got %llu",
		(unsigned long long)value.word);
	report_item(show->report, "ticks of the loop meanwhile: %llu",
		(unsigned long long)heart.nticks);
	return 0;
}

int portal_show_run(
	void *arg, union future_value *value, struct failure *failure)
{
	struct portal_show *show = arg;
	int status = portal_open(show->portal);

	(void)value, (void)failure;
	if (status < 0)
		return status;
	status = run_beside_heart(show);
	portal_close(show->portal, status == 0 ? PORTAL_DRAIN : PORTAL_CANCEL);
	return status;
}
