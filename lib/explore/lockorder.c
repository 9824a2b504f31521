#include "lib/explore/lockorder.h"

#include "lib/explore/lockset.h"
#include "lib/explore/order.h"

#include <stdlib.h>
#include <string.h>

enum {
	MOST_EDGES = 1024
};

struct edge {
	struct lockorder_edge edge;
	bool outer_shared, inner_shared;
	struct lockset held; /* the outer lock among them */
};

struct graph {
	const struct wire *wire;
	struct order *order;
	uint32_t nedges;
	struct edge edges[MOST_EDGES];
	unsigned n; /* edges on the path that is followed */
	uint32_t path[LOCKORDER_MOST];
};

static unsigned thread_of(const struct graph *graph, const struct edge *edge)
{
	return graph->wire->events[edge->edge.inner_event].thread;
}

static bool alike(
	const struct graph *graph, const struct edge *a, const struct edge *b)
{
	return a->edge.outer == b->edge.outer &&
	       a->edge.inner == b->edge.inner &&
	       thread_of(graph, a) == thread_of(graph, b) &&
	       a->held.n == b->held.n;
}

/* A thread that does the same again and again: the first and the last stand. */
static struct edge *room_for(struct graph *graph, const struct edge *edge)
{
	struct edge *second = NULL;
	unsigned n = 0;

	for (uint32_t i = 0; i < graph->nedges; i++) {
		if (alike(graph, &graph->edges[i], edge) && ++n == 2)
			second = &graph->edges[i];
	}
	if (second)
		return second;
	return graph->nedges < MOST_EDGES ? &graph->edges[graph->nedges++]
					  : NULL;
}

static void add(struct graph *graph, const struct lockset *held, uint32_t i)
{
	const struct event *event = &graph->wire->events[i];

	for (uint32_t k = 0; k < held->n; k++) {
		struct edge edge = {
			.edge = {held->locks[k].object, event->op.object,
				held->locks[k].event, i},
			.outer_shared = held->locks[k].shared,
			.inner_shared = event->op.kind == OP_RDLOCK,
			.held = *held,
		};
		struct edge *room = room_for(graph, &edge);

		if (room)
			*room = edge;
	}
}

static bool could_wait(const struct lockset *held, const struct event *event)
{
	return (event->op.kind == OP_LOCK || event->op.kind == OP_RDLOCK ||
		       event->op.kind == OP_WRLOCK) &&
	       !(event->flags & EVENT_BLOCKED) &&
	       !lockset_find(held, event->op.object);
}

static void collect(struct graph *graph)
{
	static struct lockset held[WIRE_MAX_THREADS];

	memset(held, 0, sizeof(held));
	for (uint32_t i = 0; i < graph->wire->nevents; i++) {
		const struct event *event = &graph->wire->events[i];
		struct lockset *mine = &held[event->thread];

		if (could_wait(mine, event))
			add(graph, mine, i);
		lockset_follow(mine, graph->wire, i);
	}
}

/* Two threads that can be where these edges are at the same time. */
static bool together(
	const struct graph *graph, const struct edge *a, const struct edge *b)
{
	uint32_t x = a->edge.inner_event, y = b->edge.inner_event;

	return thread_of(graph, a) != thread_of(graph, b) &&
	       !lockset_meet(&a->held, &b->held) &&
	       !order_before(graph->order, x < y ? x : y, x < y ? y : x);
}

static bool fits(const struct graph *graph, const struct edge *edge)
{
	for (unsigned i = 0; i < graph->n; i++) {
		if (!together(graph, &graph->edges[graph->path[i]], edge))
			return false;
	}
	return true;
}

static bool leads_to(const struct edge *a, const struct edge *b)
{
	return a->edge.inner == b->edge.outer &&
	       !(a->inner_shared && b->outer_shared);
}

/* Depth first, from the edge with the smallest number of the cycle. */
static bool extend(struct graph *graph)
{
	const struct edge *first = &graph->edges[graph->path[0]];
	const struct edge *last = &graph->edges[graph->path[graph->n - 1]];

	if (graph->n > 1 && leads_to(last, first))
		return true;
	if (graph->n == LOCKORDER_MOST)
		return false;
	for (uint32_t i = graph->path[0] + 1; i < graph->nedges; i++) {
		if (!leads_to(last, &graph->edges[i]) ||
			!fits(graph, &graph->edges[i]))
			continue;
		graph->path[graph->n++] = i;
		if (extend(graph))
			return true;
		graph->n--;
	}
	return false;
}

static bool search(struct graph *graph)
{
	for (uint32_t i = 0; i < graph->nedges; i++) {
		graph->path[0] = i;
		graph->n = 1;
		if (extend(graph))
			return true;
	}
	return false;
}

bool lockorder_find(const struct wire *wire, struct lockorder_cycle *cycle)
{
	struct graph *graph = calloc(1, sizeof(*graph));
	bool found = false;

	if (!graph)
		return false;
	graph->wire = wire;
	if (order_open(wire, true, &graph->order) == 0) {
		collect(graph);
		found = search(graph);
		order_close(graph->order);
	}
	cycle->n = found ? graph->n : 0;
	for (unsigned i = 0; i < cycle->n; i++)
		cycle->edges[i] = graph->edges[graph->path[i]].edge;
	free(graph);
	return found;
}
