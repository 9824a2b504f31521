/*
 * Partial order sampling (Yuan, Yang and Gu, CAV 2018): each thread's next
 * operation has a priority by chance, the highest is carried out, and those
 * that conflict with it draw again. Orders that differ only in operations
 * that commute share their chance, instead of taking it from the others.
 */
#include "lib/explore/runtime/rt.h"

#include "lib/rng.h"

struct state {
	struct rng rng;
	uint64_t priority[MAX_THREADS]; /* 0: to be drawn */
};

static struct state *state(void)
{
	return (struct state *)rt->wire->search;
}

static void begin(void)
{
	struct state *s = state();

	if (rt->wire->progress.executions == 0)
		rng_init(&s->rng, rt->wire->config.seed);
	for (unsigned i = 0; i < rt->most_threads; i++)
		s->priority[i] = 0;
	for (unsigned i = 0; rt->tso && i < WIRE_FLUSHERS; i++)
		s->priority[WIRE_FLUSHERS + i] = 0;
}

static unsigned highest(const struct set *can)
{
	struct state *s = state();
	unsigned best = set_first(can);

	SET_EACH(i, can)
	{
		if (s->priority[i] == 0)
			s->priority[i] = rng_next(&s->rng) | 1;
		if (s->priority[i] > s->priority[best])
			best = i;
	}
	return best;
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	struct state *s = state();
	unsigned best = highest(can);

	(void)current;
	SET_EACH(i, can)
	{
		if (i != best && conflict(&rt->threads[i].pending,
					 &rt->threads[best].pending))
			s->priority[i] = 0;
	}
	s->priority[best] = 0;
	return best;
}

static unsigned pick_value(unsigned n)
{
	return (unsigned)rng_below(&state()->rng, n);
}

static bool end(void)
{
	return true;
}

const struct search search_pos = {begin, pick_thread, pick_value, end, NULL};
