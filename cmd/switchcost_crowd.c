/* What it means to have one thread, ten, a hundred, a thousand. */
#include "cmd/switchcost.h"

#include "lib/clock.h"
#include "lib/sync.h"
#include "lib/team.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

struct crowd {
	uint64_t nhops, work_ns;
	struct semaphore *tokens; /* member i waits for the i-th */
	struct barrier barrier;
	struct mutex lock;
	bool ready; /* guarded by lock: the barrier has been made */
	struct crowd_result *result; /* by member 0, between barriers */
};

static struct rusage usage_now(void)
{
	struct rusage usage = {0};

	getrusage(RUSAGE_SELF, &usage);
	return usage;
}

static uint64_t rounds_of(const struct crowd *crowd, unsigned size)
{
	return crowd->nhops / size ? crowd->nhops / size : 1;
}

/* The token begins at member 0 and comes back to it in the end. */
static void pass_token(struct crowd *crowd, unsigned me, unsigned size)
{
	for (uint64_t i = rounds_of(crowd, size); i; i--) {
		if (me)
			semaphore_wait(&crowd->tokens[me], CLOCK_NEVER);
		semaphore_post(&crowd->tokens[(me + 1) % size]);
		if (!me)
			semaphore_wait(&crowd->tokens[0], CLOCK_NEVER);
	}
}

/* An equal share of the work, by the thread's own processor time. */
static void work(struct crowd *crowd, unsigned size)
{
	uint64_t end = clock_thread_busy() + crowd->work_ns / size;

	while (clock_thread_busy() < end)
		;
}

/* Everybody is ready, and nobody has begun. */
static bool meet(struct crowd *crowd, unsigned me)
{
	barrier_wait(&crowd->barrier);
	return me == 0;
}

static void prepare(struct crowd *crowd, unsigned size)
{
	mutex_lock(&crowd->lock);
	if (!crowd->ready)
		barrier_init(&crowd->barrier, size);
	crowd->ready = true;
	mutex_unlock(&crowd->lock);
}

static void member(void *arg, unsigned me, unsigned size)
{
	struct crowd *crowd = arg;
	struct crowd_result *result = crowd->result;
	struct rusage before = {0};
	uint64_t start = 0;

	prepare(crowd, size);
	if (meet(crowd, me)) {
		before = usage_now();
		start = clock_now();
	}
	pass_token(crowd, me, size);
	if (me == 0) {
		result->nhops = rounds_of(crowd, size) * size;
		result->hops_ns = clock_now() - start;
		result->voluntary =
			(uint64_t)(usage_now().ru_nvcsw - before.ru_nvcsw);
	}
	if (meet(crowd, me)) {
		before = usage_now();
		start = clock_now();
	}
	work(crowd, size);
	if (meet(crowd, me)) {
		result->work_wall_ns = clock_now() - start;
		result->involuntary =
			(uint64_t)(usage_now().ru_nivcsw - before.ru_nivcsw);
	}
}

int crowd_measure(unsigned nthreads, uint64_t nhops, uint64_t work_ns,
	struct crowd_result *result)
{
	struct crowd crowd = {
		.nhops = nhops, .work_ns = work_ns, .result = result};
	struct team *team;
	int status;

	crowd.tokens = calloc(nthreads, sizeof(*crowd.tokens));
	if (!crowd.tokens)
		return -ENOMEM;
	status = team_start(nthreads, "crowd", member, &crowd, &team);
	if (status == 0) {
		result->nthreads = team_size(team);
		team_destroy(team);
		barrier_fini(&crowd.barrier);
	}
	free(crowd.tokens);
	return status;
}
