/* Waiting for one future and for many. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "lib/future.h"
#include "lib/sync.h"
#include "tests/suite.h"

enum {
	MANY = 4
};

static const union future_value forty_two = {.word = 42};
static const struct failure broken = {.code = -EIO, .origin = "test"};

static struct future *make(void)
{
	struct future *future = NULL;

	ck_assert_int_eq(future_create(&future), 0);
	return future;
}

static void make_many(struct future *futures[MANY])
{
	for (int i = 0; i < MANY; i++)
		futures[i] = make();
}

static void drop_many(struct future *futures[MANY])
{
	for (int i = 0; i < MANY; i++)
		future_unref(futures[i]);
}

static void finish(struct future *future)
{
	future_start(future);
	future_complete(future, forty_two);
}

static void break_down(struct future *future)
{
	future_start(future);
	future_fail(future, &broken);
}

static void cancel(struct future *future)
{
	future_cancel(future);
}

/* A thread that waits in one of the ways there are. */
struct waiter {
	struct future *const *futures;
	size_t nfutures, nover;
	enum future_until until;
	int result;
	atomic_bool returned;
	pthread_t thread;
};

static void *wait_for_many(void *arg)
{
	struct waiter *waiter = arg;

	waiter->result = future_wait_many(waiter->futures, waiter->nfutures,
		waiter->until, CLOCK_NEVER, &waiter->nover);
	waiter->returned = true;
	return NULL;
}

static void *wait_for_one(void *arg)
{
	struct waiter *waiter = arg;

	waiter->result = future_wait(waiter->futures[0], CLOCK_NEVER);
	waiter->returned = true;
	return NULL;
}

static void start(struct waiter *waiter, void *(*how)(void *))
{
	waiter->returned = false;
	ck_assert_int_eq(pthread_create(&waiter->thread, NULL, how, waiter), 0);
}

/* Wait until somebody hangs on the future: its ring is not empty. */
static void until_listened(const struct future *future)
{
	while (!(atomic_load(&future->state) & 4))
		sched_yield();
}

static void join(struct waiter *waiter)
{
	ck_assert_int_eq(pthread_join(waiter->thread, NULL), 0);
}

START_TEST(a_sleeper_is_woken_by_each_end)
{
	void (*const ends[])(struct future *) = {finish, break_down, cancel};

	for (size_t i = 0; i < 3; i++) {
		struct future *future = make();
		struct waiter waiter = {.futures = &future};

		start(&waiter, wait_for_one);
		until_listened(future);
		ck_assert(!waiter.returned);
		ends[i](future);
		join(&waiter);
		ck_assert_int_eq(waiter.result, 0);
		future_unref(future);
	}
}
END_TEST

START_TEST(all_who_wait_are_woken)
{
	struct future *future = make();
	struct waiter waiters[MANY];

	for (int i = 0; i < MANY; i++) {
		waiters[i] = (struct waiter){.futures = &future};
		start(&waiters[i], wait_for_one);
	}
	until_listened(future);
	finish(future);
	for (int i = 0; i < MANY; i++)
		join(&waiters[i]);
	future_unref(future);
}
END_TEST

static void wait_in_thread(struct waiter *waiter, struct future *futures[MANY],
	enum future_until until)
{
	*waiter = (struct waiter){
		.futures = futures, .nfutures = MANY, .until = until};
	start(waiter, wait_for_many);
	until_listened(futures[0]);
	until_listened(futures[MANY - 1]);
}

START_TEST(f10_all)
{
	struct future *futures[MANY];
	struct waiter waiter;

	make_many(futures);
	wait_in_thread(&waiter, futures, FUTURE_ALL);
	finish(futures[2]);
	break_down(futures[0]);
	cancel(futures[3]);
	ck_assert(!waiter.returned);
	finish(futures[1]);
	join(&waiter);
	ck_assert_int_eq(waiter.result, 0);
	ck_assert_uint_eq(waiter.nover, MANY);
	drop_many(futures);
}
END_TEST

START_TEST(f10_first)
{
	struct future *futures[MANY];
	struct waiter waiter;

	make_many(futures);
	wait_in_thread(&waiter, futures, FUTURE_FIRST);
	finish(futures[2]);
	join(&waiter);
	ck_assert_int_eq(waiter.result, 0);
	ck_assert_uint_eq(waiter.nover, 1);
	drop_many(futures);
}
END_TEST

