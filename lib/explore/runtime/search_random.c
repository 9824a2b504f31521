/* Every thread that can go on is as likely as any other, at every step. */
#include "lib/explore/runtime/rt.h"

#include "lib/rng.h"

static struct rng *rng(void)
{
	return (struct rng *)rt->wire->search;
}

static void begin(void)
{
	if (rt->wire->progress.executions == 0)
		rng_init(rng(), rt->wire->config.seed);
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	unsigned n = set_count(can), i = set_first(can);

	(void)current;
	if (n == 1)
		return i;
	n = (unsigned)rng_below(rng(), n);
	while (n--)
		i = set_from(can, i + 1);
	return i;
}

static unsigned pick_value(unsigned n)
{
	return (unsigned)rng_below(rng(), n);
}

static bool end(void)
{
	return true;
}

const struct search search_random = {begin, pick_thread, pick_value, end, NULL};
