#include "lib/sieve.h"
#include "lib/isqrt.h"
#include "lib/must.h"
#include "lib/sieve_impl.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIEVE(kind) extern const struct sieve_kind sieve_##kind;
#include "lib/sieves/list.def"
#undef SIEVE

#define SIEVE(kind) &sieve_##kind,
const struct sieve_kind *const sieve_kinds[] = {
#include "lib/sieves/list.def"
	NULL,
};
#undef SIEVE

const struct sieve_kind *sieve_find(const char *name)
{
	for (int i = 0; sieve_kinds[i]; i++)
		if (!strcmp(sieve_kinds[i]->name, name))
			return sieve_kinds[i];
	return NULL;
}

/* The turns of the wheel that cover lo..hi. */
static uint64_t turns_of(uint64_t lo, uint64_t hi)
{
	return hi < 2 ? 0 : (segment_low(hi) - segment_low(lo)) / 30 + 1;
}

/* The longest stretch of a rung, for a block of so many turns. */
static uint64_t stretch_max(const struct sieve_plan *plan, uint64_t turns)
{
	return plan->stretch && plan->stretch < turns ? plan->stretch : turns;
}

/* Is there room for a rung that keeps the range in memory as a whole? Asked
 * before allocating, which succeeds and then kills the process. */
static int fits(const struct sieve_kind *kind, uint64_t lo, uint64_t hi)
{
	uint64_t pages = sysconf(_SC_PHYS_PAGES);
	uint64_t room = pages * sysconf(_SC_PAGESIZE) / 2;
	uint64_t turns = turns_of(lo, hi);

	if (kind->stretch || turns < 1024)
		return 1;
	return turns < UINT64_MAX / 16 && turns < SIZE_MAX / 16 &&
	       segment_size(kind->layout, turns) <= room;
}

/* Sieve the sieving primes: with the best rung, which asks for those up to
 * their root. */
static int fill_primes(struct primetable *table, unsigned nthreads)
{
	struct sieve_plan *plan;
	struct sieve *sieve;
	struct segment seg;
	int rc;

	if (table->limit < 65536) {
		primetable_fill(table);
		return 0;
	}
	rc = sieve_plan_create(&plan, &sieve_best, 0, table->limit, nthreads);
	if (rc < 0)
		return rc;
	rc = sieve_create(&sieve, plan);
	if (rc < 0)
		goto destroy_plan;
	rc = sieve_start(sieve, 0, table->limit);
	while (rc == 0 && sieve_next(sieve, &seg) > 0)
		memcpy(table->bits + seg.low / 30, seg.data, seg.size);
	sieve_destroy(sieve);
destroy_plan:
	sieve_plan_destroy(plan);
	return rc;
}

int sieve_plan_create(struct sieve_plan **out, const struct sieve_kind *kind,
	uint64_t lo, uint64_t hi, unsigned nthreads)
{
	struct sieve_plan *plan;
	int rc;

	if (hi < lo)
		return -EINVAL;
	if (!fits(kind, lo, hi))
		return -EFBIG;
	plan = malloc(sizeof *plan);
	if (!plan)
		return -ENOMEM;
	*plan = (struct sieve_plan){
		.kind = kind, .lo = lo, .hi = hi, .stretch = kind->stretch};
	rc = primetable_init(&plan->primes, isqrt(hi));
	if (rc < 0)
		goto free_plan;
	rc = fill_primes(&plan->primes, nthreads);
	if (rc < 0)
		goto fini_primes;
	rc = kind->plan ? kind->plan(plan, nthreads) : 0;
	if (rc < 0)
		goto fini_primes;
	*out = plan;
	return 0;

fini_primes:
	primetable_fini(&plan->primes);
free_plan:
	free(plan);
	return rc;
}

void sieve_plan_destroy(struct sieve_plan *plan)
{
	if (plan->kind->unplan)
		plan->kind->unplan(plan);
	primetable_fini(&plan->primes);
	free(plan);
}

/*
 * A block costs its worker a look at every sieving prime before it begins:
 * some ns each, as many as a hundred numbers take.
 */
uint64_t sieve_plan_span(const struct sieve_plan *plan, unsigned nworkers)
{
	uint64_t turns = turns_of(plan->lo, plan->hi);
	uint64_t share = turns / (nworkers ? nworkers : 1) + 1;
	uint64_t span = plan->stretch * 16;
	uint64_t floor = primetable_count(&plan->primes) * 128;

	if (span < floor)
		span = floor;
	if (plan->stretch == 0 || span > share)
		span = share;
	return span < UINT64_MAX / 30 ? span * 30 : UINT64_MAX / 30 * 30;
}

