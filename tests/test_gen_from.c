/*
 * Generators that delegate: G14 and G18. test_gen_random.c compares them with
 * delegation written out by hand.
 */
#include <string.h>

#include "lib/sanitizer.h"
#include "tests/gens.h"

static char events[256];

static void note(const char *event)
{
	strncat(events, event, sizeof events - strlen(events) - 1);
}

/* Adds what it is sent; yields the sum; ends when it is sent 100. */
static int add_up(struct gen *self, void *arg)
{
	uintptr_t sum = (uintptr_t)arg;
	void *sent = NULL;

	while ((uintptr_t)sent != 100) {
		int status = gen_yield(self, number(sum), &sent);

		if (status) {
			note("inner told; ");
			return status;
		}
		sum += (uintptr_t)sent;
	}
	return gen_return(self, number(sum));
}

/* Delegates, and yields the result plus 1000. */
static int outer_of(struct gen *self, void *arg)
{
	struct gen *inner = arg;
	void *result = NULL;
	int status = gen_yield_from(self, inner, &result);

	gen_destroy(inner);
	if (status) {
		note("outer told; ");
		return status;
	}
	return gen_yield(self, number((uintptr_t)result + 1000), NULL);
}

static struct gen *create_pair(gen_fn outer, gen_fn inner, void *arg)
{
	return create_named("outer", outer, create_named("inner", inner, arg));
}

START_TEST(g14_next_and_send_go_to_the_inner_one)
{
	struct gen *gen = create_pair(outer_of, add_up, number(5));
	void *value;

	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, 5);
	ck_assert_int_eq(gen_send(gen, number(20), &value), 0);
	assert_value(value, 25);
	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, 25);
	ck_assert_int_eq(gen_state(gen), CORO_SUSPENDED);
	finish(gen);
}
END_TEST

START_TEST(g14_the_inner_return_value_is_the_result)
{
	struct gen *gen = create_pair(outer_of, add_up, number(5));
	void *value;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_send(gen, number(100), &value), 0);
	assert_value(value, 1105);
	ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
	ck_assert_ptr_null(value);
	finish(gen);
}
END_TEST

START_TEST(g14_throw_goes_to_the_inner_one_and_comes_out)
{
	struct gen *gen = create_pair(outer_of, add_up, number(5));

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_throw(gen, &broken, NULL), -EPIPE);
	ck_assert_str_eq(events, "inner told; outer told; ");
	ck_assert_str_eq(gen_failure(gen)->text, "the pipe broke");
	ck_assert_str_eq(gen_failure(gen)->origin, "caller");
	finish(gen);
}
END_TEST

START_TEST(g14_close_runs_the_cleanups_from_inner_to_outer)
{
	struct gen *gen = create_pair(outer_of, add_up, number(5));

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, NULL), 0);
	ck_assert_str_eq(events, "inner told; outer told; ");
	finish(gen);
	ck_assert_str_eq(events, "inner told; outer told; ");
}
END_TEST

START_TEST(g15_dropping_the_outer_one_cleans_up_both)
{
	struct gen *gen = create_pair(outer_of, add_up, number(5));

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	finish(gen);
	ck_assert_str_eq(events, "inner told; outer told; ");
}
END_TEST

static int fail_on_the_second(struct gen *self, void *arg)
{
	int status = gen_yield(self, arg, NULL);

	return status ? status : gen_fail(self, -EIO, "disk on fire");
}

static int survivor_of(struct gen *self, void *arg)
{
	struct gen *inner = arg;
	int status = gen_yield_from(self, inner, NULL);

	must(gen_thrown(self)->code == status);
	must(!strcmp(gen_thrown(self)->origin, "inner"));
	note(gen_thrown(self)->text);
	gen_destroy(inner);
	return gen_yield(self, number((uintptr_t)-status), NULL);
}

START_TEST(g14_the_outer_one_may_catch_an_inner_failure)
{
	struct gen *gen = create_pair(
		survivor_of, fail_on_the_second, number(1));
	void *value;

	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, 1);
	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, EIO);
	ck_assert_str_eq(events, "disk on fire");
	finish(gen);
}
END_TEST

/* A plain iterator: it has a next and nothing else. */
static int count_down(void *state, void **value)
{
	uintptr_t *n = state;

	if (*n == 0)
		return GEN_STOP;
	*value = number((*n)--);
	return 0;
}

static int each_of(struct gen *self, void *arg)
{
	int status = gen_yield_each(self, count_down, arg);

	if (status == -ENOTSUP)
		return gen_yield(self, number(55), NULL);
	return status ? status : gen_return(self, number(66));
}

START_TEST(g14_a_plain_iterator_takes_null_but_no_value)
{
	uintptr_t n = 3;
	struct gen *gen = create_named("each", each_of, &n);
	void *value;

	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, 3);
	ck_assert_int_eq(gen_send(gen, NULL, &value), 0);
	assert_value(value, 2);
	ck_assert_int_eq(gen_send(gen, number(9), &value), 0);
	assert_value(value, 55);
	finish(gen);
}
END_TEST

START_TEST(g14_a_plain_iterator_may_end_and_be_thrown_out_of)
{
	uintptr_t n = 1, m = 1;
	struct gen *gen = create_named("each", each_of, &n);
	void *value;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
	assert_value(value, 66);
	gen_destroy(gen);
	gen = create_named("each", each_of, &m);
	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_throw(gen, &broken, NULL), -EPIPE);
	finish(gen);
}
END_TEST

