/*
 * buckets - cross off the multiples of primes larger than a stretch
 *
 * A large prime has a multiple in few of the stretches; to ask all of them in
 * each stretch would cost more than the crossing off. So every prime waits in
 * the bucket of the stretch that has its next multiple. When a stretch comes,
 * its bucket is emptied: each prime crosses off one byte and goes to the
 * bucket where it is due next. A prime with no further multiple in the block
 * is dropped.
 *
 * Threads:  a set of buckets is used by one thread at a time.
 * Blocking: never.
 * Memory:   eight bytes for each prime that waits, in chunks of 8 KB that are
 *           used again and again; buckets_fini() frees them. What fails for
 *           want of memory is told by buckets_cross_off().
 * Source: Tomas Oliveira e Silva, Fast implementation of the segmented sieve
 * of Eratosthenes, 2002; the packing is like that of primesieve.
 */
#ifndef LIB_BUCKETS_H
#define LIB_BUCKETS_H

#include "lib/wheel210.h"

struct bucket_chunk;

/* What there is to know at a class and position of the wheel. */
struct bucket_turn {
	unsigned char mask; /* clears the bit */
	unsigned char gap, carry;
	uint16_t next; /* class * 48 + position */
};

struct buckets {
	unsigned shift; /* 1 << shift is the size of a stretch */
	uint64_t ring; /* buckets - 1, a power of two less one */
	uint64_t now; /* the bucket of the stretch at hand */
	uint64_t left; /* bytes of the block, from that stretch on */
	uint64_t **fill; /* of each bucket where the next prime goes */
	struct bucket_chunk *spare;
	struct bucket_chunk *slabs; /* all that was allocated */
	int failed;
	struct bucket_turn turns[WHEEL210_CLASSES * WHEEL210_POSITIONS];
};

/* Prepare for primes up to this, and stretches of 1 << shift bytes, where
 * shift is at most 23. 0 or -ENOMEM. */
int buckets_init(struct buckets *buckets, unsigned shift, uint32_t prime);
void buckets_fini(struct buckets *buckets);

/* Begin with a block of so many bytes: empty all buckets. */
void buckets_start(struct buckets *buckets, uint64_t size);

/* Add a prime. place is relative to the stretch at hand. */
void buckets_add(
	struct buckets *buckets, uint32_t prime, struct wheel210_place place);

/* Cross off in the stretch at hand, and go on to the next. 0 or -ENOMEM. */
int buckets_cross_off(struct buckets *buckets, unsigned char *data);

#endif