uint64_t sieve_plan_nblocks(const struct sieve_plan *plan, uint64_t span)
{
	uint64_t distance = plan->hi - segment_low(plan->lo);

	must(span > 0 && span % 30 == 0);
	return distance < 2 ? 1 : (distance - 2) / span + 1;
}

void sieve_plan_block(const struct sieve_plan *plan, uint64_t span, uint64_t i,
	uint64_t *first, uint64_t *last)
{
	uint64_t low = segment_low(plan->lo) + i * span;

	must(i < sieve_plan_nblocks(plan, span));
	*first = i == 0 ? plan->lo : low + 2;
	/* low + 1 + span, but that may not exist. */
	*last = plan->hi - low <= span ? plan->hi : low + 1 + span;
}

int sieve_create(struct sieve **out, const struct sieve_plan *plan)
{
	struct sieve *sieve = malloc(sizeof *sieve);
	int rc;

	if (!sieve)
		return -ENOMEM;
	*sieve = (struct sieve){.plan = plan};
	rc = plan->kind->open ? plan->kind->open(sieve) : 0;
	if (rc < 0) {
		free(sieve);
		return rc;
	}
	*out = sieve;
	return 0;
}

void sieve_destroy(struct sieve *sieve)
{
	if (sieve->plan->kind->close)
		sieve->plan->kind->close(sieve);
	free(sieve->data);
	free(sieve);
}

/* Have room for the longest stretch of the block. */
static int reserve(struct sieve *sieve, uint64_t turns)
{
	const struct sieve_plan *plan = sieve->plan;
	size_t size = segment_size(plan->kind->layout, turns) + plan->slack;
	unsigned char *data;

	if (size <= sieve->room)
		return 0;
	if (posix_memalign((void **)&data, 64, (size + 63) / 64 * 64))
		return -ENOMEM;
	free(sieve->data);
	sieve->data = data;
	sieve->room = size;
	return 0;
}

int sieve_start(struct sieve *sieve, uint64_t lo, uint64_t hi)
{
	const struct sieve_plan *plan = sieve->plan;
	uint64_t turns = turns_of(lo, hi);
	int rc;

	if (hi < lo || lo < plan->lo || hi > plan->hi)
		return -EINVAL;
	rc = reserve(sieve, stretch_max(plan, turns));
	if (rc < 0)
		return rc;
	sieve->lo = lo;
	sieve->hi = hi;
	sieve->low = segment_low(lo);
	sieve->turns = 0;
	sieve->turns_left = turns;
	sieve->busy = 0;
	return plan->kind->start ? plan->kind->start(sieve) : 0;
}

/* Go on to the stretch behind the one that is done. */
static void advance(struct sieve *sieve)
{
	sieve->low += 30 * sieve->turns;
	sieve->turns = stretch_max(sieve->plan, sieve->turns_left);
	sieve->turns_left -= sieve->turns;
	sieve->steps = 0;
}

/* Clear what a rung need not care about: numbers out of the block or the
 * stretch, and 1, 3 and 5. */
static void clip(const struct sieve *sieve, const struct segment *seg)
{
	unsigned char *data = sieve->data + (seg->data - sieve->data);
	uint64_t first = sieve->low + 2;

	if (first < sieve->lo)
		first = sieve->lo;
	segment_clip(
		seg, data, first < 7 ? 7 : first, sieve_stretch_last(sieve));
}

int sieve_next(struct sieve *sieve, struct segment *out)
{
	const struct sieve_kind *kind = sieve->plan->kind;

	if (!sieve->busy) {
		if (!sieve->turns_left)
			return 0;
		advance(sieve);
	}
	*out = (struct segment){kind->layout, sieve->low, sieve->data, 0};
	sieve->busy = kind->step(sieve, out);
	if (sieve->busy < 0) {
		int rc = sieve->busy;

		sieve->busy = 0;
		sieve->turns_left = 0;
		return rc;
	}
	sieve->steps++;
	if (out->size)
		clip(sieve, out);
	return 1;
}

void sieve_emit(const struct sieve *sieve, struct segment *out)
{
	out->size = segment_size(out->layout, sieve->turns);
}

uint64_t sieve_stretch_last(const struct sieve *sieve)
{
	uint64_t span = 30 * sieve->turns;

	return sieve->hi - sieve->low <= span ? sieve->hi
					      : sieve->low + 1 + span;
}

uint64_t sieve_first_multiple(uint64_t low, uint32_t prime)
{
	uint64_t square = (uint64_t)prime * prime;
	uint64_t distance;

	if (square > low)
		return square - low;
	distance = prime - low % prime;
	return distance % 2 ? distance : distance + prime;
}
