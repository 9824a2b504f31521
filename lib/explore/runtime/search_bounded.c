/*
 * Depth first through all schedules with at most `bound` preemptions (times
 * that a thread which could go on is made to wait), as in CHESS (Musuvathi and
 * Qadeer, PLDI 2007). The driver raises the bound from 0: what is found first
 * is found with the fewest preemptions there can be.
 *
 * Or with at most so many delays (Emmi, Qadeer and Rakamaric, POPL 2011): who
 * runs goes on, and when he cannot, the next by number does; to pass one over
 * is a delay. There are fewer such schedules, and they hold most bugs still.
 *
 * One node for each choice of the execution that runs. The default comes
 * first, then the others in order. What cannot be done any more within the
 * bound is not tried.
 */
#include "lib/explore/runtime/tso.h"

#include <string.h>

struct node {
	struct set untried;
	struct set ready; /* could go on, and not only out of turn */
	uint16_t pick;
	uint16_t spent; /* preemptions or delays before it */
	uint16_t first; /* the default */
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

/* How many are passed over; whoever is not ready comes last. */
static unsigned delays(const struct node *node, unsigned pick)
{
	unsigned n = 0;

	if (pick == node->first)
		return 0;
	if (!set_has(&node->ready, pick))
		return set_count(&node->ready);
	for (unsigned i = node->first; i != pick; i = (i + 1) % MAX_THREADS)
		n += set_has(&node->ready, i);
	return n;
}

/* When a store reaches memory costs nothing. */
static unsigned cost(const struct node *node, unsigned pick)
{
	if (node->is_value || is_flusher(pick))
		return 0;
	if (rt->wire->config.search == SEARCH_DELAY)
		return delays(node, pick);
	return node->current_can && pick != node->first;
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
			node->spent = (uint16_t)(node[-1].spent +
						 cost(node - 1, node[-1].pick));
		s->nnodes++;
	}
	s->depth++;
	return node;
}

/* The next by number that is ready, beginning with who runs. */
static unsigned next_ready(const struct set *ready, unsigned current)
{
	unsigned next = set_from(ready, current == WIRE_NOBODY ? 0 : current);

	return next == MAX_THREADS ? set_first(ready) : next;
}

/* As soon as its own stores have reached memory. */
static bool waits_for_memory(unsigned thread)
{
	return rt->tso && thread_can_have(&rt->threads[thread]) &&
	       !tso_allows(&rt->threads[thread]);
}

/* First of all a store reaches memory, so that late ones are needed ones. */
static unsigned default_pick(
	const struct node *node, const struct set *can, unsigned current)
{
	unsigned flusher = MAX_THREADS;

	if (rt->tso && set_has(can, WIRE_FLUSHERS + current))
		flusher = WIRE_FLUSHERS + current;
	else if (rt->tso && set_empty(&node->ready))
		flusher = set_from(can, WIRE_FLUSHERS);
	return flusher < MAX_THREADS ? flusher : node->first;
}

static void node_fill(
	struct node *node, const struct set *can, unsigned current)
{
	SET_EACH(i, can)
	{
		if (!is_flusher(i) && thread_can_go(&rt->threads[i]))
			set_add(&node->ready, i);
	}
	if (current != WIRE_NOBODY && waits_for_memory(current))
		set_add(&node->ready, current);
	node->current_can = current != WIRE_NOBODY &&
			    set_has(&node->ready, current);
	node->first = (uint16_t)(set_empty(&node->ready)
					 ? set_first(can)
					 : next_ready(&node->ready, current));
	node->pick = (uint16_t)default_pick(node, can, current);
	node->untried = *can;
	set_remove(&node->untried, node->pick);
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	bool is_new;
	struct node *node = node_next(&is_new);

	if (!is_new) {
		if (!set_has(can, node->pick))
			fail(FOUND_DIVERGED, self()->pending.pc,
				"%s cannot go on where it could before",
				thread_name(node->pick).text);
		return node->pick;
	}
	node_fill(node, can, current);
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
		if (node->spent + cost(node, pick) > rt->wire->config.bound) {
			rt->wire->progress.doubts |= DOUBT_BOUND;
			continue;
		}
		node->pick = (uint16_t)pick;
		return true;
	}
	return false;
}

const struct search search_bounded = {
	begin, pick_thread, pick_value, end, NULL};
