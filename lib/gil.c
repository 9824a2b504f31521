#include "lib/gil.h"

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/roster.h"

#include <errno.h>

void gil_init(struct gil *gil)
{
	*gil = (struct gil){0};
	mutex_init(&gil->lock, MUTEX_PRIVATE);
	cond_init(&gil->released);
	cond_init(&gil->switched);
}

void gil_fini(struct gil *gil)
{
	must(!gil->held);
	cond_fini(&gil->switched);
	cond_fini(&gil->released);
	mutex_fini(&gil->lock);
}

/* Relaxed: the lock orders all; the table of tasks shows a moment. */
static void set_owner(struct gil *gil, pid_t owner)
{
	atomic_store_explicit(&gil->owner, owner, memory_order_relaxed);
}

/* tag::gil-take[] */
void gil_take(struct gil *gil, unsigned me)
{
	struct roster_task *task = roster_self();

	mutex_lock(&gil->lock);
	roster_wait_begin(task,
		&(struct roster_wait){"gil", gil, &gil->owner, CLOCK_NEVER});
	while (gil->held) {
		uint64_t seen = gil->nswitches;
		uint64_t deadline = clock_now() + GIL_INTERVAL_NS;

		/* A switch meanwhile gives the new holder its own interval. */
		if (cond_wait(&gil->released, &gil->lock, deadline) ==
				-ETIMEDOUT &&
			gil->held && gil->nswitches == seen)
			atomic_store(&gil->drop_request, true);
	}
	roster_wait_end(task);
	gil->held = true;
	set_owner(gil, sync_self());
	if (gil->last_holder != me) {
		gil->last_holder = me;
		gil->nswitches++;
		cond_broadcast(&gil->switched);
	}
	atomic_store(&gil->drop_request, false);
	mutex_unlock(&gil->lock);
}
/* end::gil-take[] */

/*
 * Without the second wait the releasing thread would mostly win the lock back
 * before the one that asked has even woken up. It does not hang: who asked
 * stays in gil_take until it has the lock.
 */
void gil_release(struct gil *gil, unsigned me)
{
	mutex_lock(&gil->lock);
	must(gil->held && gil->last_holder == me);
	gil->held = false;
	set_owner(gil, 0);
	cond_signal(&gil->released);
	while (atomic_load(&gil->drop_request) && gil->last_holder == me)
		cond_wait(&gil->switched, &gil->lock, CLOCK_NEVER);
	mutex_unlock(&gil->lock);
}

void gil_check(struct gil *gil, unsigned me)
{
	if (!atomic_load(&gil->drop_request))
		return;
	gil_release(gil, me);
	gil_take(gil, me);
}

/* The first taker took over from nobody. */
uint64_t gil_handovers(struct gil *gil)
{
	uint64_t n;

	mutex_lock(&gil->lock);
	n = gil->nswitches ? gil->nswitches - 1 : 0;
	mutex_unlock(&gil->lock);
	return n;
}
