#include "lib/must.h"
#include "lib/segment_impl.h"
#include <stdio.h>

/* First, correct version: see segment_print() below. */
enum {
	DIGITS_MAX = 20
};

size_t segment_print_max(const struct segment *seg)
{
	return segment_count(seg) * (DIGITS_MAX + 1) + 1;
}

size_t segment_print(const struct segment *seg, char *out)
{
	char *at = out;

	must(seg->layout == SEGMENT_WHEEL30);
	for (size_t k = 0; k < seg->size; k++)
		for (unsigned byte = seg->data[k]; byte; byte &= byte - 1) {
			uint64_t number = seg->low + 30 * k +
					  segment_offsets[__builtin_ctz(byte)];

			at += sprintf(at, "%llu\n", (unsigned long long)number);
		}
	return at - out;
}
