/*
 * gens - what the tests of generators share: a pool, and numbers as values
 */
#ifndef TESTS_GENS_H
#define TESTS_GENS_H

#include "lib/gen.h"

#include <stdint.h>

#include "lib/must.h"
#include "tests/suite.h"

#ifndef EMULATED
#define EMULATED 0
#endif

static struct stack_pool *pool;

static inline struct gen *create_named(const char *name, gen_fn fn, void *arg)
{
	struct gen *gen = NULL;

	if (!pool)
		must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
	must_zero(gen_create(pool, name, fn, arg, &gen));
	return gen;
}

/* The last one: no failure was lost, and no stack is left. */
static inline void finish(struct gen *gen)
{
	gen_destroy(gen);
	ck_assert_uint_eq(failure_nunretrieved(), 0);
	stack_pool_destroy(pool);
	pool = NULL;
}

static inline void *number(uintptr_t n)
{
	return (void *)n;
}

static void *const nothing = (void *)(uintptr_t)0xbad;

#define assert_value(value, n) ck_assert_uint_eq((uintptr_t)(value), (n))

static const struct failure broken = {
	.code = -EPIPE, .origin = "caller", .text = "the pipe broke"};

static inline void assert_failure(
	const struct gen *gen, int code, const char *text)
{
	ck_assert_int_eq(gen_failure(gen)->code, code);
	ck_assert_str_eq(gen_failure(gen)->text, text);
}

#endif
