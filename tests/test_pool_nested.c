/* Jobs that wait for jobs of their own pool. */
#include "tests/pool_rig.h"

#include <stdlib.h>

static struct pool *nested_pool(int size, enum pool_nested nested)
{
	const struct pool_options options = {
		.size = size, .name = "worker", .nested = nested};
	struct pool *pool = NULL;

	ck_assert_int_eq(pool_create(&options, &pool), 0);
	return pool;
}

static atomic_int ncalls;

static int one(void *arg, union future_value *value, struct failure *failure)
{
	(void)arg;
	(void)failure;
	ncalls++;
	value->word = 1;
	return 0;
}

/* Submits to its own pool, waits, and gives back what waiting said. */
static int wait_for_inner(
	void *arg, union future_value *value, struct failure *failure)
{
	struct future *inner = submit(arg, one, NULL);

	(void)failure;
	value->word = (uint64_t)-future_wait(inner, CLOCK_NEVER);
	future_unref(inner);
	return 0;
}

START_TEST(x10_a_waiter_helps)
{
	struct pool *pool = nested_pool(1, POOL_HELP);

	for (int i = 1; i <= 100; i++) {
		ck_assert_int_eq(outcome_of(pool, wait_for_inner, pool), 0);
		ck_assert_int_eq(ncalls, i);
	}
	ck_assert_uint_eq(state_of(pool).nhelped, 100);
	ck_assert_int_eq(state_of(pool).nmade, 1);
	pool_destroy(pool);
}
END_TEST

START_TEST(x10_a_waiter_is_refused)
{
	struct pool *pool = nested_pool(1, POOL_REFUSE);

	for (int i = 1; i <= 100; i++) {
		ck_assert_int_eq(
			outcome_of(pool, wait_for_inner, pool), EDEADLK);
		ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
		ck_assert_int_eq(ncalls, i); /* it ran afterwards */
	}
	pool_destroy(pool);
}
END_TEST

START_TEST(x10_with_a_thread_to_spare_nobody_is_refused)
{
	struct pool *pool = nested_pool(2, POOL_REFUSE);

	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(outcome_of(pool, wait_for_inner, pool), 0);
	ck_assert_int_eq(ncalls, 100);
	pool_destroy(pool);
}
END_TEST

struct meeting {
	struct pool *pool;
	struct barrier barrier;
};

static int meet_and_wait_for_inner(
	void *arg, union future_value *value, struct failure *failure)
{
	struct meeting *meeting = arg;

	barrier_wait(&meeting->barrier);
	return wait_for_inner(meeting->pool, value, failure);
}

/* All threads wait: the last of them is told, and then the others go on. */
START_TEST(x10_the_last_of_all_threads_is_refused)
{
	enum {
		SIZE = 4
	};
	struct meeting meeting = {.pool = nested_pool(SIZE, POOL_REFUSE)};
	struct future *futures[SIZE];
	int nrefused = 0;

	barrier_init(&meeting.barrier, SIZE);
	for (int i = 0; i < SIZE; i++)
		futures[i] = submit(
			meeting.pool, meet_and_wait_for_inner, &meeting);
	for (int i = 0; i < SIZE; i++) {
		nrefused += outcome(futures[i]) == EDEADLK;
		future_unref(futures[i]);
	}
	ck_assert_int_ge(nrefused, 1);
	ck_assert_int_eq(pool_drain(meeting.pool, CLOCK_NEVER), 0);
	ck_assert_int_eq(ncalls, SIZE);
	pool_destroy(meeting.pool);
	barrier_fini(&meeting.barrier);
}
END_TEST

/* Two running jobs, each waiting for the other: no helping there. */
struct pair {
	struct future *other;
	struct semaphore may_wait;
};

static int wait_for_other(
	void *arg, union future_value *value, struct failure *failure)
{
	struct pair *pair = arg;

	(void)failure;
	semaphore_wait(&pair->may_wait, CLOCK_NEVER);
	value->word = (uint64_t)-future_wait(pair->other, CLOCK_NEVER);
	return 0;
}

static void two_wait_for_each_other(int size)
{
	struct pool *pool = nested_pool(size, POOL_HELP);
	struct pair a = {0}, b = {0};
	int64_t result_a, result_b;

	b.other = submit(pool, wait_for_other, &a);
	a.other = submit(pool, wait_for_other, &b);
	semaphore_post(&a.may_wait);
	semaphore_post(&b.may_wait);
	result_a = outcome(b.other);
	result_b = outcome(a.other);
	ck_assert_int_eq(result_a + result_b, EDEADLK);
	future_unref(a.other);
	future_unref(b.other);
	pool_destroy(pool);
}

START_TEST(x10_a_circle_is_refused)
{
	for (int i = 0; i < 50; i++) {
		two_wait_for_each_other(2);
		two_wait_for_each_other(5);
	}
}
END_TEST

START_TEST(x10_waiting_for_oneself_is_refused)
{
	struct pool *pool = nested_pool(3, POOL_HELP);
	struct pair self = {0};

	self.other = submit(pool, wait_for_other, &self);
	semaphore_post(&self.may_wait);
	ck_assert_int_eq(outcome(self.other), EDEADLK);
	future_unref(self.other);
	pool_destroy(pool);
}
END_TEST

static int wait_a_moment(
	void *arg, union future_value *value, struct failure *failure)
{
	struct future *inner = submit(arg, one, NULL);

	(void)failure;
	value->word = (uint64_t)-future_wait(inner, clock_now() + 1000);
	future_unref(inner);
	return 0;
}

