/*
 * counter: all workers add 1 to the same number, again and again. Shows what
 * a lock costs, and what leaving it out costs: lost updates.
 *
 * An item writes down how far it has come, under the same lock, so that an
 * item whose worker was killed goes on where that one stopped, and a count
 * that was caught half changed can be mended.
 */
#include "lib/work.h"

#include <errno.h>
#include <stdatomic.h>

enum {
	NITEMS = 64,
	ADDITIONS_PER_PAUSE = 1000,
};

struct shared {
	_Atomic uint64_t counter;
	_Atomic uint64_t done[NITEMS]; /* additions made by each item */
};

/* For plain loads and stores: another order than the lock's is not needed. */
#define RELAXED memory_order_relaxed

static uint64_t additions_of(const struct job *job)
{
	return (uint64_t)(uintptr_t)job->plan;
}

static int counter_open(struct job *job, uint64_t size, unsigned nworkers)
{
	(void)nworkers;
	job->nitems = NITEMS;
	job->shared_size = sizeof(struct shared);
	job->plan = (void *)(uintptr_t)(size / NITEMS + (size % NITEMS > 0));
	return 0;
}

/*
 * The last holder died inside `increment`: what the items have noted is the
 * truth, since it is what they will go on from.
 */
static void mend(struct shared *shared)
{
	uint64_t sum = 0;

	for (int i = 0; i < NITEMS; i++)
		sum += atomic_load_explicit(&shared->done[i], RELAXED);
	atomic_store_explicit(&shared->counter, sum, RELAXED);
}

/* tag::lost-update[] */
/*
 * A load and a store with room between them. They are atomic one by one, so
 * that C gives them a meaning without a lock too; together they are not.
 */
static void increment(_Atomic uint64_t *number)
{
	uint64_t seen = atomic_load_explicit(number, RELAXED);

	atomic_store_explicit(number, seen + 1, RELAXED);
}
/* end::lost-update[] */

static void add_locked(struct env *env, struct shared *shared, uint64_t i)
{
	if (env_lock(env))
		mend(shared);
	increment(&shared->counter);
	increment(&shared->done[i]);
	env_unlock(env);
}

static int counter_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	struct shared *shared = env->shared;
	uint64_t n = additions_of(job);

	for (uint64_t k = atomic_load_explicit(&shared->done[i], RELAXED);
		k < n; k++) {
		if (k % ADDITIONS_PER_PAUSE == 0 && env_pause(env))
			return -ECANCELED;
		add_locked(env, shared, i);
	}
	tally->word[1] = n;
	return 0;
}

static int unlocked_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	struct shared *shared = env->shared;
	uint64_t n = additions_of(job);

	(void)i;
	for (uint64_t k = 0; k < n; k++) {
		if (k % ADDITIONS_PER_PAUSE == 0 && env_pause(env))
			return -ECANCELED;
		increment(&shared->counter);
	}
	tally->word[1] = n;
	return 0;
}

/* Word 0: what the counter says; word 1: how often 1 was added. */
static void counter_finish(
	const struct job *job, const void *memory, struct tally *total)
{
	const struct shared *shared = memory;

	(void)job;
	total->word[0] = atomic_load_explicit(&shared->counter, RELAXED);
}

static bool counter_right(const struct job *job, const struct tally *total)
{
	return total->word[0] == NITEMS * additions_of(job);
}

const struct work work_counter_unlocked = {
	.name = "counter-unlocked",
	.summary = "the same without the lock: loses updates",
	.unit = "counted",
	.size_means = "additions",
	.flags = WORK_SHARES | WORK_BROKEN,
	.sample_size = 6400,
	.default_size = 16000000,
	.max_size = UINT64_C(1000000000000),
	.open = counter_open,
	.item = unlocked_item,
	.finish = counter_finish,
	.right = counter_right,
};

const struct work work_counter = {
	.name = "counter",
	.summary = "add 1 to one shared number under a lock",
	.unit = "counted",
	.size_means = "additions",
	.flags = WORK_SHARES,
	.sample_size = 6400,
	.default_size = 16000000,
	.max_size = UINT64_C(1000000000000),
	.unsafe_twin = &work_counter_unlocked,
	.open = counter_open,
	.item = counter_item,
	.finish = counter_finish,
	.right = counter_right,
};