static int cling_once(struct gen *self, void *arg)
{
	(void)arg;
	while (gen_yield(self, number(1), NULL) == 0)
		continue;
	return gen_yield(self, number(2), NULL);
}

static int told_of_clinging(struct gen *self, void *arg)
{
	int status = gen_yield_from(self, arg, NULL);

	must(status == -EPROTO);
	note(gen_thrown(self)->origin);
	return 0;
}

START_TEST(g14_an_inner_one_that_clings_is_told_to_the_outer)
{
	struct gen *inner = create_named("inner", cling_once, NULL);
	struct gen *gen = create_named("outer", told_of_clinging, inner);

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, NULL), 0);
	ck_assert_str_eq(events, "inner");
	ck_assert_int_eq(gen_state(inner), CORO_SUSPENDED);
	gen_destroy(inner);
	finish(gen);
}
END_TEST

static int from_a_finished_one(struct gen *self, void *arg)
{
	void *result = number(1);
	int status = gen_yield_from(self, arg, &result);

	must(status == 0 && result == NULL);
	return gen_return(self, number(8));
}

START_TEST(g14_a_finished_one_gives_nothing)
{
	struct gen *inner = create_named("inner", add_up, number(1));
	struct gen *gen = create_named("outer", from_a_finished_one, inner);
	void *value;

	ck_assert_int_eq(gen_close(inner, NULL), 0);
	ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
	assert_value(value, 8);
	gen_destroy(inner);
	finish(gen);
}
END_TEST

START_TEST(the_inner_one_may_be_advanced_by_others_meanwhile)
{
	struct gen *inner = create_named("inner", add_up, number(1));
	struct gen *gen = create_named("outer", from_a_finished_one, inner);
	void *value;

	ck_assert_int_eq(gen_next(gen, &value), 0);
	ck_assert_int_eq(gen_send(inner, number(4), &value), 0);
	assert_value(value, 5);
	ck_assert_int_eq(gen_close(inner, NULL), 0);
	ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
	assert_value(value, 8);
	gen_destroy(inner);
	finish(gen);
}
END_TEST

static struct gen *first;
static int answer;

static int delegate_back(struct gen *self, void *arg)
{
	(void)arg;
	answer = gen_next(first, NULL);
	must(gen_state(first) == CORO_RUNNING);
	return gen_yield_from(self, first, NULL);
}

START_TEST(a_ring_is_refused_as_executing)
{
	first = create_pair(outer_of, delegate_back, NULL);
	ck_assert_int_eq(gen_next(first, NULL), -EBUSY);
	ck_assert_int_eq(answer, -EBUSY);
	ck_assert_str_eq(gen_failure(first)->origin, "inner");
	ck_assert_str_eq(
		gen_failure(first)->text, "outer is already executing");
	finish(first);
}
END_TEST

/* G18: a chain whose links make the next ones. */
struct link {
	unsigned depth;
};

static unsigned nended;

static int go_deeper(struct gen *self, void *arg)
{
	struct link below = *(struct link *)arg;
	struct gen *inner = NULL;
	void *result = NULL;
	int status;

	if (below.depth-- == 0) {
		status = add_up(self, number(1));
		nended++;
		return status;
	}
	must_zero(gen_create(pool, "link", go_deeper, &below, &inner));
	status = gen_yield_from(self, inner, &result);
	gen_destroy(inner);
	nended++;
	return status ? status
		      : gen_return(self, number((uintptr_t)result + 1));
}

START_TEST(g18_a_thousand_levels_deep)
{
	struct link link = {.depth = SANITIZER_THREAD ? 500 : 1000};
	const unsigned n = link.depth + 1;
	struct gen *gen = create_named("top", go_deeper, &link);
	void *value;

	ck_assert_int_eq(gen_next(gen, &value), 0);
	for (uintptr_t i = 1; i <= 100; i++) {
		assert_value(value, i);
		ck_assert_int_eq(gen_send(gen, number(1), &value), 0);
	}
	ck_assert_int_eq(gen_send(gen, number(100), &value), GEN_STOP);
	assert_value(value, 101 + 100 + n - 1);
	ck_assert_uint_eq(nended, n);
	gen_destroy(gen);
	gen = create_named("top", go_deeper, &link);
	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_throw(gen, &broken, NULL), -EPIPE);
	ck_assert_uint_eq(nended, 2 * n);
	gen_destroy(gen);
	gen = create_named("top", go_deeper, &link);
	ck_assert_int_eq(gen_next(gen, NULL), 0);
	finish(gen);
	ck_assert_uint_eq(nended, 3 * n);
}
END_TEST

int main(void)
{
	return suite_run("gen_from", 60,
		(const TTest *const[]){
			g14_next_and_send_go_to_the_inner_one,
			g14_the_inner_return_value_is_the_result,
			g14_throw_goes_to_the_inner_one_and_comes_out,
			g14_close_runs_the_cleanups_from_inner_to_outer,
			g15_dropping_the_outer_one_cleans_up_both,
			g14_the_outer_one_may_catch_an_inner_failure,
			g14_a_plain_iterator_takes_null_but_no_value,
			g14_a_plain_iterator_may_end_and_be_thrown_out_of,
			g14_an_inner_one_that_clings_is_told_to_the_outer,
			g14_a_finished_one_gives_nothing,
			the_inner_one_may_be_advanced_by_others_meanwhile,
			a_ring_is_refused_as_executing,
			g18_a_thousand_levels_deep,
			NULL,
		});
}
