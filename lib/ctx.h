/*
 * ctx - put the processor on another stack, and come back later
 *
 * A context is a place where execution can be continued: a stack and the
 * registers that a function expects to find again. ctx_switch leaves the
 * caller in one context and goes on where another one was left. That is all;
 * who runs next, what finished and what failed is coro's affair.
 *
 * On x86-64 and aarch64 the switch is a dozen instructions expanded in place:
 * it stores the few registers that cannot be declared lost, and lets the
 * compiler keep across the switch only what it really needs. Everywhere else
 * (or with -DCTX_UCONTEXT) it is swapcontext, a hundred times slower.
 *
 * What is not switched belongs to the thread: errno (coro takes care of it),
 * the signal mask, the floating-point rounding mode and exception masks,
 * thread-local variables. A context may be continued by another thread than
 * the one that left it; the caller then orders the two threads. Code that
 * may be moved so must not hold the address of a thread-local variable, of
 * errno or a pthread_self() from before: compilers keep these in registers.
 *
 * ASan and TSan are told of every switch.
 *
 * Threads:  a context is used by one thread at a time.
 * Blocking: ctx_switch returns when somebody switches back.
 * Memory:   the caller's, both struct ctx and stack; ctx_fini gives back what
 *           TSan keeps for a context.
 */
#ifndef LIB_CTX_H
#define LIB_CTX_H

#include <stddef.h>

#include "lib/sanitizer.h"

struct ctx;

/* Runs on the new stack and never returns: it ends with ctx_leave. */
typedef void (*ctx_fn)(struct ctx *self);

/* The machine part: struct ctx_place, ctx_place_init, ctx_jump. */
#include "lib/ctx_impl.h"

struct ctx {
	struct ctx_place place;
#if SANITIZER_ADDRESS
	const void *low;
	size_t size;
	void *fake_stack;
	struct ctx *came_from;
#endif
#if SANITIZER_THREAD
	void *fiber;
#endif
};

/*
 * Make the first ctx_switch to the context call fn(ctx) on the stack
 * low … low + size - 1, which backtraces show as ending there. A context
 * that stands for the calling thread itself needs no ctx_init: the switch
 * away from it fills it in.
 */
static inline void ctx_init(struct ctx *ctx, void *low, size_t size, ctx_fn fn);

/* Nothing of the context is running, nor ever will again. */
static inline void ctx_fini(struct ctx *ctx);

/* Wait in from, go on in to. from is where to come back to. */
static inline void ctx_switch(struct ctx *from, struct ctx *to);

/* The same for the last time: from is over, only ctx_fini may follow. */
static inline _Noreturn void ctx_leave(struct ctx *from, struct ctx *to);

static inline void ctx_init(struct ctx *ctx, void *low, size_t size, ctx_fn fn)
{
	ctx_place_init(&ctx->place, ctx, low, size, fn);
#if SANITIZER_ADDRESS
	ctx->low = low;
	ctx->size = size;
	ctx->fake_stack = NULL;
#endif
#if SANITIZER_THREAD
	ctx->fiber = __tsan_create_fiber(0);
#endif
}

static inline void ctx_fini(struct ctx *ctx)
{
	(void)ctx;
#if SANITIZER_THREAD
	__tsan_destroy_fiber(ctx->fiber);
#endif
}

/*
 * The two halves of telling the tools. Always inlined, because TSan keeps a
 * call stack per fiber: between its switch and ours no function may be
 * entered or left.
 */
__attribute__((always_inline)) static inline void ctx_leaving(
	struct ctx *from, struct ctx *to, void **fake_stack)
{
	(void)from, (void)to, (void)fake_stack;
#if SANITIZER_ADDRESS
	to->came_from = from;
	__sanitizer_start_switch_fiber(fake_stack, to->low, to->size);
#endif
#if SANITIZER_THREAD
	from->fiber = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(to->fiber, 0);
#endif
}

__attribute__((always_inline)) static inline void ctx_arrived(struct ctx *self)
{
	(void)self;
#if SANITIZER_ADDRESS
	__sanitizer_finish_switch_fiber(self->fake_stack, &self->came_from->low,
		&self->came_from->size);
#endif
}

#if SANITIZER_ADDRESS
#define CTX_FAKE_STACK(ctx) (&(ctx)->fake_stack)
#else
#define CTX_FAKE_STACK(ctx) NULL
#endif

__attribute__((always_inline)) static inline void ctx_switch(
	struct ctx *from, struct ctx *to)
{
	ctx_leaving(from, to, CTX_FAKE_STACK(from));
	ctx_jump(&from->place, &to->place);
	ctx_arrived(from);
}

__attribute__((always_inline)) static inline _Noreturn void ctx_leave(
	struct ctx *from, struct ctx *to)
{
	ctx_leaving(from, to, NULL); /* NULL lets ASan free its fake stack */
	ctx_jump_last(&to->place);
}

#endif
