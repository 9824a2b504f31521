#include "lib/segment.h"
#include "lib/must.h"
#include "lib/segment_impl.h"

uint64_t segment_low(uint64_t number)
{
	return number < 2 ? 0 : (number - 2) / 30 * 30;
}

size_t segment_size(enum segment_layout layout, uint64_t turns)
{
	/* The odd layouts have one entry more: low + 1, which is never set. */
	switch (layout) {
	case SEGMENT_ODD_BYTES:
		return 15 * turns + 1;
	case SEGMENT_ODD_BITS:
		return (15 * turns + 8) / 8;
	default:
		return turns;
	}
}

/* How many entries stand for numbers below low + distance. */
static uint64_t entries_below(enum segment_layout layout, uint64_t distance)
{
	if (layout != SEGMENT_WHEEL30)
		return distance / 2;
	if (distance < 2)
		return 0;
	distance -= 2;
	return distance / 30 * 8 + segment_below[distance % 30 + 2];
}

/* Clear the entries first .. end - 1. */
static void clear_entries(enum segment_layout layout, unsigned char *data,
	uint64_t first, uint64_t end)
{
	if (first >= end)
		return;
	if (layout == SEGMENT_ODD_BYTES) {
		memset(data + first, 0, end - first);
		return;
	}
	for (; first < end && first % 8; first++)
		data[first / 8] &= ~(1u << first % 8);
	if (end - first >= 8) {
		memset(data + first / 8, 0, (end - first) / 8);
		first += (end - first) / 8 * 8;
	}
	for (; first < end; first++)
		data[first / 8] &= ~(1u << first % 8);
}

void segment_clip(const struct segment *seg, unsigned char *data, uint64_t lo,
	uint64_t hi)
{
	uint64_t entries = seg->size;
	uint64_t below, kept;

	if (seg->layout != SEGMENT_ODD_BYTES)
		entries *= 8;
	below = lo <= seg->low ? 0 : entries_below(seg->layout, lo - seg->low);
	/* "up to hi" is "below hi + 1", except where there is no hi + 1. */
	if (hi < seg->low)
		kept = 0;
	else if (hi - seg->low == UINT64_MAX)
		kept = entries;
	else
		kept = entries_below(seg->layout, hi - seg->low + 1);
	clear_entries(seg->layout, data, 0, below < entries ? below : entries);
	clear_entries(seg->layout, data, kept, entries);
}

/* The number that entry i stands for. */
static uint64_t entry_number(const struct segment *seg, uint64_t i)
{
	if (seg->layout == SEGMENT_WHEEL30)
		return seg->low + i / 8 * 30 + segment_offsets[i % 8];
	return seg->low + 2 * i + 1;
}

static uint64_t count_bytes(const unsigned char *data, size_t size)
{
	uint64_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += data[i];
	return count;
}

/* Written once, compiled with and without the machine's own instruction. */
static ALWAYS_INLINE uint64_t popcount(const unsigned char *data, size_t size)
{
	uint64_t count = 0;
	size_t i = 0;

	for (; i + 32 <= size; i += 32)
		count += __builtin_popcountll(segment_word(data + i)) +
			 __builtin_popcountll(segment_word(data + i + 8)) +
			 __builtin_popcountll(segment_word(data + i + 16)) +
			 __builtin_popcountll(segment_word(data + i + 24));
	for (; i + 8 <= size; i += 8)
		count += __builtin_popcountll(segment_word(data + i));
	return count + __builtin_popcountll(segment_tail(data + i, size - i));
}

POPCNT static uint64_t popcount_fast(const unsigned char *data, size_t size)
{
	return popcount(data, size);
}

uint64_t segment_count(const struct segment *seg)
{
	if (seg->layout == SEGMENT_ODD_BYTES)
		return count_bytes(seg->data, seg->size);
	return has_popcnt() ? popcount_fast(seg->data, seg->size)
			    : popcount(seg->data, seg->size);
}

uint64_t segment_last(const struct segment *seg)
{
	size_t i = seg->size;

	while (i > 0 && !seg->data[i - 1])
		i--;
	if (i == 0)
		return 0;
	if (seg->layout == SEGMENT_ODD_BYTES)
		return entry_number(seg, i - 1);
	return entry_number(seg,
		8 * (i - 1) + 31 - __builtin_clz((unsigned)seg->data[i - 1]));
}

/* The k-th entry that is set; there are at least k. */
static uint64_t nth_entry(const struct segment *seg, uint64_t k)
{
	for (uint64_t i = 0;; i++) {
		unsigned byte = seg->data[i];

		if (seg->layout == SEGMENT_ODD_BYTES) {
			if (byte && --k == 0)
				return i;
			continue;
		}
		for (; byte; byte &= byte - 1)
			if (--k == 0)
				return 8 * i + __builtin_ctz(byte);
	}
}

uint64_t segment_nth(const struct segment *seg, uint64_t k)
{
	enum {
		STRIDE = 512
	};
	const unsigned entries = seg->layout == SEGMENT_ODD_BYTES ? 1 : 8;
	struct segment part = *seg;

	for (size_t at = 0; k > 0 && at < seg->size; at += part.size) {
		uint64_t count;

		part.data = seg->data + at;
		part.size = seg->size - at < STRIDE ? seg->size - at : STRIDE;
		count = segment_count(&part);
		if (count >= k)
			return entry_number(
				seg, entries * at + nth_entry(&part, k));
		k -= count;
	}
	return 0;
}

size_t segment_pack_size(const struct segment *in)
{
	/* n turns have 15 n + 1 odd entries, in bits rounded up to bytes. */
	if (in->layout == SEGMENT_WHEEL30 || in->size == 0)
		return in->size;
	if (in->layout == SEGMENT_ODD_BYTES)
		return (in->size - 1) / 15;
	return (8 * in->size - 1) / 15;
}

/* Is entry i of an odd layout set? */
static unsigned odd_entry(const struct segment *seg, size_t i)
{
	if (seg->layout == SEGMENT_ODD_BYTES)
		return seg->data[i];
	return seg->data[i / 8] >> i % 8 & 1;
}

void segment_pack(
	const struct segment *in, unsigned char *buffer, struct segment *out)
{
	size_t turns = segment_pack_size(in);

	if (in->layout == SEGMENT_WHEEL30) {
		*out = *in;
		return;
	}
	for (size_t k = 0; k < turns; k++) {
		unsigned byte = 0;

		for (unsigned bit = 0; bit < 8; bit++) {
			size_t i = 15 * k + segment_offsets[bit] / 2;

			byte |= odd_entry(in, i) << bit;
		}
		buffer[k] = byte;
	}
	*out = (struct segment){SEGMENT_WHEEL30, in->low, buffer, turns};
}
