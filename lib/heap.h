/*
 * heap - a priority queue: the entry with the smallest key comes out first
 *
 * Entries with equal keys come out in the order in which they went in. A
 * binary heap in one array (J. W. J. Williams, 1964) that grows by doubling.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   the caller's struct; zeroed memory is an empty heap. heap_fini
 *           frees the array, never what the values point to.
 */
#ifndef LIB_HEAP_H
#define LIB_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_entry {
	uint64_t key;
	uint64_t order; /* set by heap_push */
	void *value;
};

struct heap {
	struct heap_entry *entries;
	size_t size, capacity;
	uint64_t npushed;
};

void heap_fini(struct heap *heap);

/* O(log size). Returns 0 or -ENOMEM. */
int heap_push(struct heap *heap, uint64_t key, void *value);

/* O(log size). Returns the value that came out, or NULL when it is empty. */
void *heap_pop(struct heap *heap);

/* The smallest key, or UINT64_MAX when the heap is empty. */
uint64_t heap_first_key(const struct heap *heap);

bool heap_empty(const struct heap *heap);

#endif
