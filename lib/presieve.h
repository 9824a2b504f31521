/*
 * presieve - begin a segment with all multiples of the smallest primes gone
 *
 * What a few small primes cross off repeats every product-of-them bytes in
 * the layout of SEGMENT_WHEEL30. Such patterns are made once, and a segment
 * begins as the AND of all patterns, 64 bytes at a time where the processor
 * can: cheaper than crossing off, up to primes of about 250.
 *
 * Threads:  a presieve is not changed after it was made; any number of
 *           readers.
 * Blocking: never.
 * Memory:   presieve_init() allocates about 400 KB, presieve_fini() frees.
 * Source: Kim Walisch, primesieve, PreSieve.cpp; the AND of several patterns
 * from his work with Michael Sterrett (2022).
 */
#ifndef LIB_PRESIEVE_H
#define LIB_PRESIEVE_H

#include <stddef.h>
#include <stdint.h>

enum {
	PRESIEVE_PATTERNS = 24
};

struct presieve {
	unsigned char *patterns[PRESIEVE_PATTERNS];
	uint32_t last; /* the largest prime; all others up to it are in */
};

/* 0, or -ENOMEM. */
int presieve_init(struct presieve *presieve);
void presieve_fini(struct presieve *presieve);

/*
 * Fill the segment of size bytes at low; data has room for size rounded up to
 * a multiple of 64. Multiples of the primes up to presieve->last are clear,
 * those primes themselves are set.
 */
void presieve_fill(const struct presieve *presieve, unsigned char *data,
	uint64_t low, size_t size);

#endif
