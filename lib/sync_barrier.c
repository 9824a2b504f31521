#include "lib/sync.h"

#include <errno.h>

#include "lib/must.h"

void barrier_init(struct barrier *barrier, unsigned nthreads)
{
	must(nthreads > 0);
	*barrier = (struct barrier){.nthreads = nthreads};
	must_zero(mutex_init(&barrier->lock, MUTEX_PRIVATE));
	cond_init(&barrier->turned);
}

void barrier_fini(struct barrier *barrier)
{
	must(barrier->narrived == 0);
	cond_fini(&barrier->turned);
	mutex_fini(&barrier->lock);
}

/* One that has arrived and waits; it lies in the frame of its wait. */
struct barrier_waiter {
	struct barrier_waiter *next;
	bool turned;
	int result;
};

/* Let go of all who have arrived, and say why. */
static void barrier_turn(struct barrier *barrier, int result)
{
	for (struct barrier_waiter *waiter = barrier->waiters; waiter;
		waiter = waiter->next) {
		waiter->result = result;
		waiter->turned = true;
	}
	barrier->waiters = NULL;
	barrier->narrived = 0;
	cond_broadcast(&barrier->turned);
}

static void barrier_break(struct barrier *barrier)
{
	barrier->broken = true;
	if (barrier->narrived > 0)
		barrier_turn(barrier, -ECANCELED);
}

/* Who gives up breaks it: the others would wait for ever. */
static int barrier_sleep(struct barrier *barrier, uint64_t deadline_ns)
{
	struct barrier_waiter me = {.next = barrier->waiters};
	struct roster_task *task = roster_self();
	int error = 0;

	barrier->waiters = &me;
	roster_wait_begin(task,
		&(struct roster_wait){"barrier", barrier, NULL, deadline_ns});
	while (!me.turned && !error)
		error = cond_wait(
			&barrier->turned, &barrier->lock, deadline_ns);
	roster_wait_end(task);
	if (me.turned)
		return me.result;
	barrier_break(barrier);
	return error;
}

int barrier_wait_until(struct barrier *barrier, uint64_t deadline_ns)
{
	int result;

	mutex_lock(&barrier->lock);
	if (barrier->broken) {
		result = -ECANCELED;
	} else if (++barrier->narrived == barrier->nthreads) {
		barrier_turn(barrier, 0);
		result = 1;
	} else {
		result = barrier_sleep(barrier, deadline_ns);
	}
	mutex_unlock(&barrier->lock);
	return result;
}

int barrier_wait(struct barrier *barrier)
{
	return barrier_wait_until(barrier, CLOCK_NEVER);
}

void barrier_abort(struct barrier *barrier)
{
	mutex_lock(&barrier->lock);
	barrier_break(barrier);
	mutex_unlock(&barrier->lock);
}

void barrier_reset(struct barrier *barrier)
{
	mutex_lock(&barrier->lock);
	barrier_break(barrier);
	barrier->broken = false;
	mutex_unlock(&barrier->lock);
}
