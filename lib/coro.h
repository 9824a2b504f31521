/*
 * coro - functions that can stop in the middle and be continued
 *
 * A coroutine is a function with a stack of its own. coro_resume runs it
 * until it calls coro_yield or returns, as an ordinary call would; the next
 * coro_resume goes on behind the coro_yield. Nothing happens in parallel. A
 * coroutine may resume others, and coro_yield always goes back to whoever
 * resumed it.
 *
 *	CREATED --resume--> RUNNING --yield--> SUSPENDED --resume--> RUNNING
 *	RUNNING --return--> DONE
 *
 * Each coroutine has its own errno, 0 at first; resuming does not disturb
 * the errno of the caller.
 *
 * A suspended coroutine may be resumed by another thread than before, once
 * the coro_resume that it left by yielding has returned and the caller has
 * told the other thread so (a lock, a queue). Across coro_yield it must then
 * keep no mutex, no address of errno or of a thread-local variable, and no
 * pthread_self(), not even one that the compiler keeps for it: the address
 * of errno is declared constant. Ask coro_errno instead, or use functions
 * that return their error.
 *
 * A coroutine that is destroyed before it is done is not unwound: what its
 * function holds is lost. gen gives it a chance to clean up.
 *
 * Threads:  a pool, and creating and destroying in it, belong to one thread
 *           at a time; resuming as above; state, name and arg from any.
 * Blocking: coro_resume until the coroutine yields or returns; coro_yield
 *           until somebody resumes it.
 * Memory:   coroutine and stack are one piece of the pool, until
 *           coro_destroy; the name is the caller's and outlives the coroutine.
 */
#ifndef LIB_CORO_H
#define LIB_CORO_H

#include <stddef.h>

#include "lib/stack.h"

struct coro;

typedef void (*coro_fn)(void *arg);

enum coro_state {
	CORO_CREATED,
	CORO_SUSPENDED,
	CORO_RUNNING, /* or waiting for one that it resumed */
	CORO_DONE,
};

/*
 * Create a coroutine that will call fn(arg) when first resumed.
 * Returns 0, or
 * -ENOMEM  no memory or no address space;
 * -EAGAIN  no more guarded stacks: vm.max_map_count is reached (stack.h).
 */
int coro_create(struct stack_pool *pool, const char *name, coro_fn fn,
	void *arg, struct coro **result);

/* In any state but CORO_RUNNING. */
void coro_destroy(struct coro *coro);

/*
 * Returns 1 when the coroutine yielded, 0 when its function returned, or
 * -EBUSY   it is running already: it, or one that it resumed, is the caller;
 * -EINVAL  it is done.
 */
static inline int coro_resume(struct coro *coro);

/* Go back to the coro_resume that runs the calling coroutine. */
static inline void coro_yield(void);

/* The coroutine that is calling, or NULL outside of any. */
struct coro *coro_self(void);

/* errno of whatever thread this is now. */
int coro_errno(void);

void *coro_arg(const struct coro *coro);
const char *coro_name(const struct coro *coro);
enum coro_state coro_state(const struct coro *coro);
const char *coro_state_name(enum coro_state state);
const struct stack *coro_stack(const struct coro *coro);

/* Visits each coroutine of a pool; visit creates and destroys none there. */
void coro_each(struct stack_pool *pool,
	void (*visit)(struct coro *coro, void *arg), void *arg);

#include "lib/coro_impl.h"

#endif
