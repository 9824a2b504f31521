/*
 * entry - the registers of the program as it entered one of our functions
 *
 * What a thread will do next depends on its stack, on the memory that it
 * reads, and on the registers that a call preserves; and those are ours to
 * use from the first line of any function in C. So the functions that a
 * waiting loop consists of are entered through a few instructions that note
 * them down. (The names are exchanged as those of wrappers are.)
 *
 * Threads:  of the program's threads whichever runs.
 * Blocking: never.
 * Memory:   one static place, overwritten by the next entry; use it before
 *           another thread is switched to.
 */
#ifndef LIB_EXPLORE_RUNTIME_ENTRY_H
#define LIB_EXPLORE_RUNTIME_ENTRY_H

#include <stdint.h>

enum {
#if defined(__x86_64__)
	ENTRY_REGISTERS = 6, /* rbx rbp r12 r13 r14 r15 */
#elif defined(__aarch64__)
	ENTRY_REGISTERS = 11, /* x19 ... x29 */
#else
	ENTRY_REGISTERS = 0, /* not known: no entry is ever noted */
#endif
};

struct entry {
	uint64_t pc; /* where it will return to */
	uint64_t sp; /* of the caller */
	uint64_t registers[ENTRY_REGISTERS + 1];
};

extern struct entry entry;

#endif
