/* rand and its like: the same numbers in every execution. */
#include "lib/explore/runtime/rt.h"

#include <stdlib.h>

/* Marsaglia's xorshift64, enough for programs that roll dice. */
uint64_t program_random(void)
{
	uint64_t x = rt->random;

	if (x == 0)
		x = UINT64_C(0x2545f4914f6cdd1d);
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	rt->random = x;
	await_forget();
	return x;
}

void WRAP(srand)(unsigned seed)
{
	rt->random = seed ^ UINT64_C(0x9e3779b97f4a7c15);
}

void WRAP(srandom)(unsigned seed)
{
	rt->random = seed ^ UINT64_C(0x9e3779b97f4a7c15);
}

void WRAP(srand48)(long seed)
{
	rt->random = (uint64_t)seed ^ UINT64_C(0x9e3779b97f4a7c15);
}

int WRAP(rand_r)(unsigned *seed)
{
	access_memory(seed, sizeof(*seed), ACCESS_WRITE, CALLER);
	*seed = *seed * 1103515245U + 12345U;
	return (int)(*seed >> 1);
}
