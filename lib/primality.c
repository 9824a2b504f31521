#include "lib/primality.h"

#if defined(__SIZEOF_INT128__)
__extension__ typedef unsigned __int128 wide;

static uint64_t product_mod(uint64_t a, uint64_t b, uint64_t n)
{
	return (wide)a * b % n;
}
#else
/* Where the processor cannot, by doubling; slow, but seldom asked for. */
static uint64_t product_mod(uint64_t a, uint64_t b, uint64_t n)
{
	uint64_t product = 0;

	for (; b; b /= 2) {
		if (b % 2)
			product = product >= n - a ? product - (n - a)
						   : product + a;
		a = a >= n - a ? a - (n - a) : a + a;
	}
	return product;
}
#endif

static uint64_t power_mod(uint64_t base, uint64_t exponent, uint64_t n)
{
	uint64_t power = 1;

	for (; exponent; exponent /= 2) {
		if (exponent % 2)
			power = product_mod(power, base, n);
		base = product_mod(base, base, n);
	}
	return power;
}

/* For a prime n the powers base^d, base^2d, base^4d … up to base^(n-1), with
 * d odd, begin with 1 or have an n - 1 among them. */
static bool passes(uint64_t n, uint64_t base)
{
	unsigned squarings = __builtin_ctzll(n - 1);
	uint64_t x = power_mod(base, (n - 1) >> squarings, n);

	if (x == 1 || x == n - 1)
		return true;
	while (--squarings > 0) {
		x = product_mod(x, x, n);
		if (x == n - 1)
			return true;
	}
	return false;
}

bool primality_test(uint64_t n)
{
	static const uint32_t bases[] = {
		2, 325, 9375, 28178, 450775, 9780504, 1795265022};

	if (n < 4 || n % 2 == 0)
		return n == 2 || n == 3;
	for (unsigned i = 0; i < sizeof bases / sizeof *bases; i++)
		if (bases[i] % n && !passes(n, bases[i] % n))
			return false;
	return true;
}
