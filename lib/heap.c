#include "lib/heap.h"

#include <errno.h>
#include <stdlib.h>

static bool comes_before(const struct heap_entry *a, const struct heap_entry *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
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

int heap_push(struct heap *heap, uint64_t key, void *value)
{
	struct heap_entry entry = {
		.key = key, .order = heap->npushed, .value = value};
	size_t i = heap->size;

	if (heap->size == heap->capacity && grow(heap) < 0)
		return -ENOMEM;
	heap->npushed++;
	heap->size++;
	while (i > 0 && comes_before(&entry, &heap->entries[(i - 1) / 2])) {
		heap->entries[i] = heap->entries[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap->entries[i] = entry;
	return 0;
}

static size_t first_child(const struct heap *heap, size_t i)
{
	size_t left = 2 * i + 1, right = left + 1;

	if (right < heap->size &&
		comes_before(&heap->entries[right], &heap->entries[left]))
		return right;
	return left;
}

void *heap_pop(struct heap *heap)
{
	struct heap_entry last;
	void *value;
	size_t i = 0, child;

	if (heap_empty(heap))
		return NULL;
	value = heap->entries[0].value;
	last = heap->entries[--heap->size];
	while ((child = first_child(heap, i)) < heap->size &&
		comes_before(&heap->entries[child], &last)) {
		heap->entries[i] = heap->entries[child];
		i = child;
	}
	heap->entries[i] = last;
	return value;
}

uint64_t heap_first_key(const struct heap *heap)
{
	return heap_empty(heap) ? UINT64_MAX : heap->entries[0].key;
}

bool heap_empty(const struct heap *heap)
{
	return heap->size == 0;
}
