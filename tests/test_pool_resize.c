/* More threads, fewer threads, and a system that refuses to make any. */
#include "tests/pool_rig.h"

#include <dlfcn.h>

static atomic_int starts_left = -1; /* -1: as many as wanted */

static bool start_refused(void)
{
	int left = starts_left;

	if (left > 0)
		starts_left = left - 1;
	return left == 0;
}

typedef int (*create_fn)(
	pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	static create_fn real;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return start_refused() ? EAGAIN : real(thread, attributes, start, arg);
}

START_TEST(x16_raising_wakes_what_is_queued)
{
	struct pool *pool = pool_of(1);
	struct held held = {0};

	for (int i = 0; i < 5; i++)
		pool_post(pool, hold, &held);
	await_begun(&held, 1);
	ck_assert_int_eq(held.nbegun, 1);
	ck_assert_int_eq(pool_resize(pool, 3), 0);
	await_begun(&held, 2);
	ck_assert_int_eq(state_of(pool).nlive, 3);
	ck_assert_int_eq(held.nbegun, 3);
	let(&held, 5);
	pool_destroy(pool);
	ck_assert_int_eq(held.nbegun, 5);
}
END_TEST

START_TEST(x16_raising_makes_no_threads_for_nothing)
{
	struct pool *pool = pool_of(1);
	struct held held = {0};

	pool_post(pool, hold, &held);
	pool_post(pool, hold, &held);
	await_begun(&held, 1);
	ck_assert_int_eq(pool_resize(pool, 64), 0);
	await_begun(&held, 1);
	ck_assert_int_eq(state_of(pool).nlive, 2);
	let(&held, 2);
	pool_destroy(pool);
}
END_TEST

static void await_live(struct pool *pool, int n)
{
	while (state_of(pool).nlive != n)
		sched_yield();
}

START_TEST(x16_lowering_lets_the_idle_go)
{
	struct pool *pool = pool_of(4);
	struct held held = {0};
	atomic_int n = 0;

	for (int i = 0; i < 4; i++)
		pool_post(pool, hold, &held);
	await_begun(&held, 4);
	let(&held, 4);
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	ck_assert_int_eq(pool_resize(pool, 1), 0);
	await_live(pool, 1);
	ck_assert_int_eq(outcome_of(pool, count, &n), 1);
	ck_assert_int_eq(state_of(pool).nlive, 1);
	pool_destroy(pool);
}
END_TEST

START_TEST(x16_lowering_waits_for_running_jobs_and_loses_none)
{
	struct pool *pool = pool_of(8);
	struct held held = {0};
	atomic_int n = 0;

	for (int i = 0; i < 8; i++)
		pool_post(pool, hold, &held);
	await_begun(&held, 8);
	for (int i = 0; i < 100; i++)
		pool_post(pool, count, &n);
	ck_assert_int_eq(pool_resize(pool, 2), 0);
	ck_assert_int_eq(state_of(pool).nlive, 8);
	ck_assert_int_eq(state_of(pool).size, 2);
	let(&held, 8);
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	await_live(pool, 2);
	ck_assert_int_eq(n, 100);
	pool_destroy(pool);
}
END_TEST

START_TEST(x16_numbers_of_those_who_left_are_used_again)
{
	struct pool *pool = pool_of(3);
	struct held held = {0};

	for (int round = 0; round < 5; round++) {
		ck_assert_int_eq(pool_resize(pool, 3), 0);
		for (int i = 0; i < 3; i++)
			pool_post(pool, hold, &held);
		await_begun(&held, 3);
		let(&held, 3);
		ck_assert_int_eq(pool_resize(pool, 1), 0);
		await_live(pool, 1);
	}
	ck_assert_int_eq(state_of(pool).nmade, 3 + 4 * 2);
	pool_destroy(pool);
}
END_TEST

START_TEST(a_size_out_of_range)
{
	struct pool *pool = pool_of(2);

	ck_assert_int_eq(pool_resize(pool, 0), -EINVAL);
	ck_assert_int_eq(pool_resize(pool, -3), -EINVAL);
	ck_assert_int_eq(pool_resize(pool, POOL_MAX_SIZE + 1), -EINVAL);
	ck_assert_int_eq(state_of(pool).size, 2);
	pool_destroy(pool);
}
END_TEST

START_TEST(with_fewer_threads_than_wanted)
{
	struct pool *pool = pool_of(8);
	atomic_int n = 0;

	starts_left = 2;
	for (int i = 0; i < 200; i++)
		ck_assert_int_eq(pool_post(pool, count, &n), 0);
	ck_assert_int_eq(pool_drain(pool, CLOCK_NEVER), 0);
	ck_assert_int_eq(n, 200);
	ck_assert_int_le(state_of(pool).nlive, 2);
	starts_left = -1;
	pool_destroy(pool);
}
END_TEST

START_TEST(asks_again_when_the_size_is_set)
{
	struct pool *pool = pool_of(2);
	struct held held = {0};

	starts_left = 1;
	pool_post(pool, hold, &held);
	await_begun(&held, 1);
	pool_post(pool, hold, &held);
	pool_post(pool, hold, &held);
	ck_assert_int_eq(state_of(pool).nlive, 1);
	ck_assert_int_eq(state_of(pool).nrefused, 1);
	starts_left = -1;
	ck_assert_int_eq(pool_resize(pool, 2), 0);
	await_begun(&held, 1);
	ck_assert_int_eq(state_of(pool).nlive, 2);
	let(&held, 3);
	pool_destroy(pool);
}
END_TEST

START_TEST(without_any_thread)
{
	struct pool *pool = pool_of(2);
	struct future *future = NULL;
	atomic_int n = 0;

	starts_left = 0;
	ck_assert_int_eq(pool_submit(pool, count, &n, &future), -EAGAIN);
	ck_assert_ptr_null(future);
	ck_assert_int_eq(pool_post(pool, count, &n), -EAGAIN);
	ck_assert_uint_eq(state_of(pool).nqueued, 0);
	starts_left = -1;
	ck_assert_int_eq(outcome_of(pool, count, &n), 1);
	pool_destroy(pool);
}
END_TEST

int main(void)
{
	return suite_run("pool_resize", 60,
		(const TTest *const[]){
			x16_raising_wakes_what_is_queued,
			x16_raising_makes_no_threads_for_nothing,
			x16_lowering_lets_the_idle_go,
			x16_lowering_waits_for_running_jobs_and_loses_none,
			x16_numbers_of_those_who_left_are_used_again,
			a_size_out_of_range,
			with_fewer_threads_than_wanted,
			asks_again_when_the_size_is_set,
			without_any_thread,
			NULL,
		});
}
