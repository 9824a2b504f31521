/*
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and
 * Nagarakatte, ASPLOS 2010): each thread has a priority by chance, the highest
 * that can go on does, and at d - 1 steps chosen by chance the one that runs
 * falls below all others. A bug that needs d ordering constraints among n
 * threads and k steps is hit with probability 1 / (n k^(d-1)) or more.
 */
#include "lib/explore/runtime/rt.h"

#include "lib/rng.h"

enum {
	DEPTH = 3, /* d */
};

struct state {
	struct rng rng;
	uint32_t length; /* k: steps of the longest execution so far */
	uint32_t change[DEPTH - 1];
	uint64_t priority[MAX_THREADS];
	unsigned nknown; /* threads that have one */
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
	if (s->length < rt->wire->progress.max_depth)
		s->length = rt->wire->progress.max_depth;
	s->nknown = 0;
	for (int i = 0; i < DEPTH - 1; i++)
		s->change[i] = (uint32_t)rng_below(
			&s->rng, s->length + UINT64_C(1));
}

/* Those of chance lie above DEPTH, those after a change below. */
static void know(unsigned thread)
{
	struct state *s = state();

	while (s->nknown <= thread)
		s->priority[s->nknown++] = DEPTH + (rng_next(&s->rng) >> 8);
}

static unsigned highest(const struct set *can)
{
	unsigned best = set_first(can);

	SET_EACH(i, can)
	{
		know(i);
		if (state()->priority[i] > state()->priority[best])
			best = i;
	}
	return best;
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	struct state *s = state();
	unsigned best = highest(can);

	(void)current;
	for (unsigned i = 0; i < DEPTH - 1; i++) {
		if (rt->nsteps == s->change[i]) {
			s->priority[best] = i;
			best = highest(can);
		}
	}
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

const struct search search_pct = {begin, pick_thread, pick_value, end, NULL};
