/*
 * Depth first through all schedules with at most `bound` preemptions (times
 * that a thread which could go on is made to wait), as in CHESS (Musuvathi and
 * Qadeer, PLDI 2007). The driver raises the bound from 0: what is found first
 * is found with the fewest preemptions there can be.
 *
 * One node for each choice of the execution that runs. The default comes
 * first (who runs goes on), then the others in order. What cannot be done any
 * more within the bound is not tried.
 */
#include "lib/explore/runtime/rt.h"

#include <string.h>

struct node {
	struct set untried;
	uint16_t pick;
	uint16_t npreemptions; /* before it */
	uint16_t current;
	bool is_value, current_can;
};

struct state {
	uint32_t depth; /* nodes of the execution that runs */
	uint32_t nnodes; /* of which these are given */
	struct node nodes[];
};

static struct state *state(void)
{
	return (struct state *)rt->wire->search;
}

static void begin(void)
{
	state()->depth = 0;
}

static unsigned cost(const struct node *node, unsigned pick)
{
	return !node->is_value && node->current_can && pick != node->current;
}

static unsigned npreemptions(const struct node *node)
{
	return node->npreemptions + cost(node, node->pick);
}

/* A choice that came up before is made again as it was. */
static struct node *node_next(bool *is_new)
{
	struct state *s = state();
	struct node *node = &s->nodes[s->depth];

	*is_new = s->depth == s->nnodes;
	if (*is_new) {
		memset(node, 0, sizeof(*node));
		if (s->depth)
			node->npreemptions = (uint16_t)npreemptions(node - 1);
		s->nnodes++;
	}
	s->depth++;
	return node;
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	bool is_new;
	struct node *node = node_next(&is_new);

	if (!is_new) {
		if (!set_has(can, node->pick))
			fail(FOUND_DIVERGED, self()->pending.pc,
				"T%u cannot go on where it could before",
				node->pick);
		return node->pick;
	}
	node->current = (uint16_t)current;
	node->current_can = current != WIRE_NOBODY && set_has(can, current) &&
			    thread_can_go(&rt->threads[current]);
	node->pick = (uint16_t)(node->current_can ? current : set_first(can));
	node->untried = *can;
	set_remove(&node->untried, node->pick);
	return node->pick;
}

static unsigned pick_value(unsigned n)
{
	bool is_new;
	struct node *node = node_next(&is_new);

	if (is_new) {
		node->is_value = true;
		for (unsigned i = 1; i < n && i < MAX_THREADS; i++)
			set_add(&node->untried, i);
	}
	return node->pick;
}

/* The deepest node that has something left within the bound. */
static bool end(void)
{
	struct state *s = state();

	while (s->nnodes) {
		struct node *node = &s->nodes[s->nnodes - 1];
		unsigned pick = set_first(&node->untried);

		if (pick == MAX_THREADS) {
			s->nnodes--;
			continue;
		}
		set_remove(&node->untried, pick);
		if (node->npreemptions + cost(node, pick) >
			rt->wire->config.bound) {
			rt->wire->progress.doubts |= DOUBT_BOUND;
			continue;
		}
		node->pick = (uint16_t)pick;
		return true;
	}
	return false;
}

const struct search search_bounded = {begin, pick_thread, pick_value, end};
