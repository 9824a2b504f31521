/*
 * latch - a lock that is held for a few instructions
 *
 * One word, an exchange to take it and a plain store to let go: half the price
 * of a mutex, and nothing else of what a mutex has. It has no owner, no
 * deadline and no order of coming, and nobody is put to sleep. Who finds it
 * taken keeps off for a while, each time twice as long, so that the holder may
 * come again several times with all it needs in its own cache; then it lets
 * others run, because the holder may be one of them. So never hold it over a
 * system call, or over code of somebody else that may be slow.
 *
 * A signal handler may call latch_try, never latch_lock: it could have
 * interrupted the holder.
 *
 * Threads:  any.
 * Blocking: latch_lock, for as long as it is held.
 * Memory:   the caller's; zeroed memory is a latch that is free.
 */
#ifndef LIB_LATCH_H
#define LIB_LATCH_H

#include <stdatomic.h>
#include <stdbool.h>

struct latch {
	atomic_bool held;
};

/* Returns whether it was free, and is the caller's now. */
static inline bool latch_try(struct latch *latch)
{
	/* Acquire pairs with the release in latch_unlock. */
	return !atomic_exchange_explicit(
		&latch->held, true, memory_order_acquire);
}

/* The rest of latch_lock. */
void latch_wait(struct latch *latch);

static inline void latch_lock(struct latch *latch)
{
	if (!latch_try(latch))
		latch_wait(latch);
}

static inline void latch_unlock(struct latch *latch)
{
	/* What was done under it is seen by the next acquire. */
	atomic_store_explicit(&latch->held, false, memory_order_release);
}

#endif
