/*
 * is_prime - whether one number is prime, by means that no sieve has
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef TESTS_IS_PRIME_H
#define TESTS_IS_PRIME_H

#include <stdint.h>

__extension__ typedef unsigned __int128 wide;

static inline uint64_t power_mod(
	uint64_t base, uint64_t exponent, uint64_t modulus)
{
	uint64_t power = 1;

	for (base %= modulus; exponent; exponent /= 2) {
		if (exponent % 2)
			power = (wide)power * base % modulus;
		base = (wide)base * base % modulus;
	}
	return power;
}

/* Does n pass the test of Miller and Rabin to this base? */
static inline int passes(uint64_t n, uint64_t base)
{
	unsigned twos = __builtin_ctzll(n - 1);
	uint64_t x = power_mod(base, (n - 1) >> twos, n);

	if (x == 1 || x == n - 1)
		return 1;
	while (--twos > 0) {
		x = (wide)x * x % n;
		if (x == n - 1)
			return 1;
	}
	return 0;
}

/* The reference: nothing in common with a sieve. No composite below 2^64
 * passes for all of the first twelve primes (Sorenson and Webster, 2015). */
static inline int is_prime(uint64_t n)
{
	static const unsigned char bases[] = {
		2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

	if (n < 2)
		return 0;
	for (unsigned i = 0; i < sizeof bases; i++)
		if (n % bases[i] == 0)
			return n == bases[i];
	for (unsigned i = 0; i < sizeof bases; i++)
		if (!passes(n, bases[i]))
			return 0;
	return 1;
}

#endif
