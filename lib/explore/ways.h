/*
 * ways - by which calls a thread came to a place in the source
 *
 * The runtime notes of each step which functions had begun and not returned;
 * DWARF knows which of them the compiler has put into others. Where something
 * lies between two of these functions that is not known (a library that calls
 * back, a call that was made a jump), the way ends.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   names live until symbols_close.
 */
#ifndef LIB_EXPLORE_WAYS_H
#define LIB_EXPLORE_WAYS_H

#include "lib/explore/symbols.h"
#include "lib/explore/wire.h"

/*
 * The functions from the one at pc, a return address, out to the one that the
 * thread began with, each with where it was when it called the one before.
 * Returns how many were written, of which the first is that of pc; 0: not
 * known.
 */
size_t ways_to(const struct wire *wire, struct symbols *symbols, uint64_t pc,
	uint32_t way, struct place *functions, size_t most);

#endif
