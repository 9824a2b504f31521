#include "cmd/gil.h"

#include "lib/clock.h"
#include "lib/gil.h"
#include "lib/must.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <stdatomic.h>

enum {
	STEPS_PER_CHECK = 200, /* of an interpreter's loop, some 200 ns */
	CHECKS_PER_LOOK = 50, /* at the time */
};

/* How many are somewhere at once, and the most there have been. */
struct crowd {
	atomic_uint now, peak;
};

struct run {
	const struct gil_plan *plan;
	struct gil gil;
	struct barrier together; /* all without a GIL, or all that wait */
	struct mutex lock;
	bool ready; /* guarded by lock: together has been made */
	struct crowd inside, waiting;
};

static void come(struct crowd *crowd)
{
	unsigned now = atomic_fetch_add(&crowd->now, 1) + 1;
	unsigned peak = atomic_load(&crowd->peak);

	while (now > peak &&
		!atomic_compare_exchange_weak(&crowd->peak, &peak, now))
		;
}

static void go(struct crowd *crowd)
{
	atomic_fetch_sub(&crowd->now, 1);
}

static void enter(struct run *run, unsigned me)
{
	if (run->plan->locked)
		gil_take(&run->gil, me);
	come(&run->inside);
}

static void leave(struct run *run, unsigned me)
{
	go(&run->inside);
	if (run->plan->locked)
		gil_release(&run->gil, me);
}

/* Between two steps: hand over, if somebody has asked. */
static void check(struct run *run, unsigned me)
{
	if (!run->plan->locked)
		return;
	if (atomic_load(&run->gil.drop_request)) {
		leave(run, me);
		enter(run, me);
	}
}

static void interpret_steps(uint64_t *state)
{
	for (int i = 0; i < STEPS_PER_CHECK; i++) {
		*state = *state * UINT64_C(6364136223846793005) + 1;
		__asm__ __volatile__("" : "+r"(*state)); /* is computed */
	}
}

/* By the thread's own processor time: waiting for a turn does not count. */
static void compute(struct run *run, unsigned me)
{
	uint64_t end = clock_thread_busy() + run->plan->work_ns;
	uint64_t state = me;

	enter(run, me);
	if (!run->plan->locked)
		barrier_wait(&run->together);
	do {
		for (int i = 0; i < CHECKS_PER_LOOK; i++) {
			interpret_steps(&state);
			check(run, me);
		}
	} while (clock_thread_busy() < end);
	leave(run, me);
}

/*
 * A blocking call, made without the GIL, as a read from a server that answers
 * all requests a while after the last has come.
 */
static void block(struct run *run, unsigned me)
{
	enter(run, me);
	leave(run, me);
	come(&run->waiting);
	barrier_wait(&run->together);
	clock_sleep(run->plan->work_ns);
	go(&run->waiting);
	enter(run, me);
	leave(run, me);
}

/* Only the team knows how many it is. */
static void prepare(struct run *run, unsigned size)
{
	mutex_lock(&run->lock);
	if (!run->ready)
		barrier_init(&run->together, size);
	run->ready = true;
	mutex_unlock(&run->lock);
}

static void member(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;

	prepare(run, size);
	if (run->plan->kind == GIL_CPU)
		compute(run, index + 1);
	else
		block(run, index + 1);
}

static void note(struct run *run, struct gil_result *result)
{
	result->handovers = gil_handovers(&run->gil);
	result->peak_inside = atomic_load(&run->inside.peak);
	result->peak_waiting = atomic_load(&run->waiting.peak);
}

int gil_measure(const struct gil_plan *plan, struct gil_result *result)
{
	struct run run = {.plan = plan};
	uint64_t start = clock_now();
	struct team *team;
	int status;

	gil_init(&run.gil);
	status = team_start(plan->nthreads, "gil", member, &run, &team);
	if (status == 0) {
		result->nthreads = team_size(team);
		team_destroy(team);
		result->wall_ns = clock_now() - start;
		note(&run, result);
		barrier_fini(&run.together);
	}
	gil_fini(&run.gil);
	return status;
}
