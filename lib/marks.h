/*
 * marks - what the large primes cross off in a window, found once for all
 *
 * Far out there are many more sieving primes than a short window has
 * numbers: 50 million at 10^18, and most have no multiple in the window at
 * all. To find this out takes longer than everything else, and would have to
 * be done again for each block. So it is done once, before the blocks, and
 * several threads share out the primes instead of the numbers. Each marks in
 * a bit map of its own, which are combined in the end.
 *
 * Threads:  marks are not changed after they were made; any number of
 *           readers.
 * Blocking: marks_init() waits for the threads that it starts.
 * Memory:   a byte for 30 numbers of the window, while they are made for
 *           each thread; marks_fini() frees it.
 */
#ifndef LIB_MARKS_H
#define LIB_MARKS_H

#include "lib/primetable.h"

struct marks {
	unsigned char *bits; /* clear: a multiple; in SEGMENT_WHEEL30 */
	uint64_t low;
	size_t size;
};

/* Mark the multiples in lo..hi of the primes of a table that are >= from.
 * 0 or -ENOMEM. */
int marks_init(struct marks *marks, const struct primetable *primes,
	uint32_t from, uint64_t lo, uint64_t hi, unsigned nthreads);
void marks_fini(struct marks *marks);

/* Cross off what is marked in a segment of size bytes at low. */
void marks_apply(const struct marks *marks, unsigned char *data, uint64_t low,
	size_t size);

#endif
