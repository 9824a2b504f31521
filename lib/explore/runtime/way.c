/*
 * By which calls a thread got to where it is. Ways that begin alike share
 * that: each is a function and the way to its call, and stands in a table of
 * them by its hash, so that it has one number for good.
 */
#include "lib/explore/runtime/trace.h"

#include "lib/explore/runtime/rt.h"

enum {
	MOST_PROBES = 64
};

static uint32_t hash_of(const struct wire_way *way)
{
	uint64_t hash = way->pc ^ way->call << 20 ^ (uint64_t)way->before << 44;

	return (uint32_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 52);
}

static bool is_same(const struct wire_way *a, const struct wire_way *b)
{
	return a->pc == b->pc && a->call == b->call && a->before == b->before;
}

/* Returns its number; 0: there is no room for it. */
static uint32_t find(const struct wire_way *way)
{
	struct wire_way *ways = rt->wire->ways;
	uint32_t at = hash_of(way);

	for (unsigned i = 0; i < MOST_PROBES; i++, at++) {
		at %= WIRE_MAX_WAYS;
		if (at == 0)
			continue;
		if (!ways[at].pc)
			ways[at] = *way;
		if (is_same(&ways[at], way))
			return at;
	}
	return 0;
}

uint16_t trace_way(const struct thread *thread)
{
	uint32_t way = 0;

	if (!rt->tracing || thread->nframes > MAX_FRAMES)
		return 0;
	for (uint32_t i = 0; i < thread->nframes; i++) {
		way = find(&(struct wire_way){
			.pc = thread->frames[i].pc,
			.call = thread->frames[i].call,
			.before = way,
		});
		if (!way)
			return 0;
	}
	return (uint16_t)way;
}
