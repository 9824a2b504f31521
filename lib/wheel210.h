/*
 * wheel210 - which multiples of a prime have to be crossed off, and where
 *
 * Of the multiples p * q of a prime p only those count whose cofactor q has
 * no factor 2, 3, 5 or 7: the others are crossed off as multiples of those.
 * These are 48 in 210, by 14 % fewer than the wheel of 30 would leave. Going
 * from one to the next turns a wheel of 48 positions.
 *
 * In the layout of SEGMENT_WHEEL30 the byte and the bit of p * q follow from
 * the position and from the class of p modulo 30: with p = 30 k + r and the
 * cofactor growing by gap, the byte grows by k * gap + carry(r, position),
 * and the bit is bit(r, position). All but k is known to the compiler where
 * class and position are constants.
 *
 * Threads:  any; there are only constants and pure functions.
 * Blocking: never.
 * Memory:   none.
 * Source: Paul Pritchard, Explaining the wheel sieve, 1982.
 */
#ifndef LIB_WHEEL210_H
#define LIB_WHEEL210_H

#include "lib/segment_impl.h"

enum {
	WHEEL210_POSITIONS = 48,
	WHEEL210_CLASSES = 8
};

/* The cofactors modulo 210, and where the next turn begins. */
static const unsigned char wheel210_cofactors[WHEEL210_POSITIONS + 1] = {1, 11,
	13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
	89, 97, 101, 103, 107, 109, 113, 121, 127, 131, 137, 139, 143, 149, 151,
	157, 163, 167, 169, 173, 179, 181, 187, 191, 193, 197, 199, 209, 211};

/* The position of the first cofactor >= 0..209. */
extern const unsigned char wheel210_positions[210];

/* A class is an index into segment_offsets: the r of p = 30 k + r. */
static inline unsigned wheel210_class(uint32_t prime)
{
	return segment_below[prime % 30 == 1 ? 31 : prime % 30];
}

static inline uint32_t wheel210_turns(uint32_t prime)
{
	return prime % 30 == 1 ? prime / 30 - 1 : prime / 30;
}

/* The cofactor of a position, and of those of the first eight of the next
 * turn. */
static ALWAYS_INLINE unsigned wheel210_cofactor(unsigned position)
{
	return position < WHEEL210_POSITIONS
		       ? wheel210_cofactors[position]
		       : 210u + wheel210_cofactors[position -
						   WHEEL210_POSITIONS];
}

/* How much larger the next cofactor is. */
static ALWAYS_INLINE unsigned wheel210_gap(unsigned position)
{
	return wheel210_cofactors[position + 1] - wheel210_cofactors[position];
}

static ALWAYS_INLINE unsigned wheel210_carry(unsigned class, unsigned position)
{
	unsigned r = segment_offsets[class];

	return (r * wheel210_cofactors[position + 1] - 2) / 30 -
	       (r * wheel210_cofactors[position] - 2) / 30;
}

static ALWAYS_INLINE unsigned wheel210_bit(unsigned class, unsigned position)
{
	unsigned r = segment_offsets[class];

	return segment_below[(r * wheel210_cofactors[position] - 2) % 30 + 2];
}

/* Where a prime is on its way. */
struct wheel210_place {
	uint64_t at; /* bytes behind low */
	unsigned position; /* of the cofactor */
};

/* Go on to the next multiple of a prime of this class and turns. */
static inline void wheel210_advance(
	struct wheel210_place *place, unsigned class, uint32_t turns)
{
	unsigned position = place->position;

	place->at += (uint64_t)turns * wheel210_gap(position) +
		     wheel210_carry(class, position);
	place->position = position + 1 < WHEEL210_POSITIONS ? position + 1 : 0;
}

/* The first multiple of prime to be crossed off that is at least its square
 * and lies in a segment that begins at low. May lie far behind it. */
struct wheel210_place wheel210_first(uint64_t low, uint32_t prime);

#endif
