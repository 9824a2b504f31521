/* malloc and its family, as the program calls them. */
#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void *WRAP(malloc)(size_t size)
{
	return heap_alloc(size, HEAP_ALIGNMENT, CALLER);
}

void *heap_zeroed(size_t n, size_t size, uint64_t pc)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	p = heap_alloc(total, HEAP_ALIGNMENT, pc);
	return p ? memset(p, 0, total) : NULL;
}

void *WRAP(calloc)(size_t n, size_t size)
{
	return heap_zeroed(n, size, CALLER);
}

void *heap_moved(void *old, size_t size, uint64_t pc)
{
	size_t old_size = heap_size(old);
	void *p = heap_alloc(size, HEAP_ALIGNMENT, pc);

	if (p && old) {
		heap_begin_free(old, pc);
		memcpy(p, old, old_size < size ? old_size : size);
		heap_end_free(old, pc);
	}
	return p;
}

void *WRAP(realloc)(void *old, size_t size)
{
	return heap_moved(old, size, CALLER);
}

void WRAP(free)(void *p)
{
	heap_free(p, CALLER);
}

void *WRAP(aligned_alloc)(size_t align, size_t size)
{
	return heap_alloc(
		size, align < HEAP_ALIGNMENT ? HEAP_ALIGNMENT : align, CALLER);
}

int WRAP(posix_memalign)(void **result, size_t align, size_t size)
{
	void *p = heap_alloc(
		size, align < HEAP_ALIGNMENT ? HEAP_ALIGNMENT : align, CALLER);

	if (!p)
		return ENOMEM;
	*result = p;
	return 0;
}

static char *copied(const char *s, size_t most, uint64_t pc)
{
	char room[KEPT_ROOM], *copy;
	size_t n = access_string(s, most, pc);

	s = kept(room, s, n);
	copy = heap_alloc(n + 1, HEAP_ALIGNMENT, pc);
	if (!copy)
		return NULL;
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *WRAP(strdup)(const char *s)
{
	return copied(s, ANY_LENGTH, CALLER);
}

char *WRAP(strndup)(const char *s, size_t n)
{
	return copied(s, n, CALLER);
}
