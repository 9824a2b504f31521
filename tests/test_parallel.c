/* A loop in a pool: every body once, one failure, no thread, nested. */
#include "tests/pool_rig.h"

#include <dlfcn.h>

#include "lib/parallel.h"

enum {
	N = 1000
};

static atomic_bool no_threads;

typedef int (*create_fn)(
	pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	static create_fn real;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return no_threads ? EAGAIN : real(thread, attributes, start, arg);
}

static atomic_int times[N];

static int note(void *arg, uint64_t i, struct failure *failure)
{
	(void)arg;
	(void)failure;
	times[i]++;
	return 0;
}

static void each_came_once(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		ck_assert_int_eq(atomic_exchange(&times[i], 0), 1);
	for (uint64_t i = n; i < N; i++)
		ck_assert_int_eq(times[i], 0);
}

START_TEST(p3_each_body_runs_once)
{
	static const uint64_t sizes[] = {0, 1, 2, 3, 8, 97, 999, N};
	struct pool *pool = pool_of(3);

	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
		ck_assert_int_eq(
			parallel_for(pool, sizes[s], note, NULL, NULL), 0);
		each_came_once(sizes[s]);
	}
	pool_destroy(pool);
}
END_TEST

static int fail_at_each(void *arg, uint64_t i, struct failure *failure)
{
	uint64_t step = *(uint64_t *)arg;

	times[i]++;
	if (i % step != step - 1)
		return 0;
	failure_set(failure, -EIO, "body", "number %d", (int)i);
	return -EIO;
}

START_TEST(p3_all_run_though_one_fails)
{
	struct pool *pool = pool_of(3);
	struct failure failure = {0};
	uint64_t step = 4;

	ck_assert_int_eq(
		parallel_for(pool, 7, fail_at_each, &step, &failure), 1);
	ck_assert_int_eq(failure.code, -EIO);
	ck_assert_str_eq(failure.text, "number 3");
	each_came_once(7);
	pool_destroy(pool);
	ck_assert_uint_eq(forget_unretrieved(), 0);
}
END_TEST

START_TEST(p3_of_many_failures_one_comes_out)
{
	struct pool *pool = pool_of(3);
	struct failure failure = {0};
	uint64_t step = 2;

	ck_assert_int_eq(
		parallel_for(pool, N, fail_at_each, &step, &failure), N / 2);
	ck_assert_int_eq(strncmp(failure.text, "number ", 7), 0);
	each_came_once(N);
	ck_assert_int_eq(parallel_for(pool, 2, fail_at_each, &step, NULL), 1);
	pool_destroy(pool);
}
END_TEST

static int fail_in_silence(void *arg, uint64_t i, struct failure *failure)
{
	(void)arg;
	(void)i;
	(void)failure;
	return -EPIPE;
}

START_TEST(p3_a_failure_without_words)
{
	struct pool *pool = pool_of(2);
	struct failure failure = {0};

	ck_assert_int_eq(
		parallel_for(pool, 5, fail_in_silence, NULL, &failure), 5);
	ck_assert_int_eq(failure.code, -EPIPE);
	pool_destroy(pool);
}
END_TEST

static int in_caller(void *arg, uint64_t i, struct failure *failure)
{
	(void)failure;
	times[i]++;
	return pthread_equal(pthread_self(), *(pthread_t *)arg) ? 0 : -EIO;
}

START_TEST(p3_without_threads_it_is_a_plain_loop)
{
	struct pool *pool = pool_of(3);
	pthread_t me = pthread_self();

	no_threads = true;
	ck_assert_int_eq(parallel_for(pool, N, in_caller, &me, NULL), 0);
	each_came_once(N);
	no_threads = false;
	ck_assert_int_eq(parallel_for(pool, N, in_caller, &me, NULL), N);
	each_came_once(N);
	pool_shutdown(pool, 0);
	ck_assert_int_eq(parallel_for(pool, N, in_caller, &me, NULL), 0);
	pool_destroy(pool);
}
END_TEST

static int meet(void *arg, uint64_t i, struct failure *failure)
{
	(void)i;
	(void)failure;
	barrier_wait(arg);
	return 0;
}

START_TEST(p3_as_many_at_once_as_there_are_threads)
{
	struct pool *pool = pool_of(4);
	struct barrier barrier;

	barrier_init(&barrier, 4);
	ck_assert_int_eq(parallel_for(pool, 4, meet, &barrier, NULL), 0);
	ck_assert_int_eq(parallel_for(pool, 8, meet, &barrier, NULL), 0);
	barrier_fini(&barrier);
	pool_destroy(pool);
}
END_TEST

static int inner_loop(void *arg, uint64_t i, struct failure *failure)
{
	(void)i;
	return parallel_for(arg, 10, note, NULL, failure);
}

START_TEST(loops_may_be_nested)
{
	for (int size = 1; size <= 3; size++) {
		struct pool *pool = pool_of(size);

		ck_assert_int_eq(
			parallel_for(pool, 20, inner_loop, pool, NULL), 0);
		for (int i = 0; i < 10; i++)
			ck_assert_int_eq(atomic_exchange(&times[i], 0), 20);
		pool_destroy(pool);
	}
}
END_TEST

static void *shut_down_and_cancel(void *arg)
{
	pool_shutdown(arg, POOL_CANCEL);
	return NULL;
}

/* The helpers are cancelled under the loop, which is done all the same. */
START_TEST(shut_down_in_the_middle)
{
	for (int round = 0; round < 100; round++) {
		struct pool *pool = pool_of(2);
		pthread_t thread;

		pthread_create(&thread, NULL, shut_down_and_cancel, pool);
		ck_assert_int_eq(parallel_for(pool, N, note, NULL, NULL), 0);
		each_came_once(N);
		pthread_join(thread, NULL);
		pool_destroy(pool);
	}
}
END_TEST

int main(void)
{
	return suite_run("parallel", 60,
		(const TTest *const[]){
			p3_each_body_runs_once,
			p3_all_run_though_one_fails,
			p3_of_many_failures_one_comes_out,
			p3_a_failure_without_words,
			p3_without_threads_it_is_a_plain_loop,
			p3_as_many_at_once_as_there_are_threads,
			loops_may_be_nested,
			shut_down_in_the_middle,
			NULL,
		});
}
