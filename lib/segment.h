/*
 * segment - a stretch of sieved numbers, and what can be asked of it
 *
 * A segment says for every number of a stretch whether it is prime, in one
 * of three layouts. In all of them a set bit (or a byte of 1) means prime:
 *
 *	SEGMENT_ODD_BYTES   byte i stands for low + 2i + 1
 *	SEGMENT_ODD_BITS    bit i, counted from the lowest bit of byte 0,
 *	                    stands for low + 2i + 1
 *	SEGMENT_WHEEL30     the eight bits of byte k stand for low + 30k +
 *	                    7, 11, 13, 17, 19, 23, 29 and 31
 *
 * low is a multiple of 30. The last layout is the wheel of 2, 3 and 5: only
 * eight in thirty numbers are free of these three factors, so that a byte
 * holds thirty numbers. It ends at 31 and not at 30 so that every tuplet of
 * close primes above 5 lies within one byte.
 *
 * A segment of n such turns spans low + 2 .. low + 30n + 1, whatever its
 * layout: the entry for low + 1 is always clear, it belongs to the segment
 * before. Segments that follow one another thus tile without a gap or an
 * overlap. 2, 3 and 5 are in no segment; ask segment_small_primes() for
 * those. A segment may be empty (size 0): it then holds no prime.
 *
 * Threads:  a segment is read only; any number of threads.
 * Blocking: never.
 * Memory:   a segment borrows its data, whoever made it says for how long.
 */
#ifndef LIB_SEGMENT_H
#define LIB_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

enum segment_layout {
	SEGMENT_ODD_BYTES,
	SEGMENT_ODD_BITS,
	SEGMENT_WHEEL30,
};

struct segment {
	enum segment_layout layout;
	uint64_t low;
	const unsigned char *data;
	size_t size; /* bytes of data */
};

/* A sum of primes may need 128 bits. */
struct segment_sum {
	uint64_t low, high;
};

/* Twins, triplets, quadruplets, quintuplets, sextuplets. */
enum {
	SEGMENT_NTUPLETS = 5
};

/* The low of the segment of one turn that spans number (0 for 0 and 1). */
uint64_t segment_low(uint64_t number);

/* The bytes that turns * 30 numbers take in a layout. */
size_t segment_size(enum segment_layout layout, uint64_t turns);

/* Clear every entry of writable data that is outside lo..hi. */
void segment_clip(const struct segment *seg, unsigned char *data, uint64_t lo,
	uint64_t hi);

/* Questions that any layout answers: how many primes; the last one, or 0;
 * the k-th one (from 1), or 0 when there are fewer. */
uint64_t segment_count(const struct segment *seg);
uint64_t segment_last(const struct segment *seg);
uint64_t segment_nth(const struct segment *seg, uint64_t k);

/*
 * Bring a segment of any layout into WHEEL30. buffer holds at least
 * segment_pack_size(in) bytes and backs *out; a segment that is in WHEEL30
 * already is passed through and the buffer is not touched.
 */
size_t segment_pack_size(const struct segment *in);
void segment_pack(
	const struct segment *in, unsigned char *buffer, struct segment *out);

/* The questions below are asked of WHEEL30 only. */

struct segment_sum segment_sum(const struct segment *seg);

/* Add one sum to another. */
void segment_sum_add(struct segment_sum *total, struct segment_sum more);

/*
 * Add the tuplets of the segment to counts[]. A tuplet is as close as its
 * number of primes can be: (p, p+2), (p, p+2|4, p+6), (p, p+2, p+6, p+8),
 * (p, p+4, p+6, p+10, p+12) and (p, p+2, p+6, p+8, p+12), and
 * (p, p+4, p+6, p+10, p+12, p+16). Those with a member of 3 or 5 are not in
 * any segment, see segment_small_tuplets().
 */
void segment_tuplets(
	const struct segment *seg, uint64_t counts[SEGMENT_NTUPLETS]);

/*
 * Write the primes in decimal, one on a line, and return the bytes written:
 * at most segment_print_max(seg), which out must have room for.
 */
size_t segment_print(const struct segment *seg, char *out);
size_t segment_print_max(const struct segment *seg);

/* Store those of 2, 3 and 5 that are within lo..hi, return how many. */
unsigned segment_small_primes(uint64_t lo, uint64_t hi, uint64_t out[3]);

/* Add the tuplets that lie within lo..hi and have a member below 7. */
void segment_small_tuplets(
	uint64_t lo, uint64_t hi, uint64_t counts[SEGMENT_NTUPLETS]);

#endif
