#include "lib/relax.h"

#include <sched.h>

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
			patience_stays_the_same,
			NULL,
		});
}
