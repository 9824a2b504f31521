#include "lib/coro.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

#include "lib/ctx.h"
#include "lib/must.h"

/* Ordered by use: with the plain ctx, a switch touches the first 64 bytes. */
struct coro {
	struct ctx ctx;
	struct ctx *resumer; /* lies in the frame of coro_resume */
	int error; /* errno while suspended */
	/*
	 * Relaxed: only dumps read it from elsewhere, and pair with nothing.
	 * Threads that hand a coroutine on have their own lock for that.
	 */
	_Atomic(enum coro_state) state;
	coro_fn fn;
	void *arg;
	const char *name;
};

/* What coro knows of each thread. */
struct coro_thread {
	struct coro *running;
	int *error; /* &errno of this thread */
};

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

/*
 * Only functions that are never inlined may name this variable, because a
 * caller may be on another thread after any switch. The barrier keeps an
 * optimiser that sees through the call from taking two calls for one.
 */
static _Thread_local struct coro_thread this_thread;

#define ASKS_WHICH_THREAD __attribute__((noinline))

static void thread_may_have_changed(void)
{
	__asm__ volatile("" ::: "memory");
}

static enum coro_state load_state(const struct coro *coro)
{
	return atomic_load_explicit(&coro->state, memory_order_relaxed);
}

static void store_state(struct coro *coro, enum coro_state state)
{
	atomic_store_explicit(&coro->state, state, memory_order_relaxed);
}

static void run(struct ctx *ctx)
{
	struct coro *coro = (struct coro *)ctx; /* its first member */

	coro->fn(coro->arg);
	store_state(coro, CORO_DONE);
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
	store_state(coro, CORO_CREATED);
	ctx_init(&coro->ctx, stack->low,
		(size_t)((const char *)coro - stack->low), run);
	*result = coro;
	return 0;
}

void coro_destroy(struct coro *coro)
{
	must(load_state(coro) != CORO_RUNNING);
	ctx_fini(&coro->ctx);
	stack_give((struct stack *)coro_stack(coro));
}

ASKS_WHICH_THREAD int coro_enter(struct coro *coro, struct coro_call *call)
{
	struct coro_thread *thread = &this_thread;
	enum coro_state state = load_state(coro);

	thread_may_have_changed();
	if (state == CORO_RUNNING)
		return -EBUSY;
	if (state == CORO_DONE)
		return -EINVAL;
	if (!thread->error)
		thread->error = &errno;
	call->thread = thread;
	call->caller = thread->running;
	call->error = *thread->error;
	coro->resumer = &call->here;
	store_state(coro, CORO_RUNNING);
	thread->running = coro;
	*thread->error = coro->error;
	return 0;
}

/*
 * The thread is the one of coro_enter, unlike after a coro_yield: whoever
 * resumes is not suspended meanwhile, so it cannot have moved.
 */
int coro_left(struct coro *coro, const struct coro_call *call)
{
	struct coro_thread *thread = call->thread;

	coro->error = *thread->error;
	*thread->error = call->error;
	thread->running = call->caller;
	return load_state(coro) != CORO_DONE;
}

ASKS_WHICH_THREAD struct coro *coro_pause(struct ctx **resumer)
{
	struct coro *self = this_thread.running;

	thread_may_have_changed();
	must(self);
	store_state(self, CORO_SUSPENDED);
	*resumer = self->resumer;
	return self;
}

ASKS_WHICH_THREAD struct coro *coro_self(void)
{
	thread_may_have_changed();
	return this_thread.running;
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
	return load_state(coro);
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
