/*
 * Generators one at a time. test_gen_many.c has many of them, test_gen_from.c
 * those that delegate. The numbers are those of the list of edge cases.
 */
#include "tests/gens.h"

static int nstarted, ncleaned;

static struct gen *create(gen_fn fn, void *arg)
{
	return create_named("tested", fn, arg);
}

static int count_to(struct gen *self, void *arg)
{
	nstarted++;
	for (uintptr_t n = 0; n < (uintptr_t)arg; n++) {
		int status = gen_yield(self, number(n), NULL);

		if (status) {
			ncleaned++;
			return status;
		}
	}
	return gen_return(self, number(100));
}

START_TEST(g1_creation_runs_nothing)
{
	struct gen *gen = create(count_to, number(1));
	void *value;

	ck_assert_int_eq(nstarted, 0);
	ck_assert_int_eq(gen_state(gen), CORO_CREATED);
	ck_assert_int_eq(gen_next(gen, &value), 0);
	ck_assert_int_eq(nstarted, 1);
	ck_assert_int_eq(gen_state(gen), CORO_SUSPENDED);
	finish(gen);
}
END_TEST

static int echo(struct gen *self, void *arg)
{
	void *got = arg;
	int status = 0;

	while (status == 0)
		status = gen_yield(self, got, &got);
	return status;
}

START_TEST(g2_nothing_can_be_sent_before_the_first_yield)
{
	struct gen *gen = create(echo, number(1));
	void *value = nothing;

	ck_assert_int_eq(gen_send(gen, number(5), &value), -EINVAL);
	ck_assert_ptr_eq(value, nothing);
	assert_failure(
		gen, -EINVAL, "can't send a value before the first yield");
	ck_assert_int_eq(gen_state(gen), CORO_CREATED);
	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, 1);
	ck_assert_int_eq(gen_send(gen, number(5), &value), 0);
	assert_value(value, 5);
	finish(gen);
}
END_TEST

START_TEST(g3_next_sends_null)
{
	struct gen *gen = create(echo, number(1));
	void *value;

	ck_assert_int_eq(gen_send(gen, NULL, &value), 0);
	assert_value(value, 1);
	ck_assert_int_eq(gen_next(gen, &value), 0);
	ck_assert_ptr_null(value);
	finish(gen);
}
END_TEST

START_TEST(g4_a_stop_comes_with_the_return_value_once)
{
	struct gen *gen = create(count_to, number(2));
	void *value;

	for (uintptr_t i = 0; i < 2; i++) {
		ck_assert_int_eq(gen_next(gen, &value), 0);
		assert_value(value, i);
	}
	ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
	assert_value(value, 100);
	ck_assert_int_eq(gen_state(gen), CORO_DONE);
	for (int i = 0; i < 2; i++) {
		value = nothing;
		ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
		ck_assert_ptr_null(value);
	}
	ck_assert_int_eq(gen_send(gen, number(7), &value), GEN_STOP);
	ck_assert_ptr_null(value);
	ck_assert_int_eq(ncleaned, 0);
	finish(gen);
}
END_TEST

static int end_without_a_value(struct gen *self, void *arg)
{
	void *got;

	(void)arg;
	return gen_yield(self, NULL, &got);
}

START_TEST(g4_without_a_return_value_the_stop_has_none)
{
	struct gen *gen = create(end_without_a_value, NULL);
	void *value = nothing;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_send(gen, number(3), &value), GEN_STOP);
	ck_assert_ptr_null(value);
	finish(gen);
}
END_TEST

/* Refuses to end so many times. */
static int cling(struct gen *self, void *arg)
{
	int *times = arg;

	while (*times >= 0) {
		if (gen_yield(self, number(9), NULL))
			--*times;
	}
	return gen_return(self, number(10));
}

START_TEST(g6_to_yield_while_closing_is_an_error)
{
	int times = 1;
	struct gen *gen = create(cling, &times);
	void *value = nothing;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, &value), -EPROTO);
	assert_failure(gen, -EPROTO, "yielded instead of ending when closed");
	ck_assert_ptr_eq(value, nothing);
	ck_assert_int_eq(gen_state(gen), CORO_SUSPENDED);
	ck_assert_int_eq(gen_next(gen, &value), 0);
	assert_value(value, 9);
	ck_assert_int_eq(gen_close(gen, &value), 0);
	finish(gen);
}
END_TEST

START_TEST(g6_one_that_never_ends_is_destroyed_and_reported)
{
	int times = 1000;
	struct gen *gen = create(cling, &times);

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	gen_destroy(gen);
	ck_assert_int_eq(times, 999);
	ck_assert_uint_eq(failure_nunretrieved(), 1);
	stack_pool_destroy(pool);
}
END_TEST

static int fail_when_closed(struct gen *self, void *arg)
{
	int status = gen_yield(self, NULL, NULL);

	(void)arg;
	must(status == GEN_EXIT && gen_thrown(self)->code == GEN_EXIT);
	return gen_fail(self, -EIO, "cannot flush %d", 3);
}

