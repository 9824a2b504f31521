/*
 * conc portal share: threads that share a loop while they need one.
 */
#include "cmd/portal.h"
#include "lib/portal_provider.h"

#include <errno.h>

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

enum {
	NUSERS = 3
};

struct share {
	struct portal_provider provider;
	struct portal *portal; /* of who entered last; with a reference */
};

static int answer(void *arg, struct portal_answer *to)
{
	(void)arg, (void)to;
	return 0;
}

/* tag::share[] */
/* The value: is it another one than who entered before has got? */
BODY(enter)
{
	struct share *share = arg;
	struct portal *portal;
	int status = portal_provider_enter(&share->provider, &portal);

	if (status < 0)
		return status;
	value->word = portal != share->portal;
	portal_unref(share->portal);
	share->portal = portal_ref(portal);
	return portal_call(portal, answer, NULL, CLOCK_NEVER, NULL, failure);
}

/* The value: is it over? */
BODY(leave)
{
	struct share *share = arg;
	int status;

	portal_provider_leave(&share->provider);
	status = portal_call(
		share->portal, answer, NULL, CLOCK_NEVER, NULL, failure);
	value->word = status == -EPIPE;
	return status == -EPIPE ? 0 : status;
}
/* end::share[] */

/* In a thread of the pool; the steps come one after the other. */
static int take_step(const struct portal_show *show, future_fn step,
	struct share *share, bool *answered)
{
	union future_value value;
	struct future *job;
	int status = pool_submit(show->pool, step, share, &job);

	if (status == 0)
		status = portal_show_await(job, &value);
	if (status == 0)
		*answered = value.word;
	return status;
}

static int tell_enter(
	const struct portal_show *show, struct share *share, int user)
{
	bool is_new;
	int status = take_step(show, enter, share, &is_new);

	if (status == 0)
		report_item(show->report, "thread %d enters: %s", user,
			is_new ? "a loop is started" : "the same loop");
	return status;
}

static int tell_leave(
	const struct portal_show *show, struct share *share, int user)
{
	bool is_over;
	int status = take_step(show, leave, share, &is_over);

	if (status == 0)
		report_item(show->report, "thread %d leaves: %s", user,
			is_over ? "the loop has ended" : "the loop goes on");
	return status;
}

static int come_and_go(const struct portal_show *show, struct share *share)
{
	int status = tell_enter(show, share, 1);

	for (int user = 2; user <= NUSERS && status == 0; user++) {
		status = tell_enter(show, share, user);
		if (status == 0)
			status = tell_leave(show, share, user - 1);
	}
	if (status == 0)
		status = tell_leave(show, share, NUSERS);
	if (status == 0)
		status = tell_enter(show, share, 1);
	return status;
}

int portal_show_share(
	void *arg, union future_value *value, struct failure *failure)
{
	const struct portal_show *show = arg;
	struct share share = {.portal = NULL};
	int status = come_and_go(show, &share);

	(void)value, (void)failure;
	while (share.provider.nusers)
		portal_provider_leave(&share.provider);
	portal_unref(share.portal);
	return status;
}
