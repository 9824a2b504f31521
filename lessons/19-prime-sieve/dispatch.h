/*
 * Blocks of numbers are tested for primes by several workers at once. Block b
 * holds the numbers from 3 * b to 3 * b + 2. To test a block one needs all
 * primes up to the root of its largest number; where these are not known yet,
 * the block has to wait.
 */
#include <stdbool.h>

enum {
	NBLOCKS = 4,
	BLOCK_SIZE = 3
};

/*
 * Called by a worker that is free: waits until a block can be tested, and
 * returns its number. -1: there are no blocks left.
 */
int dispatch_next(void);

/* Called by the worker when it has tested it: its primes are known now. */
void dispatch_done(int block);
