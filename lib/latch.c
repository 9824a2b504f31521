#include "lib/latch.h"

#include <sched.h>

#include "lib/relax.h"

enum {
	PAUSES_MIN = 32,
	PAUSES_MAX = 512
};

/* Relaxed: only the exchange in latch_try takes it. */
static bool looks_free(const struct latch *latch)
{
	return !atomic_load_explicit(&latch->held, memory_order_relaxed);
}

/* To look first leaves the line with the holder until it is worth a try. */
void latch_wait(struct latch *latch)
{
	unsigned npauses = PAUSES_MIN;

	for (;;) {
		relax(npauses);
		if (looks_free(latch) && latch_try(latch))
			return;
		if (npauses < PAUSES_MAX)
			npauses *= 2;
		else
			sched_yield();
	}
}
