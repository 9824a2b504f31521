/*
 * The inside of coro: coro_resume and coro_yield, expanded in the caller.
 *
 * A processor predicts each return to go where the latest call came from.
 * Behind a switch that is wrong for every function still to be returned from,
 * and costs more than the switch. So none of ours is among them; what lies on
 * either side of the switch is the same few stores either way.
 */
#ifndef LIB_CORO_IMPL_H
#define LIB_CORO_IMPL_H

#include <errno.h>
#include <stdatomic.h>

#include "lib/ctx.h"
#include "lib/must.h"

/* A switch touches the first 64 bytes, as long as no sanitizer is there. */
struct coro {
	struct ctx ctx;
	struct ctx *resumer; /* lies in the frame of coro_resume */
	int error; /* errno while suspended */
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

/* A thread's first call of anything here. Returns thread. */
struct coro_thread *coro_meet_thread(struct coro_thread *thread);

/*
 * Not taken to give the same answer twice: the caller may be on another thread
 * after any switch, and compilers hold the address of a thread-local variable
 * for constant. So the assembler works it out, or else a function that is
 * never inlined. A call would push its return address on the stack of the
 * coroutine: a line of memory that a switch need not touch otherwise, and
 * among a million coroutines the wait for it was half of what a switch took.
 */
#ifdef CTX_X86_64

extern _Thread_local
	__attribute__((visibility("hidden"))) struct coro_thread coro_thread;

__attribute__((always_inline)) static inline struct coro_thread *
coro_this_thread(void)
{
	struct coro_thread *thread;

	__asm__ volatile("movq coro_thread@gottpoff(%%rip), %0\n\t"
			 "addq %%fs:0, %0"
			 : "=r"(thread)
			 :
			 : "cc", "memory");
	return thread->error ? thread : coro_meet_thread(thread);
}

#else

struct coro_thread *coro_this_thread(void);

#endif

/*
 * Relaxed: only a dump looks from another thread, and takes what it sees.
 * Threads that hand a coroutine on have a lock of their own for that.
 */
static inline enum coro_state coro_load_state(const struct coro *coro)
{
	return atomic_load_explicit(&coro->state, memory_order_relaxed);
}

static inline void coro_store_state(struct coro *coro, enum coro_state state)
{
	atomic_store_explicit(&coro->state, state, memory_order_relaxed);
}

/*
 * Mostly they are the same. Stores are done in order, so those to a coroutine
 * that is not in the cache keep all later ones waiting: the fewer there are,
 * the more switches a processor has under way at once.
 */
__attribute__((always_inline)) static inline void coro_set_error(
	int *error, int value)
{
	if (*error != value)
		*error = value;
}

/*
 * The thread is still the same behind the switch, unlike in coro_yield:
 * whoever resumes is not suspended meanwhile, so it cannot have moved.
 */
__attribute__((always_inline)) static inline int coro_resume(struct coro *coro)
{
	struct coro_thread *thread = coro_this_thread();
	struct coro *caller = thread->running;
	int caller_error = *thread->error;
	enum coro_state state = coro_load_state(coro);
	struct ctx here;

	if (state >= CORO_RUNNING)
		return state == CORO_RUNNING ? -EBUSY : -EINVAL;
	coro->resumer = &here;
	coro_store_state(coro, CORO_RUNNING);
	thread->running = coro;
	coro_set_error(thread->error, coro->error);
	ctx_switch(&here, &coro->ctx);
	coro_set_error(&coro->error, *thread->error);
	coro_set_error(thread->error, caller_error);
	thread->running = caller;
	return coro_load_state(coro) != CORO_DONE;
}

__attribute__((always_inline)) static inline void coro_yield(void)
{
	struct coro *self = coro_this_thread()->running;

	must(self);
	coro_store_state(self, CORO_SUSPENDED);
	ctx_switch(&self->ctx, self->resumer);
}

#endif
