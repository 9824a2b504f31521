#include "lib/coro.h"

#include <errno.h>
#include <stdint.h>

#include "lib/ctx.h"
#include "lib/must.h"

enum {
	ALIGNMENT = 64
};

static size_t place_size(void)
{
	return (sizeof(struct coro) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct coro *coro_on(const struct stack *stack)
{
	return (struct coro *)((uintptr_t)stack - place_size());
}

const struct stack *coro_stack(const struct coro *coro)
{
	return (const struct stack *)((uintptr_t)coro + place_size());
}

__attribute__((noinline)) struct coro_thread *coro_meet_thread(
	struct coro_thread *thread)
{
	thread->error = &errno;
	return thread;
}

#ifdef CTX_X86_64

_Thread_local struct coro_thread coro_thread;

#else

/* The barrier is for optimisers that see through a call. */
__attribute__((noinline)) struct coro_thread *coro_this_thread(void)
{
	static _Thread_local struct coro_thread thread;

	__asm__ volatile("" ::: "memory");
	return thread.error ? &thread : coro_meet_thread(&thread);
}

#endif

static void run(struct ctx *ctx)
{
	struct coro *coro = (struct coro *)ctx; /* its first member */

	coro->fn(coro->arg);
	coro_store_state(coro, CORO_DONE);
	ctx_leave(&coro->ctx, coro->resumer);
}

int coro_create(struct stack_pool *pool, const char *name, coro_fn fn,
	void *arg, struct coro **result)
{
	struct stack *stack;
	struct coro *coro;
	int error = stack_take(pool, &stack);

	if (error)
		return error;
	coro = coro_on(stack);
	coro->fn = fn;
	coro->arg = arg;
	coro->name = name;
	coro->error = 0;
	coro_store_state(coro, CORO_CREATED);
	ctx_init(&coro->ctx, stack->low,
		(size_t)((const char *)coro - stack->low), run);
	*result = coro;
	return 0;
}

void coro_destroy(struct coro *coro)
{
	must(coro_load_state(coro) != CORO_RUNNING);
	ctx_fini(&coro->ctx);
	stack_give((struct stack *)coro_stack(coro));
}

struct coro *coro_self(void)
{
	return coro_this_thread()->running;
}

int coro_errno(void)
{
	return *coro_this_thread()->error;
}

void *coro_arg(const struct coro *coro)
{
	return coro->arg;
}

const char *coro_name(const struct coro *coro)
{
	return coro->name;
}

enum coro_state coro_state(const struct coro *coro)
{
	return coro_load_state(coro);
}

const char *coro_state_name(enum coro_state state)
{
	static const char *const names[] = {
		[CORO_CREATED] = "created",
		[CORO_SUSPENDED] = "suspended",
		[CORO_RUNNING] = "running",
		[CORO_DONE] = "done",
	};

	return names[state];
}

struct visitor {
	void (*visit)(struct coro *coro, void *arg);
	void *arg;
};

static void visit_stack(struct stack *stack, void *arg)
{
	const struct visitor *visitor = arg;

	visitor->visit(coro_on(stack), visitor->arg);
}

void coro_each(struct stack_pool *pool,
	void (*visit)(struct coro *coro, void *arg), void *arg)
{
	struct visitor visitor = {visit, arg};

	stack_pool_each(pool, visit_stack, &visitor);
}
