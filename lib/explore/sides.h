/*
 * sides - which locks were held at accesses that race
 *
 * Who finds a race knows what the second to come holds, and no more of the
 * first than where it was. An execution that fails early does not show it
 * either; but others come there, and traces of those show its locks. Where
 * they were not the same each time, nothing is known.
 *
 * Threads:  any, each with its own.
 * Blocking: never.
 * Memory:   the caller's; all zero is one that knows nothing.
 */
#ifndef LIB_EXPLORE_SIDES_H
#define LIB_EXPLORE_SIDES_H

#include "lib/explore/wire.h"

struct side {
	uint64_t pc;
	uint16_t thread;
	bool differs;
	uint32_t nheld;
	struct held_lock held[WIRE_MAX_HELD];
};

struct sides {
	unsigned n;
	struct side sides[WIRE_MAX_FINDINGS];
};

/* Of the first side of each race among the findings, in that trace. */
void sides_learn(struct sides *sides, const struct wire *wire);

/* Add the locks of a side that is not in the trace, where they are known. */
void sides_complete(const struct sides *sides, struct party *party);

#endif
