/*
 * set - sets of threads, by their numbers
 *
 * Threads:  any; a set is the caller's.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef LIB_EXPLORE_RUNTIME_SET_H
#define LIB_EXPLORE_RUNTIME_SET_H

#include "lib/explore/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	MAX_THREADS = WIRE_MAX_THREADS,
	SET_WORDS = MAX_THREADS / 64,
};

struct set {
	uint64_t word[SET_WORDS];
};

static inline void set_add(struct set *set, unsigned i)
{
	set->word[i / 64] |= UINT64_C(1) << i % 64;
}

static inline void set_remove(struct set *set, unsigned i)
{
	set->word[i / 64] &= ~(UINT64_C(1) << i % 64);
}

static inline bool set_has(const struct set *set, unsigned i)
{
	return set->word[i / 64] >> i % 64 & 1;
}

static inline bool set_empty(const struct set *set)
{
	return !(set->word[0] | set->word[1] | set->word[2] | set->word[3]);
}

/* There are few; without an instruction for it, a call would count all bits. */
static inline unsigned set_count(const struct set *set)
{
	unsigned n = 0;

	for (int i = 0; i < SET_WORDS; i++) {
		for (uint64_t left = set->word[i]; left; left &= left - 1)
			n++;
	}
	return n;
}

/* The smallest member that is at least i; MAX_THREADS when there is none. */
static inline unsigned set_from(const struct set *set, unsigned i)
{
	for (unsigned w = i / 64; w < SET_WORDS; w++) {
		uint64_t word = set->word[w];

		if (w == i / 64)
			word &= ~UINT64_C(0) << i % 64;
		if (word)
			return w * 64 + (unsigned)__builtin_ctzll(word);
	}
	return MAX_THREADS;
}

static inline unsigned set_first(const struct set *set)
{
	return set_from(set, 0);
}

#define SET_EACH(i, set)                                   \
	for (unsigned i = set_first(set); i < MAX_THREADS; \
		i = set_from(set, i + 1))

#endif
