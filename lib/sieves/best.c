#include "lib/buckets.h"
#include "lib/isqrt.h"
#include "lib/lanes.h"
#include "lib/marks.h"
#include "lib/presieve.h"
#include "lib/primality.h"
#include "lib/sieve_impl.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A stretch is presieved, then the multiples of three sizes of primes are
 * crossed off. Those of large ones come from the buckets; medium ones sweep
 * through the stretch, which fits the second level cache. Small ones do so in
 * chunks that fit the first level cache, and each chunk is handed out as soon
 * as it is done, while it is still there.
 *
 * Two exceptions far out, where sieving primes outnumber all else: in a short
 * window the large ones were marked by the plan; in a very short one there
 * are none, and what is left is tested number by number.
 */
enum {
	SMALL = 6000, /* small primes are below */
	MEDIUM = 1 << 20, /* medium ones below this, all others are large */
	CHUNK = 32 << 10,
	TESTED_CHUNK = 256, /* as long, when numbers are tested */
	ADDED = 1 << 14, /* primes to begin with in one step */
	MARKS_MAX = 1 << 30, /* numbers: a bit map of 36 MB */
	MARKS_WORTH = 32, /* numbers of a window for each sieving prime */
};

struct tables {
	struct presieve presieve;
	/* how many primes of each class there are */
	uint32_t small[WHEEL210_CLASSES], medium[WHEEL210_CLASSES];
	unsigned stretch_shift;
	struct marks marks; /* of the large primes, if any */
};

enum phase {
	PHASE_ADD,
	PHASE_LARGE,
	PHASE_MEDIUM,
	PHASE_CHUNKS
};

struct state {
	enum phase phase;
	unsigned class; /* the medium primes that come next */
	size_t chunk; /* where the next chunk begins */
	struct lanes small, medium;
	struct buckets large;
	struct primewalk walk; /* to the primes whose square is yet to come */
	uint32_t prime; /* the next of them */
	/* what small primes crossed off behind the end of the stretch */
	unsigned char overshoot[];
};

/* Half of the second level cache: the rest is for patterns and primes. */
static unsigned stretch_shift(void)
{
	long cache = 0;

#ifdef _SC_LEVEL2_CACHE_SIZE
	cache = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
	if (cache >= 1 << 20)
		return 19;
	return cache > 0 && cache < 1 << 19 ? 17 : 18;
}

static void count_primes(struct tables *tables, const struct primetable *primes)
{
	uint32_t last = primes->limit < MEDIUM ? primes->limit : MEDIUM;
	struct primewalk walk = primewalk_from(
		primes, tables->presieve.last + 1, last);
	uint32_t prime;

	while ((prime = primewalk_next(&walk)))
		(prime < SMALL ? tables->small
			       : tables->medium)[wheel210_class(prime)]++;
}

/* Mark the multiples of large primes beforehand, where these are so many that
 * a block would take longer to begin than to sieve. */
static int mark_large(
	struct tables *tables, struct sieve_plan *plan, unsigned nthreads)
{
	uint64_t distance = plan->hi - plan->lo;

	if (plan->primes.limit < MEDIUM || distance > MARKS_MAX ||
		plan->starters < distance / MARKS_WORTH)
		return 0;
	plan->starters = MEDIUM / 12;
	return marks_init(&tables->marks, &plan->primes, MEDIUM, plan->lo,
		plan->hi, nthreads);
}

static int best_plan(struct sieve_plan *plan, unsigned nthreads)
{
	struct tables *tables = calloc(1, sizeof *tables);
	int rc;

	if (!tables)
		return -ENOMEM;
	rc = presieve_init(&tables->presieve);
	if (rc < 0)
		goto free_tables;
	tables->stretch_shift = stretch_shift();
	count_primes(tables, &plan->primes);
	rc = mark_large(tables, plan, nthreads);
	if (rc < 0)
		goto fini_presieve;
	plan->tables = tables;
	plan->stretch = UINT64_C(1) << tables->stretch_shift;
	plan->slack = lanes_overshoot(SMALL);
	return 0;

fini_presieve:
	presieve_fini(&tables->presieve);
free_tables:
	free(tables);
	return rc;
}

static void best_unplan(struct sieve_plan *plan)
{
	struct tables *tables = plan->tables;

	marks_fini(&tables->marks);
	presieve_fini(&tables->presieve);
	free(tables);
}

static int best_open(struct sieve *sieve)
{
	const struct tables *tables = sieve->plan->tables;
	struct state *state = malloc(sizeof *state + sieve->plan->slack);
	int rc = -ENOMEM;

	if (!state)
		return rc;
	rc = lanes_init(&state->small, tables->small);
	if (rc < 0)
		goto free_state;
	rc = lanes_init(&state->medium, tables->medium);
	if (rc < 0)
		goto fini_small;
	rc = buckets_init(&state->large, tables->stretch_shift,
		sieve->plan->primes.limit);
	if (rc < 0)
		goto fini_medium;
	sieve->state = state;
	return 0;

fini_medium:
	lanes_fini(&state->medium);
fini_small:
	lanes_fini(&state->small);
free_state:
	free(state);
	return rc;
}

