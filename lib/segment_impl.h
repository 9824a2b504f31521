/*
 * segment_impl - the wheel of 30, for those who look inside a segment
 *
 * Threads:  any; there are only constants and pure functions.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef LIB_SEGMENT_IMPL_H
#define LIB_SEGMENT_IMPL_H

#include "lib/segment.h"
#include <string.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* The build is for any x86-64, and the first of them could not count bits:
 * what is worth it is compiled twice and chosen by has_popcnt(). */
#if defined(__x86_64__)
#define POPCNT __attribute__((target("popcnt")))
#define has_popcnt() __builtin_cpu_supports("popcnt")
#else
#define POPCNT
#define has_popcnt() 0
#endif

/* What the eight bits of a byte stand for. */
static const unsigned char segment_offsets[8] = {7, 11, 13, 17, 19, 23, 29, 31};

/* How many of those are below 0..31. */
static const unsigned char segment_below[33] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1,
	1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 8};

/* Eight bytes of a segment as a number whose lowest bit is the first prime
 * candidate, whatever the byte order of the machine. */
static inline uint64_t segment_word(const unsigned char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* The same for the n < 8 bytes that are left at the end. */
static inline uint64_t segment_tail(const unsigned char *data, size_t n)
{
	unsigned char full[8] = {0};

	memcpy(full, data, n);
	return segment_word(full);
}

#endif
