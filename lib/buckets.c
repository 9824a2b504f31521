#include "lib/buckets.h"
#include <errno.h>
#include <stdlib.h>

enum {
	CHUNK_SIZE = 8192, /* and aligned to that */
	CHUNK_ENTRIES = CHUNK_SIZE / sizeof(uint64_t) - 1,
	SLAB_CHUNKS = 32,
};

/* A chunk is full when the address where the next prime would go is a
 * multiple of CHUNK_SIZE. That of a bucket without chunks is, too: NULL. */
struct bucket_chunk {
	union {
		struct bucket_chunk *next;
		uint64_t pad;
	};
	uint64_t entries[CHUNK_ENTRIES];
};

/* A waiting prime: 23 bits of place in the stretch, 9 of class and position,
 * and 32 of turns. */
enum {
	PLACE_BITS = 23,
	TURN_BITS = 9
};

static uint64_t entry(uint64_t at, unsigned turn, uint64_t turns)
{
	return at | (uint64_t)turn << PLACE_BITS |
	       turns << (PLACE_BITS + TURN_BITS);
}

static void init_turns(struct buckets *buckets)
{
	for (unsigned class = 0; class < WHEEL210_CLASSES; class ++)
		for (unsigned p = 0; p < WHEEL210_POSITIONS; p++)
			buckets->turns[class * WHEEL210_POSITIONS + p] =
				(struct bucket_turn){
					.mask = ~(1u << wheel210_bit(class, p)),
					.gap = wheel210_gap(p),
					.carry = wheel210_carry(class, p),
					.next = class * WHEEL210_POSITIONS +
						(p + 1) % WHEEL210_POSITIONS,
				};
}

int buckets_init(struct buckets *buckets, unsigned shift, uint32_t prime)
{
	/* The largest gap is 10, the prime is 30 times its turns. */
	uint64_t reach = (prime / 3 >> shift) + 2;
	uint64_t n = 1;

	while (n < reach)
		n *= 2;
	*buckets = (struct buckets){.shift = shift, .ring = n - 1};
	buckets->fill = calloc(n, sizeof *buckets->fill);
	if (!buckets->fill)
		return -ENOMEM;
	init_turns(buckets);
	return 0;
}

void buckets_fini(struct buckets *buckets)
{
	struct bucket_chunk *slab = buckets->slabs;

	while (slab) {
		struct bucket_chunk *next = slab->next;

		free(slab);
		slab = next;
	}
	free(buckets->fill);
}

/* Allocate many chunks at once. The first one only holds the list of slabs. */
static int grow(struct buckets *buckets)
{
	struct bucket_chunk *slab = aligned_alloc(
		CHUNK_SIZE, SLAB_CHUNKS * CHUNK_SIZE);

	if (!slab)
		return -ENOMEM;
	slab->next = buckets->slabs;
	buckets->slabs = slab;
	for (int i = 1; i < SLAB_CHUNKS; i++) {
		slab[i].next = buckets->spare;
		buckets->spare = &slab[i];
	}
	return 0;
}

/* The chunk that a place to fill belongs to, which may be just behind it. */
static struct bucket_chunk *chunk_of(uint64_t *fill)
{
	uintptr_t last = (uintptr_t)fill - 1;

	return (struct bucket_chunk *)(last - last % CHUNK_SIZE);
}

static void free_chunk(struct buckets *buckets, struct bucket_chunk *chunk)
{
	chunk->next = buckets->spare;
	buckets->spare = chunk;
}

/* Put a new chunk before the full one of a bucket. */
static int extend(struct buckets *buckets, uint64_t **fill)
{
	struct bucket_chunk *chunk;

	if (!buckets->spare && grow(buckets) < 0) {
		buckets->failed = 1;
		return -ENOMEM;
	}
	chunk = buckets->spare;
	buckets->spare = chunk->next;
	chunk->next = *fill ? chunk_of(*fill) : NULL;
	*fill = chunk->entries;
	return 0;
}

/* Let a prime wait for its multiple at bytes behind the stretch at hand. */
static ALWAYS_INLINE void wait_for(
	struct buckets *buckets, uint64_t at, unsigned turn, uint64_t turns)
{
	uint64_t stretch = at >> buckets->shift;
	uint64_t **fill;

	if (at >= buckets->left)
		return;
	fill = &buckets->fill[(buckets->now + stretch) & buckets->ring];
	if ((uintptr_t)*fill % CHUNK_SIZE == 0 && extend(buckets, fill) < 0)
		return;
	*(*fill)++ = entry(at - (stretch << buckets->shift), turn, turns);
}

void buckets_start(struct buckets *buckets, uint64_t size)
{
	for (uint64_t i = 0; i <= buckets->ring; i++) {
		struct bucket_chunk *chunk =
			buckets->fill[i] ? chunk_of(buckets->fill[i]) : NULL;

		while (chunk) {
			struct bucket_chunk *next = chunk->next;

			free_chunk(buckets, chunk);
			chunk = next;
		}
		buckets->fill[i] = NULL;
	}
	buckets->now = 0;
	buckets->left = size;
	buckets->failed = 0;
}

void buckets_add(
	struct buckets *buckets, uint32_t prime, struct wheel210_place place)
{
	wait_for(buckets, place.at,
		wheel210_class(prime) * WHEEL210_POSITIONS + place.position,
		wheel210_turns(prime));
}

static void cross_entries(struct buckets *buckets, unsigned char *data,
	const uint64_t *entries, const uint64_t *end)
{
	for (; entries < end; entries++) {
		uint64_t at = *entries & ((1u << PLACE_BITS) - 1);
		uint64_t turns = *entries >> (PLACE_BITS + TURN_BITS);
		const struct bucket_turn *turn =
			&buckets->turns[*entries >> PLACE_BITS &
					((1u << TURN_BITS) - 1)];

		data[at] &= turn->mask;
		at += turns * turn->gap + turn->carry;
		wait_for(buckets, at, turn->next, turns);
	}
}

int buckets_cross_off(struct buckets *buckets, unsigned char *data)
{
	uint64_t **fill = &buckets->fill[buckets->now & buckets->ring];

	/* Primes that are not so large may be due again in this stretch: they
	 * come back to the same bucket while it is being emptied. */
	while (*fill) {
		uint64_t *end = *fill;
		struct bucket_chunk *chunk = chunk_of(end);

		*fill = NULL;
		while (chunk) {
			struct bucket_chunk *next = chunk->next;

			cross_entries(buckets, data, chunk->entries, end);
			free_chunk(buckets, chunk);
			chunk = next;
			end = chunk ? chunk->entries + CHUNK_ENTRIES : NULL;
		}
	}
	buckets->now++;
	buckets->left -= buckets->left >> buckets->shift
				 ? UINT64_C(1) << buckets->shift
				 : buckets->left;
	return buckets->failed ? -ENOMEM : 0;
}
