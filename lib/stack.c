#include "lib/stack.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/must.h"
#include "lib/sanitizer.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

/*
 * A guard is as large as -fstack-clash-protection lets a frame step at once,
 * 4 KiB on x86-64 and 64 on aarch64, or more: code that was compiled without
 * it, such as the C library, has frames of a few pages.
 */
#ifdef __aarch64__
enum {
	GUARD_SIZE = 64 << 10
};
#else
enum {
	GUARD_SIZE = 16 << 10
};
#endif

enum {
	LINE_SIZE = 64,
	NCOLOURS = 32,
	HEAD_SIZE = 2048, /* struct stack, and what coro puts below it */
	SLAB_SIZE = 16 << 20,
	SLAB_MIN_STACKS = 8,
	SLAB_MAX_STACKS = 1024,
	DEFAULT_SIZE = 64 << 10,
	MAX_SIZE = 1 << 30,
};

/*
 * A slab is one mapping: a page with this struct, then stride bytes for each
 * stack, its guard lowest. Stacks are cut off in order, each when it is
 * needed for the first time.
 */
struct stack_slab {
	struct stack_pool *pool;
	struct stack_slab *prev;
	struct stack_slab *next;
	struct stack *given; /* back, ready to be taken again */
	size_t map_size;
	unsigned nstacks;
	unsigned ncut;
	unsigned ntaken;
};

struct stack_pool {
	size_t size;
	size_t page_size;
	size_t guard_size;
	size_t stride;
	enum stack_guard guard;
	bool advice_works; /* STACK_GUARD_BEST has been tried */
	unsigned nempty; /* slabs without any stack taken */
	/* With a stack to take; one that has some still uncut is last. */
	struct stack_slab *open;
	struct stack_slab *full;
};

static size_t round_up(size_t size, size_t multiple)
{
	return (size + multiple - 1) / multiple * multiple;
}

/*
 * LSan looks for pointers in stacks, as in all memory, and would die reading
 * a guard that the list of mappings does not show.
 */
static enum stack_guard best_guard(enum stack_guard wanted)
{
	if (SANITIZER_ADDRESS && wanted == STACK_GUARD_BEST)
		return STACK_GUARD_MPROTECT;
	return wanted;
}

int stack_pool_create(
	const struct stack_rules *rules, struct stack_pool **result)
{
	const bool wide_frames = SANITIZER_ADDRESS || SANITIZER_THREAD;
	struct stack_pool *pool;
	size_t top = HEAD_SIZE + (NCOLOURS - 1) * LINE_SIZE;

	if (rules->size > MAX_SIZE)
		return -EINVAL;
	pool = calloc(1, sizeof *pool);
	if (!pool)
		return -ENOMEM;
	pool->size = rules->size ? rules->size : DEFAULT_SIZE;
	if (!rules->size && wide_frames)
		pool->size *= 4;
	pool->page_size = (size_t)sysconf(_SC_PAGESIZE);
	pool->guard = best_guard(rules->guard);
	if (pool->guard != STACK_GUARD_NONE)
		pool->guard_size = round_up(GUARD_SIZE, pool->page_size);
	pool->stride = pool->guard_size +
		       round_up(pool->size + top, pool->page_size);
	*result = pool;
	return 0;
}

static void link_slab(struct stack_slab **list, struct stack_slab *slab)
{
	slab->prev = NULL;
	slab->next = *list;
	if (*list)
		(*list)->prev = slab;
	*list = slab;
}

static void unlink_slab(struct stack_slab **list, struct stack_slab *slab)
{
	if (slab->prev)
		slab->prev->next = slab->next;
	else
		*list = slab->next;
	if (slab->next)
		slab->next->prev = slab->prev;
}

static unsigned wanted_stacks(const struct stack_pool *pool)
{
	size_t n = SLAB_SIZE / pool->stride;

	if (n < SLAB_MIN_STACKS)
		return SLAB_MIN_STACKS;
	return n > SLAB_MAX_STACKS ? SLAB_MAX_STACKS : (unsigned)n;
}

/* Address space may be short (RLIMIT_AS): then a smaller slab has to do. */
static void *map_slab(
	const struct stack_pool *pool, unsigned *nstacks, size_t *map_size)
{
	void *slab = MAP_FAILED;

	for (unsigned n = wanted_stacks(pool); n && slab == MAP_FAILED;
		n /= 2) {
		*nstacks = n;
		*map_size = pool->page_size + n * pool->stride;
		slab = mmap(NULL, *map_size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
			-1, 0);
	}
	return slab == MAP_FAILED ? NULL : slab;
}

/* A huge page would make 2 MiB resident at the first touch of one stack. */
static int add_slab(struct stack_pool *pool)
{
	unsigned nstacks;
	size_t map_size;
	struct stack_slab *slab = map_slab(pool, &nstacks, &map_size);

	if (!slab)
		return -ENOMEM;
	madvise(slab, map_size, MADV_NOHUGEPAGE);
	slab->pool = pool;
	slab->nstacks = nstacks;
	slab->map_size = map_size;
#if SANITIZER_ADDRESS
	__lsan_register_root_region(slab, map_size);
#endif
	link_slab(&pool->open, slab);
	pool->nempty++;
	return 0;
}

static struct stack *stack_at(const struct stack_slab *slab, unsigned i)
{
	const struct stack_pool *pool = slab->pool;
	uintptr_t end = (uintptr_t)slab + pool->page_size +
			(i + 1) * pool->stride;
	uintptr_t colour = i % NCOLOURS * LINE_SIZE;

	return (struct stack *)(end - colour - LINE_SIZE);
}
_Static_assert(sizeof(struct stack) <= LINE_SIZE, "a stack's head is a line");

