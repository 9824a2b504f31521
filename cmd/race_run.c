#include "cmd/race.h"

#include "lib/clock.h"
#include "lib/team.h"

#include <sched.h>
#include <stdatomic.h>

struct run {
	enum race_mode mode;
	uint64_t n;
	struct race_counter counter;
	atomic_uint narrived;
};

static void add_atomically(struct race_counter *counter, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		atomic_fetch_add(&counter->atomic, 1);
}

static void add_locked(struct race_counter *counter, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		mutex_lock(&counter->lock);
		counter->guarded++;
		mutex_unlock(&counter->lock);
	}
}

static void (*const add[RACE_NMODES])(struct race_counter *, uint64_t) = {
	[RACE_NONE] = race_add_unsynchronised,
	[RACE_ATOMIC] = add_atomically,
	[RACE_MUTEX] = add_locked,
};

/*
 * Who is woken from sleep starts late, and the first might be done before the
 * last begins: they would not overlap. So they come together awake.
 */
static void start_together(struct run *run, unsigned size)
{
	atomic_fetch_add(&run->narrived, 1);
	while (atomic_load(&run->narrived) < size)
		sched_yield();
}

static void add_all(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;

	(void)index;
	start_together(run, size);
	add[run->mode](&run->counter, run->n);
}

static uint64_t total(struct race_counter *counter)
{
	return counter->plain + atomic_load(&counter->atomic) +
	       counter->guarded;
}

int race_run(enum race_mode mode, unsigned nthreads, uint64_t n,
	struct race_result *result)
{
	struct run run = {.mode = mode, .n = n};
	uint64_t start = clock_now();
	struct team *team;
	int status = team_start(nthreads, "race", add_all, &run, &team);

	if (status < 0)
		return status;
	result->nthreads = team_size(team);
	team_destroy(team);
	result->wall_ns = clock_now() - start;
	result->expected = result->nthreads * n;
	result->got = total(&run.counter);
	return 0;
}
