#include "lib/primality.h"
#include "tests/suite.h"

START_TEST(small_numbers_as_by_division)
{
	for (uint64_t n = 0; n < 20000; n++) {
		bool prime = n >= 2;

		for (uint64_t d = 2; d * d <= n; d++)
			prime &= n % d != 0;
		ck_assert_msg(primality_test(n) == prime, "%u", (unsigned)n);
	}
}
END_TEST

/* Composites that pass for a base that others fail, or for the first few
 * primes as bases (Jaeschke; OEIS A014233), and their like. */
START_TEST(pseudoprimes_are_found_out)
{
	static const uint64_t composites[] = {2047, 1373653, 25326001,
		3215031751, 2152302898747, 3474749660383, 341550071728321,
		UINT64_C(3825123056546413051),
		UINT64_C(4294967291) * 4294967291, UINT64_MAX};

	for (unsigned i = 0; i < sizeof composites / sizeof *composites; i++)
		ck_assert(!primality_test(composites[i]));
}
END_TEST

START_TEST(large_primes_are_found)
{
	static const uint64_t primes[] = {4294967291, 4294967311,
		UINT64_C(1000000000000000003), UINT64_C(18446744073709551557)};

	for (unsigned i = 0; i < sizeof primes / sizeof *primes; i++)
		ck_assert(primality_test(primes[i]));
	/* the bases themselves, and their factors */
	ck_assert(primality_test(5));
	ck_assert(primality_test(13));
	ck_assert(!primality_test(325));
	ck_assert(!primality_test(1795265022));
}
END_TEST

int main(void)
{
	return suite_run("primality", 60,
		(const TTest *const[]){
			small_numbers_as_by_division,
			pseudoprimes_are_found_out,
			large_primes_are_found,
			NULL,
		});
}