START_TEST(g7_a_failure_during_close_comes_out)
{
	struct gen *gen = create(fail_when_closed, NULL);

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, NULL), -EIO);
	assert_failure(gen, -EIO, "cannot flush 3");
	ck_assert_str_eq(gen_failure(gen)->origin, "tested");
	ck_assert_int_eq(gen_close(gen, NULL), 0);
	finish(gen);
}
END_TEST

START_TEST(g7_a_failure_while_it_is_dropped_is_not_lost)
{
	struct gen *gen = create(fail_when_closed, NULL);

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	gen_destroy(gen);
	ck_assert_uint_eq(failure_nunretrieved(), 1);
	stack_pool_destroy(pool);
}
END_TEST

static int return_when_told(struct gen *self, void *arg)
{
	while (gen_yield(self, NULL, NULL) == 0)
		continue;
	return gen_return(self, arg);
}

START_TEST(g8_close_returns_what_the_body_returned)
{
	struct gen *gen = create(return_when_told, number(77));
	void *value;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, &value), 0);
	assert_value(value, 77);
	ck_assert_int_eq(gen_close(gen, &value), 0);
	ck_assert_ptr_null(value);
	finish(gen);
}
END_TEST

START_TEST(g8_close_of_one_that_just_ends_has_no_value)
{
	struct gen *gen = create(count_to, number(3));
	void *value = nothing;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, &value), 0);
	ck_assert_ptr_null(value);
	ck_assert_int_eq(ncleaned, 1);
	finish(gen);
}
END_TEST

START_TEST(close_before_the_start_never_runs_the_body)
{
	struct gen *gen = create(count_to, number(3));

	ck_assert_int_eq(gen_close(gen, NULL), 0);
	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	ck_assert_int_eq(nstarted, 0);
	finish(gen);
}
END_TEST

START_TEST(g9_thrown_into_one_not_started_it_comes_straight_out)
{
	struct gen *gen = create(count_to, number(3));

	ck_assert_int_eq(gen_throw(gen, &broken, NULL), -EPIPE);
	assert_failure(gen, -EPIPE, "the pipe broke");
	ck_assert_str_eq(gen_failure(gen)->origin, "caller");
	ck_assert_int_eq(nstarted, 0);
	ck_assert_int_eq(gen_state(gen), CORO_DONE);
	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	finish(gen);
}
END_TEST

/* Yields the code of whatever it is told, as a positive number. */
static int catch_all(struct gen *self, void *arg)
{
	int status = gen_yield(self, arg, NULL);

	while (status && status != GEN_EXIT)
		status = gen_yield(self, number((uintptr_t)-status), NULL);
	return status;
}

START_TEST(g10_caught_the_next_value_is_returned)
{
	struct gen *gen = create(catch_all, NULL);
	void *value;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_throw(gen, &broken, &value), 0);
	assert_value(value, EPIPE);
	ck_assert_int_eq(gen_throw(gen, &broken, &value), 0);
	assert_value(value, EPIPE);
	ck_assert_int_eq(gen_next(gen, &value), GEN_STOP);
	finish(gen);
}
END_TEST

START_TEST(g10_uncaught_it_passes_and_finishes)
{
	struct gen *gen = create(count_to, number(3));
	void *value = nothing;

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_throw(gen, &broken, &value), -EPIPE);
	ck_assert_ptr_eq(value, nothing);
	assert_failure(gen, -EPIPE, "the pipe broke");
	ck_assert_str_eq(gen_failure(gen)->origin, "caller");
	ck_assert_int_eq(ncleaned, 1);
	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	finish(gen);
}
END_TEST

START_TEST(g11_thrown_into_a_finished_one_it_just_comes_back)
{
	struct gen *gen = create(count_to, number(0));

	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(gen_throw(gen, &broken, NULL), -EPIPE);
		assert_failure(gen, -EPIPE, "the pipe broke");
	}
	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	finish(gen);
}
END_TEST

static int fail_of_its_own(struct gen *self, void *arg)
{
	const int *code = arg;

	return *code == -EDOM ? gen_fail(self, *code, "no root of -1") : *code;
}

START_TEST(a_body_fails_with_words_or_without)
{
	struct gen *gen = create(fail_of_its_own, &(int){-EDOM});

	ck_assert_int_eq(gen_next(gen, NULL), -EDOM);
	assert_failure(gen, -EDOM, "no root of -1");
	gen_destroy(gen);
	gen = create(fail_of_its_own, &(int){42});
	ck_assert_int_eq(gen_next(gen, NULL), 42);
	assert_failure(gen, 42, "");
	ck_assert_str_eq(gen_failure(gen)->origin, "tested");
	finish(gen);
}
END_TEST

/* Takes the end of another for a failure of its own, as careless code does. */
static int first_of_nothing(struct gen *self, void *arg)
{
	void *value;
	int status = gen_next(arg, &value);

	return status ? status : gen_yield(self, value, NULL);
}

