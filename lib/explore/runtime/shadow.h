/*
 * shadow - the race detector, and which accesses are steps
 *
 * `pc` is where the program accesses the memory.
 *
 * Threads:  of the program's threads whichever runs.
 * Blocking: access_memory is a step where others could notice.
 * Memory:   mappings of its own.
 */
#ifndef LIB_EXPLORE_RUNTIME_SHADOW_H
#define LIB_EXPLORE_RUNTIME_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum access_flags {
	ACCESS_WRITE = 1 << 0,
	ACCESS_ATOMIC = 1 << 1,
	ACCESS_FREE = 1 << 2,
};

void shadow_setup(void);
void access_memory(
	const void *address, size_t size, unsigned flags, uint64_t pc);

/* Accesses there are steps; are to be, from the next search on. */
bool racy(uint64_t pc);
void make_step(uint64_t pc);

/*
 * Somebody freed the block that begins at the address, and now it is used:
 * where nothing has ordered the two, they can come the other way round.
 */
void make_steps_of_free(uint64_t address, uint64_t pc);

/* Another thread has used it. */
bool shared(uint64_t address);

#endif
