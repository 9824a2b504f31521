#include "lib/heap.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/must.h"

enum {
	NCHILDREN = 4
};

static bool comes_before(const struct heap_entry *a, const struct heap_entry *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void put(struct heap *heap, size_t i, const struct heap_entry *entry)
{
	heap->entries[i] = *entry;
	entry->node->place = i + 1;
}

void heap_fini(struct heap *heap)
{
	free(heap->entries);
	*heap = (struct heap){0};
}

static int grow(struct heap *heap)
{
	size_t capacity = heap->capacity ? 2 * heap->capacity : 16;
	struct heap_entry *entries = realloc(
		heap->entries, capacity * sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	heap->entries = entries;
	heap->capacity = capacity;
	return 0;
}

/* Fill the hole at i, or one above it, with an entry that may be smaller. */
static void move_up(struct heap *heap, size_t i, const struct heap_entry *entry)
{
	while (i > 0) {
		size_t parent = (i - 1) / NCHILDREN;

		if (!comes_before(entry, &heap->entries[parent]))
			break;
		put(heap, i, &heap->entries[parent]);
		i = parent;
	}
	put(heap, i, entry);
}

static size_t first_child(const struct heap *heap, size_t i)
{
	size_t child = NCHILDREN * i + 1, first = child;
	size_t end = child + NCHILDREN;

	if (end > heap->size)
		end = heap->size;
	while (++child < end) {
		if (comes_before(&heap->entries[child], &heap->entries[first]))
			first = child;
	}
	return first;
}

/* Fill the hole at i, or one below it, with an entry that may be larger. */
static void move_down(
	struct heap *heap, size_t i, const struct heap_entry *entry)
{
	size_t child;

	while ((child = first_child(heap, i)) < heap->size &&
		comes_before(&heap->entries[child], entry)) {
		put(heap, i, &heap->entries[child]);
		i = child;
	}
	put(heap, i, entry);
}

int heap_push(struct heap *heap, uint64_t key, struct heap_node *node)
{
	struct heap_entry entry = {
		.key = key, .order = heap->npushed, .node = node};

	must(!heap_holds(node));
	if (heap->size == heap->capacity && grow(heap) < 0)
		return -ENOMEM;
	heap->npushed++;
	move_up(heap, heap->size++, &entry);
	return 0;
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
	size_t i = node->place - 1;
	struct heap_entry last;

	must(heap_holds(node) && heap->entries[i].node == node);
	node->place = 0;
	last = heap->entries[--heap->size];
	if (last.node == node)
		return;
	if (i > 0 && comes_before(&last, &heap->entries[(i - 1) / NCHILDREN]))
		move_up(heap, i, &last);
	else
		move_down(heap, i, &last);
}

struct heap_node *heap_pop(struct heap *heap)
{
	struct heap_node *node;

	if (heap_empty(heap))
		return NULL;
	node = heap->entries[0].node;
	heap_remove(heap, node);
	return node;
}

bool heap_holds(const struct heap_node *node)
{
	return node->place != 0;
}

uint64_t heap_key(const struct heap *heap, const struct heap_node *node)
{
	must(heap_holds(node));
	return heap->entries[node->place - 1].key;
}

uint64_t heap_first_key(const struct heap *heap)
{
	return heap_empty(heap) ? UINT64_MAX : heap->entries[0].key;
}

bool heap_empty(const struct heap *heap)
{
	return heap->size == 0;
}
