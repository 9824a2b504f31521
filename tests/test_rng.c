#include "lib/rng.h"
#include "tests/suite.h"

START_TEST(same_seed_same_numbers)
{
	struct rng a, b;

	rng_init(&a, 7);
	rng_init(&b, 7);
	for (int i = 0; i < 1000; i++)
		ck_assert_uint_eq(rng_next(&a), rng_next(&b));
}
END_TEST

START_TEST(below_stays_below_and_reaches_every_value)
{
	struct rng rng;
	int seen[7] = {0};

	rng_init(&rng, 1);
	for (int i = 0; i < 1000; i++) {
		uint64_t x = rng_below(&rng, 7);
		ck_assert_uint_lt(x, 7);
		seen[x]++;
	}
	for (int i = 0; i < 7; i++)
		ck_assert_int_gt(seen[i], 90);
}
END_TEST

int main(void)
{
	return suite_run("rng", 20,
		(const TTest *const[]){
			same_seed_same_numbers,
			below_stays_below_and_reaches_every_value,
			NULL,
		});
}
