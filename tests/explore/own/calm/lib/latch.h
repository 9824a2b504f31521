/*
 * latch - as lib/latch.h, for the explorer: who finds it taken sleeps
 *
 * Whoever spins could do so for any number of steps, and each number is a
 * schedule of its own. That nobody spins for ever is for a test of the latch.
 */
#ifndef LIB_LATCH_H
#define LIB_LATCH_H

#include <pthread.h>
#include <stdbool.h>

struct latch {
	pthread_mutex_t mutex;
};

static inline bool latch_try(struct latch *latch)
{
	return pthread_mutex_trylock(&latch->mutex) == 0;
}

static inline void latch_lock(struct latch *latch)
{
	pthread_mutex_lock(&latch->mutex);
}

static inline void latch_unlock(struct latch *latch)
{
	pthread_mutex_unlock(&latch->mutex);
}

#endif