static void best_close(struct sieve *sieve)
{
	struct state *state = sieve->state;

	buckets_fini(&state->large);
	lanes_fini(&state->medium);
	lanes_fini(&state->small);
	free(state);
}

static int best_start(struct sieve *sieve)
{
	const struct tables *tables = sieve->plan->tables;
	struct state *state = sieve->state;

	lanes_clear(&state->small);
	lanes_clear(&state->medium);
	buckets_start(&state->large, sieve->turns_left);
	memset(state->overshoot, 0xff, sieve->plan->slack);
	state->walk = primewalk_from(
		&sieve->plan->primes, tables->presieve.last + 1, UINT32_MAX);
	state->prime = primewalk_next(&state->walk);
	return 0;
}

static void presieve(struct sieve *sieve)
{
	const struct tables *tables = sieve->plan->tables;
	struct state *state = sieve->state;
	unsigned char *end = sieve->data + sieve->turns;

	/* Fills up to 63 bytes behind the end, too. */
	presieve_fill(&tables->presieve, sieve->data, sieve->low, sieve->turns);
	memset(end, 0xff, sieve->plan->slack);
	for (size_t i = 0; i < sieve->plan->slack; i++)
		sieve->data[i] &= state->overshoot[i];
	if (tables->marks.bits)
		marks_apply(
			&tables->marks, sieve->data, sieve->low, sieve->turns);
}

static void add_prime(struct sieve *sieve, uint32_t prime)
{
	struct state *state = sieve->state;
	struct wheel210_place place = wheel210_first(sieve->low, prime);

	if (prime < SMALL)
		lanes_add_small(&state->small, prime, place, sieve->data);
	else if (prime < MEDIUM)
		lanes_add_medium(&state->medium, prime, place);
	else
		buckets_add(&state->large, prime, place);
}

/* Add the primes whose squares the stretch has reached. Returns whether there
 * are more of them. */
static int add_primes(struct sieve *sieve)
{
	const struct tables *tables = sieve->plan->tables;
	struct state *state = sieve->state;
	uint32_t last = isqrt(sieve_stretch_last(sieve));

	if (tables->marks.bits && last >= MEDIUM)
		last = MEDIUM - 1;
	for (int n = 0; n < ADDED; n++) {
		if (!state->prime || state->prime > last)
			return 0;
		add_prime(sieve, state->prime);
		state->prime = primewalk_next(&state->walk);
	}
	return 1;
}

/* Without the larger sieving primes not all that is left is prime. */
static void test_numbers(unsigned char *data, uint64_t low, size_t size)
{
	for (size_t i = 0; i < size; i++)
		for (unsigned bit = 0; bit < 8; bit++)
			if (data[i] >> bit & 1 &&
				!primality_test(
					low + 30 * i + segment_offsets[bit]))
				data[i] &= ~(1u << bit);
}

/* Returns whether there are more chunks in the stretch. */
static int finish_chunk(struct sieve *sieve, struct segment *out)
{
	struct state *state = sieve->state;
	unsigned char *data = sieve->data + state->chunk;
	size_t left = sieve->turns - state->chunk;
	size_t chunk = sieve->plan->tested ? TESTED_CHUNK : CHUNK;
	size_t size = left < chunk ? left : chunk;

	for (unsigned class = 0; class < WHEEL210_CLASSES; class ++)
		lanes_cross_small(&state->small, class, data, size);
	out->low += 30 * state->chunk;
	out->data = data;
	out->size = size;
	if (sieve->plan->tested)
		test_numbers(data, out->low, size);
	state->chunk += size;
	if (size < left)
		return 1;
	memcpy(state->overshoot, data + size, sieve->plan->slack);
	return 0;
}

static void begin_stretch(struct sieve *sieve)
{
	struct state *state = sieve->state;

	presieve(sieve);
	state->phase = PHASE_ADD;
	state->class = 0;
	state->chunk = 0;
}

static int best_step(struct sieve *sieve, struct segment *out)
{
	struct state *state = sieve->state;

	if (sieve->steps == 0) {
		begin_stretch(sieve);
		return 1;
	}
	switch (state->phase) {
	case PHASE_ADD:
		if (!add_primes(sieve))
			state->phase = PHASE_LARGE;
		return 1;
	case PHASE_LARGE:
		state->phase = PHASE_MEDIUM;
		return buckets_cross_off(&state->large, sieve->data) < 0
			       ? -ENOMEM
			       : 1;
	case PHASE_MEDIUM:
		lanes_cross_medium(&state->medium, state->class, sieve->data,
			sieve->turns);
		if (++state->class == WHEEL210_CLASSES)
			state->phase = PHASE_CHUNKS;
		return 1;
	default:
		return finish_chunk(sieve, out);
	}
}

const struct sieve_kind sieve_best = {
	.name = "best",
	.summary = "patterns, unrolled loops and buckets, each for its primes",
	.source = "Kim Walisch, primesieve; Tomas Oliveira e Silva, 2002",
	.layout = SEGMENT_WHEEL30,
	.stretch = 1 << 18,
	.tests = 1,
	.plan = best_plan,
	.unplan = best_unplan,
	.open = best_open,
	.close = best_close,
	.start = best_start,
	.step = best_step,
};