START_TEST(x10_with_a_deadline_it_times_out)
{
	struct pool *pool = nested_pool(1, POOL_REFUSE);

	ck_assert_int_eq(outcome_of(pool, wait_a_moment, pool), ETIMEDOUT);
	pool_destroy(pool);
	ck_assert_int_eq(ncalls, 1);
}
END_TEST

static int wait_for_promise(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)failure;
	value->word = (uint64_t)-future_wait(arg, CLOCK_NEVER);
	return 0;
}

/* What others will complete is no deadlock. */
START_TEST(x10_waiting_for_somebody_else_is_fine)
{
	struct pool *pool = nested_pool(1, POOL_REFUSE);
	struct future *promise, *waiting;

	ck_assert_int_eq(future_create(&promise), 0);
	waiting = submit(pool, wait_for_promise, promise);
	future_start(promise);
	future_complete(promise, (union future_value){.word = 1});
	ck_assert_int_eq(outcome(waiting), 0);
	future_unref(promise);
	future_unref(waiting);
	pool_destroy(pool);
}
END_TEST

enum {
	NINNER = 20
};

static int wait_for_many(
	void *arg, union future_value *value, struct failure *failure)
{
	struct future *inner[NINNER];
	int error;

	(void)failure;
	for (int i = 0; i < NINNER; i++)
		inner[i] = submit(arg, one, NULL);
	error = future_wait_many(inner, NINNER, FUTURE_ALL, CLOCK_NEVER, NULL);
	value->word = (uint64_t)-error;
	for (int i = 0; i < NINNER; i++)
		future_unref(inner[i]);
	return 0;
}

static int iterate_over_many(
	void *arg, union future_value *value, struct failure *failure)
{
	struct future *inner[NINNER], *next;
	struct as_completed *iterator;
	int result;

	(void)failure;
	for (int i = 0; i < NINNER; i++)
		inner[i] = submit(arg, one, NULL);
	as_completed_create(inner, NINNER, CLOCK_NEVER, &iterator);
	while ((result = as_completed_next(iterator, &next)) == 1)
		;
	as_completed_destroy(iterator);
	value->word = (uint64_t)-result;
	for (int i = 0; i < NINNER; i++)
		future_unref(inner[i]);
	return 0;
}

START_TEST(x10_waiting_for_many)
{
	for (int size = 1; size <= 3; size++) {
		struct pool *helping = nested_pool(size, POOL_HELP);

		ncalls = 0;
		ck_assert_int_eq(
			outcome_of(helping, wait_for_many, helping), 0);
		ck_assert_int_eq(
			outcome_of(helping, iterate_over_many, helping), 0);
		ck_assert_int_eq(ncalls, 2 * NINNER);
		pool_destroy(helping);
	}
}
END_TEST

START_TEST(x10_waiting_for_many_is_refused)
{
	struct pool *refusing = nested_pool(1, POOL_REFUSE);

	ck_assert_int_eq(
		outcome_of(refusing, wait_for_many, refusing), EDEADLK);
	ck_assert_int_eq(
		outcome_of(refusing, iterate_over_many, refusing), EDEADLK);
	pool_destroy(refusing);
	ck_assert_int_eq(ncalls, 2 * NINNER);
}
END_TEST

struct number {
	struct pool *pool;
	int n;
};

static int fibonacci(
	void *arg, union future_value *value, struct failure *failure)
{
	struct number *number = arg;
	struct number left = {number->pool, number->n - 1};
	struct number right = {number->pool, number->n - 2};
	struct future *future;
	union future_value second;

	if (number->n < 2) {
		value->word = (uint64_t)number->n;
		return 0;
	}
	future = submit(number->pool, fibonacci, &left);
	fibonacci(&right, &second, failure);
	value->word = second.word + (uint64_t)outcome(future);
	future_unref(future);
	return 0;
}

START_TEST(x10_a_tree_of_jobs)
{
	for (int size = 1; size <= 4; size++) {
		struct pool *pool = nested_pool(size, POOL_HELP);
		struct number fourteen = {pool, 14};

		ck_assert_int_eq(outcome_of(pool, fibonacci, &fourteen), 377);
		pool_destroy(pool);
	}
}
END_TEST

static int shut_own_pool(
	void *arg, union future_value *value, struct failure *failure)
{
	(void)failure;
	value->word = (uint64_t)-pool_shutdown(arg, POOL_WAIT);
	ck_assert_int_eq(pool_drain(arg, CLOCK_NEVER), -EDEADLK);
	ck_assert(pool_is_mine(arg));
	ck_assert_int_eq(pool_shutdown(arg, 0), 0);
	return 0;
}

START_TEST(waiting_for_ones_own_end_is_refused)
{
	struct pool *pool = nested_pool(1, POOL_HELP);

	ck_assert(!pool_is_mine(pool));
	ck_assert_int_eq(outcome_of(pool, shut_own_pool, pool), EDEADLK);
	pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("pool_nested", 60,
		(const TTest *const[]){
			x10_a_waiter_helps,
			x10_a_waiter_is_refused,
			x10_with_a_thread_to_spare_nobody_is_refused,
			x10_the_last_of_all_threads_is_refused,
			x10_a_circle_is_refused,
			x10_waiting_for_oneself_is_refused,
			x10_with_a_deadline_it_times_out,
			x10_waiting_for_somebody_else_is_fine,
			x10_waiting_for_many,
			x10_waiting_for_many_is_refused,
			x10_a_tree_of_jobs,
			waiting_for_ones_own_end_is_refused,
			NULL,
		});
}
