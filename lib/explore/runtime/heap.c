/*
 * The program's heap. Memory is never given out twice in one execution, so
 * that a use after free is always one; new memory is filled with a pattern,
 * and so is no accident of earlier executions; 16 bytes between blocks belong
 * to nobody. The arena lies below 2 GiB for programs that forget to declare
 * malloc.
 */
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ARENA_AT ((void *)0x30000000)

enum {
	ARENA_SIZE = 512 << 20,
	MAX_BLOCKS = 1 << 20,
	GAP = 16,
	POISON = 0xaa,
};

struct block {
	uint32_t offset, size;
	uint64_t pc, freed_pc;
	uint16_t thread;
	uint16_t freed_by; /* WIRE_NOBODY: alive */
	bool reached; /* somebody may still know where it is */
};

static struct heap {
	unsigned char *arena;
	struct block *blocks;
	uint32_t used, nblocks; /* of this execution */
	uint32_t first_used, first_nblocks; /* before main */
	unsigned char *first;
	uint32_t *reached; /* blocks that were, and their number */
	uint32_t nreached;
} * heap;

void heap_setup(void)
{
	heap = map_memory(sizeof(*heap));
	heap->blocks = map_memory(MAX_BLOCKS * sizeof(heap->blocks[0]));
	heap->reached = map_memory(MAX_BLOCKS * sizeof(heap->reached[0]));
	heap->arena = mmap(ARENA_AT, ARENA_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			MAP_FIXED_NOREPLACE,
		-1, 0);
	if (heap->arena != ARENA_AT)
		heap->arena = map_memory(ARENA_SIZE);
}

/* What constructors allocated is part of the snapshot. */
void heap_keep(void)
{
	heap->first_used = heap->used;
	heap->first_nblocks = heap->nblocks;
	heap->first = map_memory(heap->used + 1);
	memcpy(heap->first, heap->arena, heap->used);
}

void heap_begin(void)
{
	heap->used = heap->first_used;
	heap->nblocks = heap->first_nblocks;
	memcpy(heap->arena, heap->first, heap->used);
	for (uint32_t i = 0; i < heap->nblocks; i++)
		heap->blocks[i].freed_by = WIRE_NOBODY;
}

bool heap_owns(const void *p)
{
	return heap &&
	       (uintptr_t)p - (uintptr_t)heap->arena < (size_t)ARENA_SIZE;
}

bool heap_foreign(const void *p)
{
	const unsigned char *at = p;

	return !heap_owns(p) && !(at >= rt->data && at < rt->data_end) &&
	       !(at >= rt->stacks &&
		       at < rt->stacks + (size_t)MAX_THREADS * STACK_SIZE);
}

void *heap_alloc(size_t size, size_t align, uint64_t pc)
{
	size_t at = ((size_t)heap->used + GAP + align - 1) & ~(align - 1);
	struct block *block;

	if (size > ARENA_SIZE || at + size > ARENA_SIZE ||
		heap->nblocks == MAX_BLOCKS) {
		errno = ENOMEM;
		return NULL;
	}
	block = &heap->blocks[heap->nblocks++];
	*block = (struct block){
		.offset = (uint32_t)at,
		.size = (uint32_t)size,
		.pc = pc,
		.thread = (uint16_t)rt->current,
		.freed_by = WIRE_NOBODY,
	};
	heap->used = (uint32_t)(at + size);
	await_forget();
	memset(heap->arena + at, POISON, size);
	return heap->arena + at;
}

