#include "lib/sieve.h"
#include "lib/isqrt.h"
#include "lib/must.h"
#include "lib/sieve_impl.h"
#include "lib/team.h"
#include <errno.h>
#include <stdatomic.h>
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

/* The sieving primes are themselves sieved, with the best rung, which asks for
 * those up to their own root. */
struct fill {
	struct primetable *table;
	struct sieve_plan *plan;
	uint64_t span;
	_Atomic uint64_t next_block;
	atomic_int done; /* workers that got their sieve */
	atomic_int rc;
};

static void fill_block(struct fill *fill, struct sieve *sieve, uint64_t i)
{
	struct segment seg;
	uint64_t first, last;
	int rc;

	sieve_plan_block(fill->plan, fill->span, i, &first, &last);
	rc = sieve_start(sieve, first, last);
	while (rc == 0 && (rc = sieve_next(sieve, &seg)) > 0) {
		memcpy(fill->table->bits + seg.low / 30, seg.data, seg.size);
		rc = 0;
	}
	if (rc < 0)
		atomic_store(&fill->rc, rc);
}

static void fill_blocks(void *arg, unsigned index, unsigned size)
{
	struct fill *fill = arg;
	uint64_t nblocks = sieve_plan_nblocks(fill->plan, fill->span);
	struct sieve *sieve;
	uint64_t i;

	(void)index;
	(void)size;
	/* Without memory for a sieve the others do the work, if any. */
	if (sieve_create(&sieve, fill->plan) < 0)
		return;
	atomic_fetch_add(&fill->done, 1);
	while ((i = atomic_fetch_add(&fill->next_block, 1)) < nblocks)
		fill_block(fill, sieve, i);
	sieve_destroy(sieve);
}

static int fill_primes(struct primetable *table, unsigned nthreads)
{
	enum {
		SINGLE = 20000000
	}; /* too little for a second thread */
	struct fill fill = {.table = table};
	struct team *team;
	int rc;

	if (table->limit < 65536) {
		primetable_fill(table);
		return 0;
	}
	if (table->limit < SINGLE)
		nthreads = 1;
	rc = sieve_plan_create(&fill.plan, &sieve_best, 0, table->limit, 1);
	if (rc < 0)
		return rc;
	fill.span = sieve_plan_span(fill.plan, nthreads);
	if (nthreads < 2 ||
		team_start(nthreads, "sieve", fill_blocks, &fill, &team) < 0)
		fill_blocks(&fill, 0, 1);
	else
		team_destroy(team);
	sieve_plan_destroy(fill.plan);
	return atomic_load(&fill.done) ? atomic_load(&fill.rc) : -ENOMEM;
}

/*
 * How far the sieving primes go. To find those up to the root and to look at
 * each of them takes about half a nanosecond for each number up to it; a test
 * takes some microseconds, but just one number in twenty is left for it.
 */
static uint32_t primes_limit(const struct sieve_plan *plan)
{
	enum {
		TEST_WORTH = 256,
		TESTED_LIMIT = 65535
	};
	uint32_t root = isqrt(plan->hi);

	return plan->kind->tests && root > TESTED_LIMIT &&
			       plan->hi - plan->lo < root / TEST_WORTH
		       ? TESTED_LIMIT
		       : root;
}

int sieve_plan_create(struct sieve_plan **out, const struct sieve_kind *kind,
	uint64_t lo, uint64_t hi, unsigned nthreads)
{
	struct sieve_plan *plan;
	uint32_t limit;
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
	limit = primes_limit(plan);
	plan->tested = limit < isqrt(hi);
	rc = primetable_init(&plan->primes, limit);
	if (rc < 0)
		goto free_plan;
	rc = fill_primes(&plan->primes, nthreads);
	if (rc < 0)
		goto fini_primes;
	plan->starters = primetable_count(&plan->primes);
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
 * A block costs its worker a look at each sieving prime before it begins,
 * about as long as a hundred numbers take: so at least so many numbers for
 * each of them that this is a small part. For the rest, enough blocks for
 * all workers to finish at about the same time.
 */
uint64_t sieve_plan_span(const struct sieve_plan *plan, unsigned nworkers)
{
	uint64_t workers = nworkers ? nworkers : 1;
	uint64_t turns = turns_of(plan->lo, plan->hi) + 1;
	uint64_t span = plan->stretch * 8;
	uint64_t even = (turns - 1) / (workers * 32) + 1;
	uint64_t floor = plan->starters * 32;

	if (span > even)
		span = even;
	if (span < plan->stretch)
		span = plan->stretch;
	if (span < floor)
		span = floor;
	/* The same number of blocks for each worker, if they are few. */
	if (plan->stretch == 0 || span > turns / (4 * workers)) {
		uint64_t rounds = span ? turns / (span * workers) : 1;

		span = (turns - 1) / (workers * (rounds ? rounds : 1)) + 1;
	}
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
