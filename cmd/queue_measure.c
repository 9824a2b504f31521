#include "cmd/queue.h"

#include "lib/bq.h"
#include "lib/clock.h"
#include "lib/roster.h"
#include "lib/team.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	BITS = 64
};

struct item {
	uint64_t number;
	unsigned producer;
};

struct run {
	const struct queue_plan *plan;
	struct queue_result *result;
	struct bq *queue;
	_Atomic uint64_t *taken; /* a bit for each item */
	_Atomic uint64_t count, sum, nduplicates, ndisorder;
};

/* Every so manieth item is this producer's; each makes its own in order. */
static void produce(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;
	struct item item = {.number = index + 1, .producer = index};
	uint64_t n = 0;

	while (item.number <= run->plan->nitems &&
		bq_push(run->queue, &item, CLOCK_NEVER) == 0) {
		item.number += size;
		n++;
	}
	run->result->produced[index] = n;
}

static bool taken_before(struct run *run, uint64_t number)
{
	uint64_t bit = UINT64_C(1) << (number % BITS);

	return atomic_fetch_or(&run->taken[number / BITS], bit) & bit;
}

/* One thread sees the items of one producer in the order of their making. */
static void consume(void *arg, unsigned index, unsigned size)
{
	struct run *run = arg;
	uint64_t last[QUEUE_MOST_THREADS] = {0};
	uint64_t n = 0, sum = 0, nduplicates = 0, ndisorder = 0;
	struct item item;

	(void)size;
	while (bq_pop(run->queue, &item, CLOCK_NEVER) == 0) {
		n++;
		sum += item.number;
		nduplicates += taken_before(run, item.number);
		ndisorder += item.number <= last[item.producer];
		last[item.producer] = item.number;
	}
	run->result->consumed[index] = n;
	atomic_fetch_add(&run->count, n);
	atomic_fetch_add(&run->sum, sum);
	atomic_fetch_add(&run->nduplicates, nduplicates);
	atomic_fetch_add(&run->ndisorder, ndisorder);
}

static void finish(struct run *run, struct team *consumers)
{
	struct queue_result *result = run->result;
	struct bq_state state;

	bq_close(run->queue, BQ_DRAIN);
	result->nconsumers = team_size(consumers);
	team_destroy(consumers);
	bq_inspect(run->queue, &state);
	result->nwakeups = state.nwakeups;
	result->count = atomic_load(&run->count);
	result->sum = atomic_load(&run->sum);
	result->nduplicates = atomic_load(&run->nduplicates);
	result->ndisorder = atomic_load(&run->ndisorder);
}

static int run_teams(struct run *run)
{
	const struct queue_plan *plan = run->plan;
	struct queue_result *result = run->result;
	struct team *producers, *consumers;
	uint64_t begun = clock_now();
	int status = team_start(
		plan->nconsumers, "consumer", consume, run, &consumers);

	if (status < 0)
		return status;
	status = team_start(
		plan->nproducers, "producer", produce, run, &producers);
	if (status == 0) {
		result->nproducers = team_size(producers);
		team_destroy(producers);
	}
	finish(run, consumers);
	result->wall_ns = clock_now() - begun;
	return status;
}

int queue_measure(const struct queue_plan *plan, struct queue_result *result)
{
	const struct bq_options options = {
		.capacity = (size_t)plan->capacity,
		.item_size = sizeof(struct item),
		.order = BQ_FIFO,
	};
	struct run run = {.plan = plan, .result = result};
	struct roster_thing name;
	int status = bq_create(&options, &run.queue);

	if (status < 0)
		return status;
	*result = (struct queue_result){0};
	roster_name(&name, "of items", run.queue, NULL);
	run.taken = calloc(plan->nitems / BITS + 1, sizeof(*run.taken));
	status = run.taken ? run_teams(&run) : -ENOMEM;
	free(run.taken);
	roster_unname(&name);
	bq_destroy(run.queue);
	return status;
}
