/*
 * primetable - all primes up to a limit below 2^32, kept as a bit map
 *
 * The sieving primes of a sieve. One bit for each number that is free of the
 * factors 2, 3 and 5: 33 MB for the 50 million primes that it takes to sieve
 * near 2^60, where a list would take 200. In the layout of SEGMENT_WHEEL30.
 *
 * Threads:  a table is not changed after it was made; any number of readers,
 *           each with its own walk.
 * Blocking: never.
 * Memory:   primetable_init() allocates, primetable_fini() frees.
 */
#ifndef LIB_PRIMETABLE_H
#define LIB_PRIMETABLE_H

#include "lib/segment.h"

struct primetable {
	unsigned char *bits; /* 8 readable bytes of 0 behind the last */
	size_t size;
	uint32_t limit;
};

/* Make room for the primes up to limit, none marked yet. 0 or -ENOMEM. */
int primetable_init(struct primetable *table, uint32_t limit);
void primetable_fini(struct primetable *table);

/* Mark the primes up to a limit of at most 65535 * 65535, by a plain sieve of
 * Eratosthenes over the whole table. */
void primetable_fill(struct primetable *table);

/* How many primes above 5 there are. */
uint64_t primetable_count(const struct primetable *table);

/* A walk through the odd primes of a table, in order. */
struct primewalk {
	const struct primetable *table;
	uint64_t word; /* of the table, the bits not yet visited */
	size_t at; /* where in the table the next word is */
	uint32_t last; /* no prime above this is visited */
	unsigned small; /* 3 and 5, which the table has not: 3, 5, or 0 */
};

/* Begin to walk through the odd primes in from..last. */
struct primewalk primewalk_from(
	const struct primetable *table, uint32_t from, uint32_t last);

/* The next prime, 0 at the end. */
uint32_t primewalk_next(struct primewalk *walk);

#endif
