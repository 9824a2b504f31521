#include "lib/portal.h"

#include <errno.h>
#include <stdlib.h>

struct portal_starting {
	struct future *said;
	portal_start_fn fn;
	void *arg;
};

void portal_say_started(
	struct portal_starting *starting, union future_value value)
{
	future_set(starting->said, value);
}

static void end_starting(struct portal_starting *starting)
{
	future_cancel(starting->said); /* unless it has been said */
	future_unref(starting->said);
	free(starting);
}

/* A task of a portal's always begins, and so always gets to the end here. */
static int start(void *arg, union future_value *value, struct failure *failure)
{
	struct portal_starting *starting = arg;
	int status = starting->fn(starting->arg, starting, value, failure);

	end_starting(starting);
	return status;
}

static int new_starting(
	portal_start_fn fn, void *arg, struct portal_starting **result)
{
	struct portal_starting *starting = malloc(sizeof(*starting));

	if (!starting)
		return -ENOMEM;
	*starting = (struct portal_starting){.fn = fn, .arg = arg};
	if (future_create(&starting->said) < 0) {
		free(starting);
		return -ENOMEM;
	}
	*result = starting;
	return 0;
}

static int await_start(struct future *said, struct future *task,
	union future_value *value, struct failure *failure)
{
	int status = future_result(said, CLOCK_NEVER, value, NULL);

	if (status == 0)
		return 0;
	status = future_result(task, CLOCK_NEVER, NULL, failure);
	return status == 0 ? -EPROTO : status;
}

int portal_start(struct portal *portal, const char *name, portal_start_fn fn,
	void *arg, union future_value *said, struct future **result,
	struct failure *failure)
{
	struct portal_starting *starting;
	struct future *begun, *task;
	int status = new_starting(fn, arg, &starting);

	if (status < 0)
		return status;
	begun = future_ref(starting->said);
	status = portal_spawn(portal, name, start, starting, &task);
	if (status < 0) {
		end_starting(starting);
		future_unref(begun);
		return status;
	}
	status = await_start(begun, task, said, failure);
	future_unref(begun);
	if (status == 0 && result)
		*result = task;
	else
		future_unref(task);
	return status;
}
