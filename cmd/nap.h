/*
 * nap - sleep, unless somebody rings
 *
 * Jobs of demonstrations sleep instead of work. When nobody wants their
 * results any more they are woken, or the program would have to wait.
 *
 * Threads:  any.
 * Blocking: nap_until, until then or until nap_ring.
 * Memory:   the caller's; zeroed memory is ready for use.
 */
#ifndef CMD_NAP_H
#define CMD_NAP_H

#include "lib/sync.h"

#include <stdbool.h>
#include <stdint.h>

struct nap {
	struct mutex lock;
	/* guarded by lock */
	struct cond rung;
	bool over;
};

/* Returns true when it slept until then, false when it was rung awake. */
bool nap_until(struct nap *nap, uint64_t deadline_ns);

/* Wake all who sleep, and let nobody fall asleep again. */
void nap_ring(struct nap *nap);

#endif
