/*
 * gen - generators: functions that give one value, wait, and give the next
 *
 * A generator's body is an ordinary function that calls gen_yield for each
 * value. It runs only while somebody asks it for one, on a stack of its own,
 * and keeps its place and its variables in between. Creating one runs nothing.
 *
 *	static int count(struct gen *self, void *arg)
 *	{
 *		for (uintptr_t n = 0;; n++) {
 *			int status = gen_yield(self, (void *)n, NULL);
 *
 *			if (status)
 *				return status;		// told to end
 *		}
 *	}
 *	...
 *	while (gen_next(gen, &n) == 0)
 *		...
 *
 * Values travel both ways: what gen_send brings is what the body's gen_yield
 * receives. So do failures. gen_throw makes the body's gen_yield return a
 * failure's code; a body that returns that code passes the failure on, as it
 * came, to whoever asked, and is finished. gen_close throws GEN_EXIT, so that
 * the body can give back what it holds; cleaning up is what a body does
 * between a gen_yield that returned a code and its own return. A generator
 * that is destroyed is closed first.
 *
 * A body that wants all values of another generator to be its own delegates:
 * during gen_yield_from, whatever the caller does is done to the inner one,
 * and what the inner one returns is the result. However deep such a chain
 * is, a value goes from the innermost to the caller in one switch.
 *
 * The end of a generator is GEN_STOP. A body that returns GEN_STOP, because it
 * took another's end for a failure, has failed: -EPROTO.
 *
 * Threads:  a pool and all generators in it belong to one thread at a time.
 * Blocking: as long as the body runs; nothing happens in parallel.
 * Memory:   a stack of the pool until the body is finished, the struct until
 *           gen_destroy. The name is the caller's and outlives it. A pointer
 *           to the body's own variable is good until it is resumed.
 */
#ifndef LIB_GEN_H
#define LIB_GEN_H

#include <errno.h>

#include "lib/coro.h"
#include "lib/failure.h"

struct gen;

enum {
	GEN_STOP = 1, /* it is finished: no more values */
	GEN_EXIT = -ECANCELED /* what the body of a closed one is told */
};

/*
 * The body. Returns 0 at its end (see gen_return), or the code of a failure:
 * one that it was told of, one that it made with gen_fail, or any other.
 */
typedef int (*gen_fn)(struct gen *self, void *arg);

/* Returns 0, -ENOMEM or -EAGAIN, as coro_create. */
int gen_create(struct stack_pool *pool, const char *name, gen_fn fn, void *arg,
	struct gen **result);

/*
 * Close and free it. How closing failed goes to failure_unretrieved; a body
 * that yields all the same is not asked again, and loses what it holds.
 */
void gen_destroy(struct gen *gen);

/*
 * For the caller. value may be NULL.
 *
 * Each returns 0 with the next value that the body yields, or
 * GEN_STOP  it is finished; the value is what the body returned, which is
 *           told once, and then NULL;
 * a code    the failure that the body returned, which finished it, or
 * -EBUSY    it is executing already: it is the caller, or waits for it;
 * -EINVAL   a value but NULL was sent before the first yield could take it.
 * What a code means is told by gen_failure until the next call.
 */
static inline int gen_next(struct gen *gen, void **value); /* sends NULL */
static inline int gen_send(struct gen *gen, void *sent, void **value);

/* Thrown where it is not started or finished, it comes straight back. */
int gen_throw(struct gen *gen, const struct failure *failure, void **value);

/*
 * Returns 0 when it is finished, now or before; the value is what the body
 * returned after being told. Or the failure that it returned instead; or
 * -EBUSY   as above;
 * -EPROTO  it yielded again, and may be asked to once more.
 */
int gen_close(struct gen *gen, void **value);

/* The failure behind the code that was returned last. */
const struct failure *gen_failure(const struct gen *gen);

/* CORO_RUNNING also while it waits for one that it delegated to. */
enum coro_state gen_state(const struct gen *gen);

/*
 * For the body.
 *
 * Give a value, and wait. Returns 0 with what was sent (sent may be NULL), or
 * the code of what was thrown, GEN_EXIT when it is to be closed.
 */
static inline int gen_yield(struct gen *self, void *value, void **sent);

/* What was thrown last, or failed last in gen_yield_from. */
const struct failure *gen_thrown(const struct gen *self);

/*
 * Yield all that the inner one does. Returns 0 with its return value (result
 * may be NULL), or the code of how it failed, or was thrown or closed.
 * -EBUSY: it is executing. It is still the caller's to destroy, afterwards.
 */
int gen_yield_from(struct gen *self, struct gen *inner, void **result);

/*
 * The same for what has no more than a next: 0 and a value, GEN_STOP, or the
 * code of a failure. -ENOTSUP: something was sent, which it cannot take.
 */
typedef int (*gen_next_fn)(void *state, void **value);
int gen_yield_each(struct gen *self, gen_next_fn next, void *state);

/* The last words of a body: return gen_return(self, value). Returns 0. */
int gen_return(struct gen *self, void *value);

/* return gen_fail(self, -EIO, "line %d is cut", n). Returns code. */
__attribute__((format(printf, 3, 4))) int gen_fail(
	struct gen *self, int code, const char *format, ...);

#include "lib/gen_impl.h"

#endif
