/*
 * The inside of gen: what happens for nearly every value, expanded in the
 * caller and in the body, so that no function of ours has still to be
 * returned from behind the switch (coro_impl.h says why). Delegation, ends and
 * failures take the long way, in gen.c.
 */
#ifndef LIB_GEN_IMPL_H
#define LIB_GEN_IMPL_H

#include <stdbool.h>

#include "lib/coro.h"
#include "lib/must.h"

struct gen {
	struct coro *coro; /* NULL: finished */
	void *value; /* into the body: sent; out: yielded or returned */
	struct gen *inner; /* whom it delegated to and waits for */
	struct gen *outer; /* who delegated to this one, on the way taken now */
	bool started;
	int status; /* returned by fn */
	struct failure thrown; /* into the body; code 0: none */
	struct failure failure; /* out of it */
	gen_fn fn;
	void *arg;
	const char *name;
};

/* gen_send for all cases. */
int gen_send_any(struct gen *gen, void *sent, void **value);

/* The rest of it, after the body was resumed and has yielded or returned. */
int gen_carry_on(struct gen *gen, bool yielded, void **value);

__attribute__((always_inline)) static inline int gen_send(
	struct gen *gen, void *sent, void **value)
{
	bool yielded;

	if (!gen->coro || gen->inner || !gen->started ||
		coro_state(gen->coro) != CORO_SUSPENDED)
		return gen_send_any(gen, sent, value);
	gen->value = sent;
	gen->thrown.code = 0;
	yielded = coro_resume(gen->coro) == 1;
	if (!yielded || gen->inner)
		return gen_carry_on(gen, yielded, value);
	if (value)
		*value = gen->value;
	return 0;
}

__attribute__((always_inline)) static inline int gen_next(
	struct gen *gen, void **value)
{
	return gen_send(gen, NULL, value);
}

/* Wait for the caller; what was handed in is left behind for nobody else. */
__attribute__((always_inline)) static inline void *gen_wait(struct gen *self)
{
	void *handed;

	must(coro_self() == self->coro);
	coro_yield();
	handed = self->value;
	self->value = NULL;
	return handed;
}

__attribute__((always_inline)) static inline int gen_yield(
	struct gen *self, void *value, void **sent)
{
	void *handed;

	self->value = value;
	handed = gen_wait(self);
	if (sent && self->thrown.code == 0)
		*sent = handed;
	return self->thrown.code;
}

#endif