/* The last block that begins at or before p. Offsets only grow. */
static struct block *block_before(const void *p)
{
	uintptr_t offset = (uintptr_t)p - (uintptr_t)heap->arena;
	uint32_t low = 0, high = heap->nblocks;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (heap->blocks[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &heap->blocks[low - 1] : NULL;
}

static struct block *block_at(const void *p)
{
	struct block *block = heap_owns(p) ? block_before(p) : NULL;

	return block && heap->arena + block->offset == p ? block : NULL;
}

size_t heap_size(const void *p)
{
	const struct block *block = block_at(p);

	return block ? block->size : 0;
}

/* Who freed it, and who got it from malloc, are its other parties. */
static _Noreturn void fail_freed(enum finding_kind kind,
	const struct block *block, const void *p, uint64_t pc,
	const char *format)
{
	struct finding finding = finding_of(kind, pc);

	make_steps_of_free(
		(uint64_t)(uintptr_t)(heap->arena + block->offset), pc);
	finding.first.op = OP_FREE;
	finding.second = (struct party){.thread = block->freed_by,
		.op = OP_FREE,
		.pc = block->freed_pc};
	finding.third = (struct party){
		.thread = block->thread, .pc = block->pc};
	finding.first.object = (uint64_t)(uintptr_t)p;
	finding.second.object = finding.third.object =
		(uint64_t)(uintptr_t)(heap->arena + block->offset);
	snprintf(finding.text, sizeof(finding.text), format, block->size,
		thread_name(block->freed_by).text);
	fail_with(&finding);
}

/* The block that it misses by less: the one before, or the one behind it. */
static const struct block *missed_block(
	const struct block *before, uintptr_t offset, size_t size)
{
	const struct block *end = heap->blocks + heap->nblocks;
	const struct block *next = before ? before + 1 : heap->blocks;
	intptr_t past;

	if (!before || next == end)
		return before ? before : next < end ? next : NULL;
	past = (intptr_t)(offset - before->offset - before->size);
	return (intptr_t)(next->offset - offset - size) < past ? next : before;
}

/* Where the block begins is the place of its third party. */
static _Noreturn void fail_outside(
	const struct block *block, uintptr_t offset, size_t size, uint64_t pc)
{
	struct finding finding = finding_of(FOUND_USE_AFTER_FREE, pc);

	if (!block)
		fail(FOUND_USE_AFTER_FREE, pc,
			"uses memory that malloc did not give it");
	finding.first.object = (uint64_t)(uintptr_t)(heap->arena + offset);
	finding.third = (struct party){
		.thread = block->thread,
		.pc = block->pc,
		.object = (uint64_t)(uintptr_t)(heap->arena + block->offset),
	};
	snprintf(finding.text, sizeof(finding.text),
		"uses %zu byte%s %s the %u that malloc gave it", size,
		size == 1 ? "" : "s",
		offset < block->offset ? "in front of" : "past the end of",
		block->size);
	fail_with(&finding);
}

void heap_check(const void *p, size_t size, uint64_t pc)
{
	const struct block *block;
	uintptr_t offset;

	if (!heap_owns(p))
		return;
	offset = (uintptr_t)p - (uintptr_t)heap->arena;
	block = block_before(p);
	if (block && offset + size <= (size_t)block->offset + block->size) {
		if (block->freed_by == WIRE_NOBODY)
			return;
		fail_freed(FOUND_USE_AFTER_FREE, block, p, pc,
			"uses some of %u bytes that %s freed");
	}
	fail_outside(missed_block(block, offset, size), offset, size, pc);
}

static struct block *block_to_free(void *p, uint64_t pc)
{
	struct block *block = block_at(p);

	if (!block)
		fail(FOUND_BAD_FREE, pc, "frees what malloc did not give it");
	if (block->freed_by != WIRE_NOBODY)
		fail_freed(FOUND_BAD_FREE, block, p, pc,
			"frees %u bytes that %s freed before");
	return block;
}

void heap_begin_free(void *p, uint64_t pc)
{
	const struct block *block = block_to_free(p, pc);

	access_memory(p, block->size, ACCESS_WRITE | ACCESS_FREE, pc);
	block_to_free(p, pc); /* others had their turn */
}

void heap_end_free(void *p, uint64_t pc)
{
	struct block *block = block_at(p);

	trace(OP_FREE, pc, p);
	block->freed_by = (uint16_t)rt->current;
	block->freed_pc = pc;
}

void heap_free(void *p, uint64_t pc)
{
	if (!p)
		return;
	if (heap_foreign(p)) {
		free(p); /* some library gave it to the program */
		return;
	}
	heap_begin_free(p, pc);
	heap_end_free(p, pc);
}

static bool any_alive(void)
{
	for (uint32_t i = heap->first_nblocks; i < heap->nblocks; i++) {
		if (heap->blocks[i].freed_by == WIRE_NOBODY)
			return true;
	}
	return false;
}

static void reach(const void *p)
{
	struct block *block = heap_owns(p) ? block_before(p) : NULL;

	if (!block || block->reached || block->freed_by != WIRE_NOBODY)
		return;
	block->reached = true;
	heap->reached[heap->nreached++] = (uint32_t)(block - heap->blocks);
}

/* Whatever looks like a pointer is one. */
static void reach_from(const void *from, const void *to)
{
	const size_t each = sizeof(void *);
	const unsigned char *at = (const unsigned char *)from +
				  (each - (uintptr_t)from % each) % each;

	for (; at + each <= (const unsigned char *)to; at += each) {
		void *p;

		memcpy(&p, at, each);
		reach(p);
	}
}

static void reach_all(void)
{
	const unsigned char *stack = rt->stacks +
				     (size_t)rt->current * STACK_SIZE;

	heap->nreached = 0;
	reach_from(rt->data, rt->data_end);
	reach_from(rt->tls, rt->tls + rt->tls_size);
	reach_from(__builtin_frame_address(0), stack + STACK_SIZE);
	for (uint32_t i = 0; i < heap->nreached; i++) {
		const struct block *block = &heap->blocks[heap->reached[i]];
		const unsigned char *at = heap->arena + block->offset;

		reach_from(at, at + block->size);
	}
}

static bool is_lost(const struct block *block)
{
	return block->freed_by == WIRE_NOBODY && !block->reached;
}

/* This one, and all that come after it from the same place. */
static void report_leaks_from(uint32_t first)
{
	uint64_t pc = heap->blocks[first].pc;
	uint32_t n = 0, size = 0;
	struct finding finding;

	for (uint32_t i = first; i < heap->nblocks; i++) {
		struct block *block = &heap->blocks[i];

		if (block->pc != pc || !is_lost(block))
			continue;
		n++;
		size += block->size;
		block->reached = true; /* it has been told of */
	}
	finding = finding_of(FOUND_LEAK, pc);
	finding.code = (int32_t)size;
	snprintf(finding.text, sizeof(finding.text),
		n == 1 ? "%u bytes are never freed"
		       : "%u bytes in %u blocks are never freed",
		size, n);
	note_with(&finding);
}

/* What is still known of could be freed: that is no leak. */
void heap_report_leaks(void)
{
	if (!any_alive())
		return;
	reach_all();
	for (uint32_t i = heap->first_nblocks; i < heap->nblocks; i++) {
		if (is_lost(&heap->blocks[i]))
			report_leaks_from(i);
	}
}

static struct memory_place place_of(const struct block *block)
{
	uint64_t from = (uint64_t)(uintptr_t)heap->arena + block->offset;

	return (struct memory_place){
		.from = from, .to = from + block->size, .pc = block->pc};
}

bool heap_place(uint64_t address, struct memory_place *place)
{
	const void *p = (const void *)(uintptr_t)address;
	const struct block *block = heap_owns(p) ? block_before(p) : NULL;

	if (!block)
		return false;
	*place = place_of(block);
	return address < place->to;
}

bool heap_nth_place(uint32_t i, struct memory_place *place)
{
	if (i >= heap->nblocks)
		return false;
	*place = place_of(&heap->blocks[i]);
	return true;
}
