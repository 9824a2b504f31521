/*
 * sleepers: items that wait and do nothing else, as requests to a slow
 * server do. What counts is how many waits a model has under way at once.
 */
#include "lib/clock.h"
#include "lib/work.h"

enum {
	NAP_NS = 5 * CLOCK_NS_PER_MS
};

static int sleepers_open(struct job *job, uint64_t size, unsigned nworkers)
{
	(void)nworkers;
	job->nitems = size;
	return 0;
}

/* Between one nap and three, by item, so that they end out of order. */
static int sleepers_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	int status = env_wait(env, NAP_NS * (1 + i * 7 % 3));

	(void)job;
	tally->word[0] = 1;
	tally->word[1] = i;
	return status;
}

static bool sleepers_right(const struct job *job, const struct tally *total)
{
	uint64_t n = job->nitems;
	uint64_t sum = n % 2 ? (n - 1) / 2 * n : n / 2 * (n - 1);

	return total->word[0] == n && total->word[1] == sum;
}

const struct work work_sleepers = {
	.name = "sleepers",
	.summary = "wait 5 to 15 ms an item, standing for I/O",
	.unit = "naps",
	.size_means = "number of naps",
	.flags = WORK_WAITS,
	.sample_size = 6,
	.default_size = 60,
	.max_size = 100000,
	.open = sleepers_open,
	.item = sleepers_item,
	.right = sleepers_right,
};
