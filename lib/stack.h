/*
 * stack - memory for the stacks of coroutines, in pools, with guards below
 *
 * A pool hands out stacks of one size. They are cut from slabs of many, so
 * that a stack costs no system call most of the time, and one that was given
 * back is the first to be handed out again, still warm. A slab whose stacks
 * have all come back is returned to the system; one is kept. Memory becomes
 * resident page by page as a stack is used: an idle coroutine costs one page.
 *
 * Below each stack lies a guard: touching it is a SIGSEGV instead of a
 * damaged neighbour (overflow.h says so in words). The guard is laid by
 * madvise(MADV_GUARD_INSTALL) from Linux 6.13 on, which costs no mapping.
 * Older systems need mprotect, two mappings for each stack: then about 32,700
 * stacks reach vm.max_map_count, and stack_take returns -EAGAIN. A guard is
 * 16 KiB (64 on aarch64); a larger frame is caught only in code that was
 * compiled with -fstack-clash-protection.
 *
 * Stacks start at different offsets in their page, over 32 cache lines: if
 * all began at the same one, the first lines of many stacks would compete for
 * the same few cache sets.
 *
 * Threads:  a pool and all its stacks belong to one thread at a time; what
 *           runs on a stack may run anywhere.
 * Blocking: never, but for the system's mmap, munmap and madvise.
 * Memory:   the pool's; all stacks are given back before the pool goes.
 */
#ifndef LIB_STACK_H
#define LIB_STACK_H

#include <stdbool.h>
#include <stddef.h>

struct stack_pool;
struct stack_slab;

enum stack_guard {
	STACK_GUARD_BEST, /* madvise where the system has it, else mprotect */
	STACK_GUARD_MPROTECT,
	STACK_GUARD_NONE,
};

/* All zero is 64 KiB (four times that under a sanitizer) and guarded. */
struct stack_rules {
	size_t size; /* bytes; at least so many are usable */
	enum stack_guard guard;
};

/*
 * A stack's usable memory goes from low up to this struct, which lies, aligned
 * to 64, at its upper end.
 */
struct stack {
	char *low;
	struct stack *next;
	struct stack_slab *slab;
	unsigned valgrind_id;
	bool taken;
};

/*
 * Returns 0, or
 * -EINVAL  size is larger than 1 GiB;
 * -ENOMEM  no memory.
 */
int stack_pool_create(
	const struct stack_rules *rules, struct stack_pool **result);
void stack_pool_destroy(struct stack_pool *pool);

/*
 * Returns 0, or
 * -ENOMEM  no memory or no address space (RLIMIT_AS, overcommit);
 * -EAGAIN  no more guards: vm.max_map_count is reached.
 */
int stack_take(struct stack_pool *pool, struct stack **result);
void stack_give(struct stack *stack);

/* Bytes between low and the struct, which differ a little between stacks. */
static inline size_t stack_usable_size(const struct stack *stack)
{
	return (size_t)((const char *)stack - stack->low);
}

/* Is the address in the guard below this stack? Safe in a signal handler. */
bool stack_guard_holds(const struct stack *stack, const void *address);

/* Calls visit for every stack that is taken; visit takes and gives none. */
void stack_pool_each(struct stack_pool *pool,
	void (*visit)(struct stack *stack, void *arg), void *arg);

/* The size that was asked for. Safe in a signal handler. */
size_t stack_pool_size(const struct stack_pool *pool);
struct stack_pool *stack_pool_of(const struct stack *stack);

/* How guards are laid, known once the first stack was taken. */
enum stack_guard stack_pool_guard(const struct stack_pool *pool);

#endif