START_TEST(g13_a_body_that_raises_a_stop_has_failed)
{
	struct gen *empty = create(count_to, number(0));
	struct gen *gen = create(first_of_nothing, empty);
	void *value = nothing;

	ck_assert_int_eq(gen_next(gen, &value), -EPROTO);
	ck_assert_ptr_eq(value, nothing);
	assert_failure(gen, -EPROTO, "raised a stop instead of returning");
	ck_assert_int_eq(gen_next(gen, NULL), GEN_STOP);
	gen_destroy(empty);
	finish(gen);
}
END_TEST

START_TEST(g15_dropping_runs_the_cleanup_once)
{
	struct gen *gen = create(count_to, number(3));

	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(ncleaned, 0);
	gen_destroy(gen);
	ck_assert_int_eq(ncleaned, 1);
	gen = create(count_to, number(3));
	ck_assert_int_eq(gen_next(gen, NULL), 0);
	ck_assert_int_eq(gen_close(gen, NULL), 0);
	ck_assert_int_eq(ncleaned, 2);
	finish(gen);
	ck_assert_int_eq(ncleaned, 2);
}
END_TEST

static struct gen *me;
static int answers[4];

static int ask_myself(struct gen *self, void *arg)
{
	(void)arg;
	answers[0] = gen_next(me, NULL);
	answers[1] = gen_send(me, number(1), NULL);
	answers[2] = gen_throw(me, &broken, NULL);
	answers[3] = gen_close(me, NULL);
	must(gen_state(me) == CORO_RUNNING);
	return gen_yield(self, number(5), NULL);
}

START_TEST(one_that_executes_already_says_so)
{
	void *value;

	me = create(ask_myself, NULL);
	ck_assert_int_eq(gen_next(me, &value), 0);
	assert_value(value, 5);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(answers[i], -EBUSY);
	assert_failure(me, -EBUSY, "generator already executing");
	ck_assert_int_eq(gen_next(me, NULL), GEN_STOP);
	finish(me);
}
END_TEST

/* W10: the loop and a send take turns at the same generator. */
static int count_up_or_as_told(struct gen *self, void *arg)
{
	uintptr_t n = (uintptr_t)arg;
	void *told;
	int status;

	while ((status = gen_yield(self, number(n), &told)) == 0)
		n = told ? (uintptr_t)told : n + 1;
	return status;
}

START_TEST(g19_a_send_within_a_loop_takes_a_value_from_it)
{
	struct gen *gen = create(count_up_or_as_told, number(0));
	uintptr_t seen[8] = {0}, nseen = 0;
	void *n;

	while (nseen < 6 && gen_next(gen, &n) == 0) {
		seen[nseen++] = (uintptr_t)n;
		if ((uintptr_t)n == 4) {
			ck_assert_int_eq(gen_send(gen, number(8), &n), 0);
			assert_value(n, 8);
		}
	}
	ck_assert_uint_eq(seen[4], 4);
	ck_assert_uint_eq(seen[5], 9);
	finish(gen);
}
END_TEST

static int yield_own_variable(struct gen *self, void *arg)
{
	char text[] = "0 bottles";
	int status = 0;

	(void)arg;
	for (; status == 0; text[0]++)
		status = gen_yield(self, text, NULL);
	return status;
}

START_TEST(a_value_may_lie_on_the_generators_stack)
{
	struct gen *gen = create(yield_own_variable, NULL);
	void *value;

	ck_assert_int_eq(gen_next(gen, &value), 0);
	ck_assert_str_eq(value, "0 bottles");
	ck_assert_int_eq(gen_next(gen, &value), 0);
	ck_assert_str_eq(value, "1 bottles");
	finish(gen);
}
END_TEST

int main(void)
{
	return suite_run("gen", 60,
		(const TTest *const[]){
			g1_creation_runs_nothing,
			g2_nothing_can_be_sent_before_the_first_yield,
			g3_next_sends_null,
			g4_a_stop_comes_with_the_return_value_once,
			g4_without_a_return_value_the_stop_has_none,
			g6_to_yield_while_closing_is_an_error,
			g6_one_that_never_ends_is_destroyed_and_reported,
			g7_a_failure_during_close_comes_out,
			g7_a_failure_while_it_is_dropped_is_not_lost,
			g8_close_returns_what_the_body_returned,
			g8_close_of_one_that_just_ends_has_no_value,
			close_before_the_start_never_runs_the_body,
			g9_thrown_into_one_not_started_it_comes_straight_out,
			g10_caught_the_next_value_is_returned,
			g10_uncaught_it_passes_and_finishes,
			g11_thrown_into_a_finished_one_it_just_comes_back,
			a_body_fails_with_words_or_without,
			g13_a_body_that_raises_a_stop_has_failed,
			g15_dropping_runs_the_cleanup_once,
			one_that_executes_already_says_so,
			g19_a_send_within_a_loop_takes_a_value_from_it,
			a_value_may_lie_on_the_generators_stack,
			NULL,
		});
}
