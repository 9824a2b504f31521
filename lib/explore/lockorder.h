/*
 * lockorder - locks that are taken in different orders, in one execution
 *
 * A cycle: T1 takes b while it holds a, T2 takes a while it holds b. If they
 * come together they wait for each other for ever, though in this execution
 * they did not. It is none when one of them has to come after the other, or
 * when both hold a third lock all the while (a gate), which lets in one at a
 * time; nor when all sides of a lock are readers, who let each other in; nor
 * when the lock is only tried.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   allocates while it looks.
 */
#ifndef LIB_EXPLORE_LOCKORDER_H
#define LIB_EXPLORE_LOCKORDER_H

#include "lib/explore/wire.h"

enum {
	LOCKORDER_MOST = 8, /* threads in a cycle */
};

/* One thread's part in a cycle: it takes `inner` while it holds `outer`. */
struct lockorder_edge {
	uint64_t outer, inner;
	uint32_t outer_event, inner_event; /* that took them */
};

struct lockorder_cycle {
	unsigned n;
	struct lockorder_edge edges[LOCKORDER_MOST];
};

/* The first cycle; false when there is none. */
bool lockorder_find(const struct wire *wire, struct lockorder_cycle *cycle);

#endif
