/*
 * heap - a priority queue: the entry with the smallest key comes out first
 *
 * Entries with equal keys come out in the order in which they went in. A heap
 * in one array that grows by doubling (J. W. J. Williams, 1964), with four
 * children to a parent rather than two: half as deep, and the four lie side
 * by side in the cache. What is put in embeds a node, which knows its place,
 * so that it can be taken out from the middle.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   the caller's structs; zeroed memory is an empty heap, and a node
 *           that is in none. heap_fini frees the array, never the nodes.
 */
#ifndef LIB_HEAP_H
#define LIB_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
	size_t place; /* one more than its index in the array; 0: in none */
};

struct heap_entry {
	uint64_t key;
	uint64_t order; /* set by heap_push */
	struct heap_node *node;
};

struct heap {
	struct heap_entry *entries;
	size_t size, capacity;
	uint64_t npushed;
};

void heap_fini(struct heap *heap);

/* The node is in no heap. O(log size). Returns 0 or -ENOMEM. */
int heap_push(struct heap *heap, uint64_t key, struct heap_node *node);

/* O(log size). Returns the node that came out, or NULL when it is empty. */
struct heap_node *heap_pop(struct heap *heap);

/* Take out a node that is in this heap. O(log size). */
void heap_remove(struct heap *heap, struct heap_node *node);

bool heap_holds(const struct heap_node *node);

/* Of a node that is in this heap. */
uint64_t heap_key(const struct heap *heap, const struct heap_node *node);

/* The smallest key, or UINT64_MAX when the heap is empty. */
uint64_t heap_first_key(const struct heap *heap);

bool heap_empty(const struct heap *heap);

#endif