START_TEST(f10_first_error_ignores_the_cancelled)
{
	struct future *futures[MANY];
	struct waiter waiter;

	make_many(futures);
	wait_in_thread(&waiter, futures, FUTURE_FIRST_ERROR);
	finish(futures[2]);
	cancel(futures[1]);
	ck_assert(!waiter.returned);
	break_down(futures[3]);
	join(&waiter);
	ck_assert_int_eq(waiter.result, 0);
	ck_assert_uint_eq(waiter.nover, 3);
	drop_many(futures);
}
END_TEST

START_TEST(f10_without_an_error_it_waits_for_all)
{
	struct future *futures[MANY];
	struct waiter waiter;

	make_many(futures);
	wait_in_thread(&waiter, futures, FUTURE_FIRST_ERROR);
	for (int i = 0; i < MANY - 1; i++)
		finish(futures[i]);
	ck_assert(!waiter.returned);
	cancel(futures[MANY - 1]);
	join(&waiter);
	ck_assert_uint_eq(waiter.nover, MANY);
	drop_many(futures);
}
END_TEST

START_TEST(f10_those_that_are_over_count)
{
	struct future *futures[MANY];
	size_t nover = 0;

	make_many(futures);
	finish(futures[3]);
	ck_assert_int_eq(future_wait_many(futures, MANY, FUTURE_FIRST,
				 CLOCK_NEVER, &nover),
		0);
	ck_assert_uint_eq(nover, 1);
	break_down(futures[0]);
	ck_assert_int_eq(future_wait_many(futures, MANY, FUTURE_FIRST_ERROR,
				 CLOCK_NEVER, &nover),
		0);
	ck_assert_uint_eq(nover, 2);
	drop_many(futures);
}
END_TEST

START_TEST(f10_duplicates_count_once)
{
	struct future *a = make(), *b = make();
	struct future *const futures[] = {a, b, a, a, b};
	size_t nover = 0;

	finish(a);
	ck_assert_int_eq(
		future_wait_many(futures, 5, FUTURE_ALL, 0, &nover), -EAGAIN);
	ck_assert_uint_eq(nover, 1);
	finish(b);
	ck_assert_int_eq(
		future_wait_many(futures, 5, FUTURE_ALL, 0, &nover), 0);
	ck_assert_uint_eq(nover, 2);
	ck_assert_int_eq(
		future_wait_many(futures, 0, FUTURE_FIRST, 0, &nover), 0);
	ck_assert_uint_eq(nover, 0);
	future_unref(a);
	future_unref(b);
}
END_TEST

START_TEST(f11_a_timeout_tells_which_are_over)
{
	struct future *futures[MANY];
	size_t nover = 0;

	make_many(futures);
	finish(futures[1]);
	ck_assert_int_eq(future_wait_many(futures, MANY, FUTURE_ALL,
				 clock_now() + CLOCK_NS_PER_MS, &nover),
		-ETIMEDOUT);
	ck_assert_uint_eq(nover, 1);
	ck_assert(future_is_over(futures[1]));
	ck_assert(!future_is_over(futures[0]));
	finish(futures[0]);
	drop_many(futures);
}
END_TEST

static struct as_completed *iterate(
	struct future *const futures[], size_t n, uint64_t deadline_ns)
{
	struct as_completed *iterator = NULL;

	ck_assert_int_eq(
		as_completed_create(futures, n, deadline_ns, &iterator), 0);
	return iterator;
}

static void comes(struct as_completed *iterator, const struct future *wanted)
{
	struct future *future = NULL;

	ck_assert_int_eq(as_completed_next(iterator, &future), 1);
	ck_assert_ptr_eq(future, wanted);
}

START_TEST(f13_in_the_order_of_ending)
{
	struct future *futures[MANY], *future;
	struct as_completed *iterator;

	make_many(futures);
	finish(futures[2]);
	iterator = iterate(futures, MANY, CLOCK_NEVER);
	break_down(futures[3]);
	cancel(futures[0]);
	comes(iterator, futures[2]);
	comes(iterator, futures[3]);
	comes(iterator, futures[0]);
	finish(futures[1]);
	comes(iterator, futures[1]);
	ck_assert_int_eq(as_completed_next(iterator, &future), 0);
	ck_assert_int_eq(as_completed_next(iterator, &future), 0);
	as_completed_destroy(iterator);
	drop_many(futures);
}
END_TEST

