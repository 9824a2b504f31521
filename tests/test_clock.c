#include "lib/clock.h"
#include "tests/suite.h"

static uint64_t half_past(void)
{
	return 30 * CLOCK_NS_PER_S;
}

START_TEST(never_goes_back)
{
	uint64_t before = clock_now();

	for (int i = 0; i < 10000; i++) {
		uint64_t now = clock_now();
		ck_assert_uint_ge(now, before);
		before = now;
	}
}
END_TEST

START_TEST(a_source_can_replace_it_and_be_taken_away)
{
	uint64_t before = clock_now();

	clock_set_source(half_past);
	ck_assert_uint_eq(clock_now(), 30 * CLOCK_NS_PER_S);
	clock_set_source(NULL);
	ck_assert_uint_ge(clock_now(), before);
}
END_TEST

static int64_t in_2038(void)
{
	return INT64_C(1) << 31;
}

START_TEST(the_wall_clock_can_be_replaced_too)
{
	ck_assert_int_gt(clock_wall(), INT64_C(1700000000));
	clock_set_wall_source(in_2038);
	ck_assert_int_eq(clock_wall(), INT64_C(1) << 31);
	clock_set_wall_source(NULL);
	ck_assert_int_ne(clock_wall(), INT64_C(1) << 31);
}
END_TEST

START_TEST(sleeps_until_the_deadline_and_not_for_one_past)
{
	uint64_t deadline = clock_now() + 2 * CLOCK_NS_PER_MS;

	ck_assert_int_eq(clock_sleep_until(deadline), 0);
	ck_assert_uint_ge(clock_now(), deadline);
	ck_assert_int_eq(clock_sleep_until(0), 0);
}
END_TEST

START_TEST(a_thread_is_busy_only_while_it_computes)
{
	uint64_t start = clock_now(), busy = clock_thread_busy();

	while (clock_thread_busy() - busy < CLOCK_NS_PER_MS)
		;
	ck_assert_uint_ge(clock_now() - start, CLOCK_NS_PER_MS);
	busy = clock_thread_busy();
	clock_sleep(50 * CLOCK_NS_PER_MS);
	ck_assert_uint_lt(clock_thread_busy() - busy, 50 * CLOCK_NS_PER_MS);
}
END_TEST

int main(void)
{
	return suite_run("clock", 20,
		(const TTest *const[]){
			never_goes_back,
			a_source_can_replace_it_and_be_taken_away,
			the_wall_clock_can_be_replaced_too,
			sleeps_until_the_deadline_and_not_for_one_past,
			a_thread_is_busy_only_while_it_computes,
			NULL,
		});
}
