/*
 * Struct copies. gcc calls the hook of the write before that of the read, and
 * copies after both: lib/explore/copies.h gives the two these names.
 */
#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/rt.h"

#include <string.h>

/* From its hooks to the next that its thread calls, others have no turn. */
static struct {
	void *to;
	uint64_t pc;

	/* What others wrote there between its two steps, to be put back. */
	void *from;
	size_t size;
	char now[KEPT_ROOM];
} copy;

void copy_settle(void)
{
	if (!copy.from)
		return;
	memcpy(copy.from, copy.now, copy.size);
	copy.from = NULL;
}

static bool overlap(const char *a, const char *b, size_t size)
{
	return a < b + size && b < a + size;
}

/* The copy that follows is to find what there was when it read. */
static void put_back(void *from, const void *read, size_t size)
{
	if (!memcmp(from, read, size))
		return;
	memcpy(copy.now, from, size);
	copy.from = from;
	copy.size = size;
	memcpy(from, read, size);
}

static void copy_memory(void *from, size_t size, uint64_t pc)
{
	char room[KEPT_ROOM];
	void *to = copy.to;
	uint64_t write_pc = copy.pc; /* others may copy before we do */
	const void *read;

	access_memory(from, size, 0, pc);
	read = kept(room, from, size);
	access_memory(to, size, ACCESS_WRITE, write_pc);
	if (!overlap(from, to, size))
		put_back(from, read, size);
}

#define COPY_OF_SIZE(n)                       \
	void __tsan_store##n(void *to);       \
	void __tsan_store##n(void *to)        \
	{                                     \
		copy.to = to;                 \
		copy.pc = CALLER;             \
	}                                     \
	void __tsan_load##n(void *from);      \
	void __tsan_load##n(void *from)       \
	{                                     \
		copy_memory(from, n, CALLER); \
	}

COPY_OF_SIZE(1)
COPY_OF_SIZE(2)
COPY_OF_SIZE(4)
COPY_OF_SIZE(8)
COPY_OF_SIZE(16)

void __tsan_store_range(void *to, unsigned long size);
void __tsan_store_range(void *to, unsigned long size)
{
	(void)size;
	copy.to = to;
	copy.pc = CALLER;
}

void __tsan_load_range(void *from, unsigned long size);
void __tsan_load_range(void *from, unsigned long size)
{
	copy_memory(from, size, CALLER);
}
