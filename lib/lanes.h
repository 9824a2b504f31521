/*
 * lanes - cross off the multiples of many primes, a stretch at a time
 *
 * A lane is one prime on its way through the numbers. Lanes are kept by the
 * class of their prime modulo 30: for each class there is a loop of its own,
 * in which every bit and nearly every distance is a constant.
 *
 * There are two kinds of loops. That for small primes goes in groups of eight
 * multiples, with one comparison a group: about one multiple a cycle, while
 * the data is in the first level cache. It may cross off a little beyond the
 * end of the data, which must be data of the segment that follows. That for
 * medium primes looks after each multiple, and waits for the second level
 * cache anyway.
 *
 * Threads:  a set of lanes is used by one thread at a time.
 * Blocking: never.
 * Memory:   lanes_init() allocates for a known number of primes.
 * Source: loops by residue class are from Kim Walisch's primesieve
 * (EratSmall.cpp, EratMedium.cpp); here they turn the wheel of 210.
 */
#ifndef LIB_LANES_H
#define LIB_LANES_H

#include "lib/wheel210.h"

/* The largest prime is below 30 * 2^26. */
struct lane {
	uint32_t at; /* bytes from the data to its next multiple */
	uint32_t way; /* turns << 6 | position, as wheel210.h has them */
};

struct lanes {
	struct lane *of[WHEEL210_CLASSES];
	uint32_t n[WHEEL210_CLASSES];
	struct lane *memory;
};

/* Have room for so many primes of each class. 0 or -ENOMEM. */
int lanes_init(struct lanes *lanes, const uint32_t room[WHEEL210_CLASSES]);
void lanes_fini(struct lanes *lanes);

/* Forget all primes. */
void lanes_clear(struct lanes *lanes);

/* How far behind the end of the data the small loop may cross off, if no
 * prime is above this; and how far behind it lanes_add_small() may. */
static inline size_t lanes_overshoot(uint32_t prime)
{
	return 2 * prime + 64;
}

/*
 * Add a prime whose next multiple is at this place; it becomes part of either
 * the small or the medium primes of the lanes. lanes_add_small() crosses off
 * up to seven multiples in data, so as to begin with a group.
 */
void lanes_add_small(struct lanes *lanes, uint32_t prime,
	struct wheel210_place place, unsigned char *data);
void lanes_add_medium(
	struct lanes *lanes, uint32_t prime, struct wheel210_place place);

/* Cross off in data the multiples of all primes of a class, and move on so
 * that the next data is what follows. */
void lanes_cross_small(
	struct lanes *lanes, unsigned class, unsigned char *data, size_t size);
void lanes_cross_medium(
	struct lanes *lanes, unsigned class, unsigned char *data, size_t size);

#endif
