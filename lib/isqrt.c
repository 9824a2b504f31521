#include "lib/isqrt.h"
#include <math.h>

uint32_t isqrt(uint64_t n)
{
	/* A double has 53 bits: from 94906265 * 94906265 - 1 on the root
	 * may come out one too large, and near 2^64 as 2^32. */
	double estimate = sqrt((double)n);
	uint64_t root = estimate < UINT32_MAX ? (uint64_t)estimate : UINT32_MAX;

	while (root * root > n)
		root--;
	while (root < UINT32_MAX && (root + 1) * (root + 1) <= n)
		root++;
	return root;
}