static void drop_slab(struct stack_slab *slab)
{
	size_t map_size = slab->map_size;

	for (unsigned i = 0; i < slab->ncut; i++)
		VALGRIND_STACK_DEREGISTER(stack_at(slab, i)->valgrind_id);
#if SANITIZER_ADDRESS
	__lsan_unregister_root_region(slab, map_size);
	__asan_unpoison_memory_region(slab, map_size);
#endif
	munmap(slab, map_size);
}

static void drop_slabs(struct stack_slab *slab)
{
	while (slab) {
		struct stack_slab *next = slab->next;

		must(slab->ntaken == 0);
		drop_slab(slab);
		slab = next;
	}
}

void stack_pool_destroy(struct stack_pool *pool)
{
	drop_slabs(pool->full);
	drop_slabs(pool->open);
	free(pool);
}

/*
 * Emulators answer 0 to advice that they do not know. The kernel is asked to
 * read a path there, which harms nobody; valgrind would look for itself.
 */
static bool is_guarded(const char *guard)
{
	return RUNNING_ON_VALGRIND ||
	       (access(guard, F_OK) < 0 && errno == EFAULT);
}

static int advise_guard(struct stack_pool *pool, char *guard)
{
	if (madvise(guard, pool->guard_size, MADV_GUARD_INSTALL))
		return -errno;
	if (!pool->advice_works && !is_guarded(guard))
		return -EINVAL;
	pool->advice_works = true;
	return 0;
}

static int lay_guard(struct stack_pool *pool, char *guard)
{
	if (pool->guard == STACK_GUARD_BEST) {
		int error = advise_guard(pool, guard);

		if (!error || error == -ENOMEM)
			return error;
		pool->guard = STACK_GUARD_MPROTECT;
	}
	if (pool->guard == STACK_GUARD_MPROTECT &&
		mprotect(guard, pool->guard_size, PROT_NONE))
		return -EAGAIN;
	return 0;
}

static int cut_stack(struct stack_slab *slab)
{
	struct stack_pool *pool = slab->pool;
	char *guard = (char *)slab + pool->page_size +
		      slab->ncut * pool->stride;
	struct stack *stack = stack_at(slab, slab->ncut);
	int error = lay_guard(pool, guard);

	if (error)
		return error;
	slab->ncut++;
	stack->low = guard + pool->guard_size;
	stack->slab = slab;
	stack->valgrind_id = VALGRIND_STACK_REGISTER(stack->low, stack);
	slab->given = stack;
	return 0;
}

/* Make the first open slab have a stack; kept out of the way of the rest. */
__attribute__((noinline)) static int find_stack(struct stack_pool *pool)
{
	int error = pool->open ? 0 : add_slab(pool);

	if (!error && !pool->open->given)
		error = cut_stack(pool->open);
	return error;
}

static void slab_is_full(struct stack_slab *slab)
{
	unlink_slab(&slab->pool->open, slab);
	link_slab(&slab->pool->full, slab);
}

int stack_take(struct stack_pool *pool, struct stack **result)
{
	struct stack_slab *slab = pool->open;
	struct stack *stack;

	if (!slab || !slab->given) {
		int error = find_stack(pool);

		if (error)
			return error;
		slab = pool->open;
	}
	stack = slab->given;
	slab->given = stack->next;
	stack->taken = true;
	if (slab->ntaken++ == 0)
		pool->nempty--;
	if (slab->ntaken == slab->nstacks)
		slab_is_full(slab);
#if SANITIZER_ADDRESS
	__asan_unpoison_memory_region(stack->low, stack_usable_size(stack));
#endif
	*result = stack;
	return 0;
}

/* One empty slab stays, so that a lone coroutine does not map in each turn. */
static void slab_is_empty(struct stack_slab *slab)
{
	struct stack_pool *pool = slab->pool;

	if (pool->nempty == 0) {
		pool->nempty++;
		return;
	}
	unlink_slab(&pool->open, slab);
	drop_slab(slab);
}

void stack_give(struct stack *stack)
{
	struct stack_slab *slab = stack->slab;

	must(stack->taken);
#if SANITIZER_ADDRESS
	__asan_poison_memory_region(stack->low, stack_usable_size(stack));
#endif
	stack->taken = false;
	stack->next = slab->given;
	slab->given = stack;
	if (slab->ntaken-- == slab->nstacks) {
		unlink_slab(&slab->pool->full, slab);
		link_slab(&slab->pool->open, slab);
	}
	if (slab->ntaken == 0)
		slab_is_empty(slab);
}

bool stack_guard_holds(const struct stack *stack, const void *address)
{
	uintptr_t low = (uintptr_t)stack->low;
	uintptr_t at = (uintptr_t)address;

	return at < low && at >= low - stack->slab->pool->guard_size;
}

static void visit_slabs(const struct stack_slab *slab,
	void (*visit)(struct stack *stack, void *arg), void *arg)
{
	for (; slab; slab = slab->next) {
		for (unsigned i = 0; i < slab->ncut; i++) {
			struct stack *stack = stack_at(slab, i);

			if (stack->taken)
				visit(stack, arg);
		}
	}
}

void stack_pool_each(struct stack_pool *pool,
	void (*visit)(struct stack *stack, void *arg), void *arg)
{
	visit_slabs(pool->full, visit, arg);
	visit_slabs(pool->open, visit, arg);
}

size_t stack_pool_size(const struct stack_pool *pool)
{
	return pool->size;
}

struct stack_pool *stack_pool_of(const struct stack *stack)
{
	return stack->slab->pool;
}

enum stack_guard stack_pool_guard(const struct stack_pool *pool)
{
	return pool->guard;
}
