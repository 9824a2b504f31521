/*
 * pipeline_primes - the primes found so far, a list that only grows
 *
 * One thread appends, any number read, and no reader ever takes a lock: the
 * memory is there from the start, what has been written is never touched
 * again, and the length is published after the primes it counts.
 *
 * Threads:  pipeline_primes_append from one; pipeline_primes_known from any,
 *           and what it returned stays valid and unchanged.
 * Blocking: never.
 * Memory:   4 bytes for each prime that there may be, from _init to _fini;
 *           the system provides pages as they are written.
 */
#ifndef LIB_PIPELINE_PRIMES_H
#define LIB_PIPELINE_PRIMES_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct pipeline_primes {
	uint32_t *primes;
	size_t capacity;
	_Atomic size_t known;
};

/* Room for all primes up to the limit. Returns 0 or -ENOMEM. */
int pipeline_primes_init(struct pipeline_primes *list, uint32_t limit);
void pipeline_primes_fini(struct pipeline_primes *list);

/* Add the next n primes, in ascending order. */
void pipeline_primes_append(
	struct pipeline_primes *list, const uint32_t *primes, size_t n);

/* How many of list->primes may be read. */
size_t pipeline_primes_known(const struct pipeline_primes *list);

#endif
