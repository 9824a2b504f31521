#include "lib/must.h"
#include "lib/segment_impl.h"

void segment_sum_add(struct segment_sum *total, struct segment_sum more)
{
	total->low += more.low;
	total->high += more.high + (total->low < more.low);
}

/* The product of two numbers in 128 bits, by halves as on paper. */
static struct segment_sum product(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t mid = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t mid2 = (a & UINT32_MAX) * (b >> 32) + (mid & UINT32_MAX);

	return (struct segment_sum){
		.low = mid2 << 32 | (low & UINT32_MAX),
		.high = (a >> 32) * (b >> 32) + (mid >> 32) + (mid2 >> 32),
	};
}

/*
 * Byte k with n bits adds n * low + n * 30k + the offsets of its bits: three
 * sums that are kept apart, so that only the first may pass 64 bits.
 */
struct segment_sum segment_sum(const struct segment *seg)
{
	uint64_t count = 0, turns = 0, offsets = 0;
	struct segment_sum sum;

	must(seg->layout == SEGMENT_WHEEL30);
	for (size_t k = 0; k < seg->size; k++) {
		unsigned byte = seg->data[k];
		unsigned n = 0;

		for (; byte; byte &= byte - 1, n++)
			offsets += segment_offsets[__builtin_ctz(byte)];
		count += n;
		turns += k * n;
	}
	sum = product(count, seg->low);
	segment_sum_add(&sum, product(turns, 30));
	segment_sum_add(&sum, (struct segment_sum){.low = offsets});
	return sum;
}
