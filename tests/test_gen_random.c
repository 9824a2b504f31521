/*
 * Random bodies that delegate to each other, under a random caller: the same
 * history as with delegation written out by hand.
 */
#include <string.h>

#include "lib/rng.h"
#include "lib/sanitizer.h"
#include "tests/gens.h"

/*
 * Delegation written out by hand, as PEP 380 defines it: each value passes
 * through every level.
 */
static int pass_failure(struct gen *self, const struct gen *inner)
{
	const struct failure *failure = gen_failure(inner);

	return gen_fail(self, failure->code, "%s", failure->text);
}

static int close_by_hand(struct gen *self, struct gen *inner)
{
	return gen_close(inner, NULL) ? pass_failure(self, inner) : GEN_EXIT;
}

static int from_by_hand(struct gen *self, struct gen *inner, void **result)
{
	void *value, *sent;
	int status = gen_next(inner, &value);

	while (status == 0) {
		status = gen_yield(self, value, &sent);
		if (status == GEN_EXIT)
			return close_by_hand(self, inner);
		if (status)
			status = gen_throw(inner, gen_thrown(self), &value);
		else
			status = gen_send(inner, sent, &value);
	}
	if (status != GEN_STOP)
		return pass_failure(self, inner);
	*result = value;
	return 0;
}

/* A body that does what its dice say: the same in both ways. */
struct node {
	uint64_t seed;
	unsigned depth;
};

static int (*delegate)(
	struct gen *self, struct gen *inner, void **result) = gen_yield_from;
static uint64_t history; /* of all that bodies and caller saw */

static void remember(uint64_t what)
{
	history = (history ^ what) * UINT64_C(0x100000001b3);
}

/* One in three failures is caught, some end the body, one gets another. */
static int react(struct gen *self, struct rng *rng, int status, bool *ends)
{
	remember((uint64_t)status + 1000);
	*ends = true;
	switch (rng_below(rng, 6)) {
	case 0:
	case 1:
		*ends = false;
		return 0;
	case 2:
		return gen_return(self, number(500));
	case 3:
		return gen_fail(self, -EDOM, "instead");
	default:
		return status;
	}
}

/*
 * All that are alive, the outer before the inner. A body that yields instead
 * of ending is destroyed where it stands, and the inner one that it held is
 * left over.
 */
static struct gen *alive[1000];
static unsigned nalive;

static struct gen *bear(gen_fn fn, struct node *node)
{
	must(nalive < sizeof alive / sizeof *alive);
	must_zero(gen_create(pool, "node", fn, node, &alive[nalive]));
	return alive[nalive++];
}

static void bury(struct gen *gen)
{
	unsigned i = nalive;

	gen_destroy(gen);
	while (alive[--i] != gen)
		continue;
	memmove(&alive[i], &alive[i + 1], (--nalive - i) * sizeof *alive);
}

static int live(struct gen *self, void *arg);

static int live_below(struct gen *self, struct rng *rng, unsigned depth)
{
	struct node node = {rng_next(rng), depth - 1};
	struct gen *inner = bear(live, &node);
	void *result = NULL;
	int status = delegate(self, inner, &result);

	remember((uintptr_t)result + 7);
	bury(inner);
	return status;
}

static int live(struct gen *self, void *arg)
{
	const struct node *node = arg;
	unsigned depth = node->depth;
	struct rng rng;

	rng_init(&rng, node->seed);
	for (uint64_t n = rng_below(&rng, 8); n > 0; n--) {
		void *sent = NULL;
		bool ends = false;
		int status;

		if (depth && rng_below(&rng, 2))
			status = live_below(self, &rng, depth);
		else
			status = gen_yield(self, number(n), &sent);
		remember((uintptr_t)sent);
		if (status)
			status = react(self, &rng, status, &ends);
		if (ends)
			return status;
	}
	return gen_return(self, number(depth + 600));
}

static int act(struct gen *gen, struct rng *rng, void **value)
{
	switch (rng_below(rng, 10)) {
	case 0:
		return gen_throw(gen, &broken, value);
	case 1:
		return gen_close(gen, value);
	case 2:
	case 3:
		return gen_send(gen, number(1 + rng_below(rng, 9)), value);
	default:
		return gen_next(gen, value);
	}
}

static void count_failure(const struct failure *failure, void *arg)
{
	(void)arg;
	remember((uint64_t)failure->code);
}

static uint64_t history_of(uint64_t seed,
	int (*way)(struct gen *self, struct gen *inner, void **result))
{
	struct node node = {seed, 5};
	struct gen *gen = bear(live, &node);
	struct rng rng;

	delegate = way;
	history = 0;
	rng_init(&rng, seed + 1);
	for (int i = 0; i < 40; i++) {
		void *value = NULL;

		remember((uint64_t)act(gen, &rng, &value));
		remember((uintptr_t)value);
		remember((uint64_t)gen_state(gen));
	}
	while (nalive)
		bury(alive[0]);
	remember(failure_take_unretrieved(count_failure, NULL));
	return history;
}

START_TEST(delegation_is_what_it_is_when_written_out)
{
	const uint64_t n = SANITIZER_THREAD || RUNNING_ON_VALGRIND ? 300
								   : 10000;

	must_zero(stack_pool_create(&(struct stack_rules){0}, &pool));
	for (uint64_t seed = 0; seed < n; seed++)
		ck_assert_msg(history_of(seed, gen_yield_from) ==
				      history_of(seed, from_by_hand),
			"seed %llu", (unsigned long long)seed);
	stack_pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("gen_random", 60,
		(const TTest *const[]){
			delegation_is_what_it_is_when_written_out,
			NULL,
		});
}
