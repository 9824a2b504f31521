/*
 * heap - the program's malloc and free, in an arena of our own
 *
 * No memory is given out twice in one execution, and every execution begins
 * with the arena as it was before main. `pc` is where the program called.
 *
 * Threads:  of the program's threads whichever runs.
 * Blocking: never.
 * Memory:   one mapping, made by heap_setup; blocks are kept when freed.
 */
#ifndef LIB_EXPLORE_RUNTIME_HEAP_H
#define LIB_EXPLORE_RUNTIME_HEAP_H

#include "lib/explore/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void heap_setup(void);
void heap_keep(void);
void heap_begin(void);
void *heap_alloc(size_t size, size_t align, uint64_t pc);
void heap_free(void *p, uint64_t pc);

/* The same in two halves: before the second it still has its contents. */
void heap_begin_free(void *p, uint64_t pc);
void heap_end_free(void *p, uint64_t pc);
size_t heap_size(const void *p);
void *heap_zeroed(size_t n, size_t size, uint64_t pc);
void *heap_moved(void *old, size_t size, uint64_t pc);
bool heap_owns(const void *p);

/* Neither of our heap nor a variable of the program: from some library. */
bool heap_foreign(const void *p);
void heap_check(const void *p, size_t size, uint64_t pc);
void heap_report_leaks(void);

/* What it lies in; of this execution's blocks the i-th. False: none. */
bool heap_place(uint64_t address, struct memory_place *place);
bool heap_nth_place(uint32_t i, struct memory_place *place);

#endif
