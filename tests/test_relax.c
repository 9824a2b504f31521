#include "lib/relax.h"

#include <sched.h>

#include "lib/clock.h"
#include "tests/suite.h"

static void stay_on_one_processor(void)
{
	cpu_set_t all, one;
	int cpu = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
}

START_TEST(nobody_spins_on_one_processor)
{
	stay_on_one_processor();
	ck_assert_uint_eq(relax_patience(), 0);
	relax(relax_patience());
}
END_TEST

/* A clock by which every yield takes long: somebody wants the processor. */
static uint64_t slow_clock(void)
{
	static uint64_t now;

	return now += 6000;
}

START_TEST(nobody_spins_where_processors_are_wanted)
{
	unsigned patience = relax_patience(), n = 1;

	clock_set_source(slow_clock);
	ck_assert(!relax_yield());
	ck_assert_uint_eq(relax_patience(), 0);
	clock_set_source(NULL);
	while (n < 100 && relax_patience() == 0)
		n++;
	ck_assert_uint_eq(n, patience ? 16 : 100);
}
END_TEST

START_TEST(patience_stays_the_same)
{
	unsigned patience = relax_patience();

	ck_assert_uint_eq(relax_patience(), patience);
	ck_assert_uint_le(patience, 8192);
	relax(patience);
}
END_TEST

int main(void)
{
	return suite_run("relax", 20,
		(const TTest *const[]){
			nobody_spins_on_one_processor,
			nobody_spins_where_processors_are_wanted,
			patience_stays_the_same,
			NULL,
		});
}