START_TEST(f13_each_once_though_given_twice)
{
	struct future *a = make();
	struct future *const futures[] = {a, a, a};
	struct as_completed *iterator = iterate(futures, 3, CLOCK_NEVER);
	struct future *future;

	finish(a);
	comes(iterator, a);
	ck_assert_int_eq(as_completed_next(iterator, &future), 0);
	as_completed_destroy(iterator);
	future_unref(a);
}
END_TEST

START_TEST(f13_of_none)
{
	struct as_completed *iterator = iterate(NULL, 0, CLOCK_NEVER);
	struct future *future;

	ck_assert_int_eq(as_completed_next(iterator, &future), 0);
	as_completed_destroy(iterator);
	as_completed_destroy(NULL);
}
END_TEST

START_TEST(f13_dropped_half_way_it_is_told_nothing_more)
{
	struct future *futures[MANY];
	struct as_completed *iterator;

	make_many(futures);
	iterator = iterate(futures, MANY, CLOCK_NEVER);
	finish(futures[1]);
	comes(iterator, futures[1]);
	as_completed_destroy(iterator);
	for (int i = 0; i < MANY; i++)
		ck_assert_ptr_null(futures[i]->last);
	finish(futures[0]);
	drop_many(futures);
}
END_TEST

START_TEST(f14_the_timeout_is_that_of_the_iterator)
{
	struct future *futures[MANY], *future;
	struct as_completed *iterator;
	char text[64];

	make_many(futures);
	iterator = iterate(futures, MANY, clock_now() + CLOCK_NS_PER_MS);
	finish(futures[0]);
	finish(futures[3]);
	comes(iterator, futures[0]);
	comes(iterator, futures[3]);
	ck_assert_int_eq(as_completed_next(iterator, &future), -ETIMEDOUT);
	ck_assert_uint_eq(
		as_completed_unfinished(iterator, text, sizeof(text)), 2);
	ck_assert_str_eq(text, "2 (of 4) futures unfinished");
	as_completed_destroy(iterator);
	drop_many(futures);
}
END_TEST

START_TEST(f14_without_waiting)
{
	struct future *a = make(), *future;
	struct as_completed *iterator = iterate(&a, 1, 0);

	ck_assert_int_eq(as_completed_next(iterator, &future), -EAGAIN);
	finish(a);
	comes(iterator, a);
	ck_assert_uint_eq(as_completed_unfinished(iterator, NULL, 0), 0);
	as_completed_destroy(iterator);
	future_unref(a);
}
END_TEST

static void *iterate_over_all(void *arg)
{
	struct waiter *waiter = arg;
	struct as_completed *iterator = iterate(
		waiter->futures, waiter->nfutures, CLOCK_NEVER);
	struct future *future;

	while (as_completed_next(iterator, &future) == 1)
		waiter->nover++;
	as_completed_destroy(iterator);
	return NULL;
}

/* CPython hangs here (issues 87893, 92001). */
START_TEST(f15_cancelling_wakes_all_who_wait)
{
	struct future *futures[MANY];
	struct waiter one = {.futures = futures};
	struct waiter all, iterating = {.futures = futures, .nfutures = MANY};

	make_many(futures);
	wait_in_thread(&all, futures, FUTURE_ALL);
	start(&one, wait_for_one);
	start(&iterating, iterate_over_all);
	for (int i = 0; i < MANY; i++)
		cancel(futures[i]);
	join(&one);
	join(&all);
	join(&iterating);
	ck_assert_uint_eq(iterating.nover, MANY);
	drop_many(futures);
}
END_TEST

int main(void)
{
	return suite_run("future_wait", 60,
		(const TTest *const[]){
			a_sleeper_is_woken_by_each_end,
			all_who_wait_are_woken,
			f10_all,
			f10_first,
			f10_first_error_ignores_the_cancelled,
			f10_without_an_error_it_waits_for_all,
			f10_those_that_are_over_count,
			f10_duplicates_count_once,
			f11_a_timeout_tells_which_are_over,
			f13_in_the_order_of_ending,
			f13_each_once_though_given_twice,
			f13_of_none,
			f13_dropped_half_way_it_is_told_nothing_more,
			f14_the_timeout_is_that_of_the_iterator,
			f14_without_waiting,
			f15_cancelling_wakes_all_who_wait,
			NULL,
		});
}
