#include "lib/works/primes.h"

#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>

enum word {
	COUNT,
	LAST,
	SUM_LOW,
	SUM_HIGH,
	TUPLETS, /* and the four after it */
};

enum {
	/* An item's text is held in memory until its turn. */
	TEXT_SPAN = 30 * 32768,
	ENTRIES_PER_TURN = 8,
	BYTES_PER_PRIME = 21, /* 20 digits and a newline */
	MAX_LIVE = 4, /* blocks begun at once: their buffers share a cache */
};

struct plan {
	struct sieve_plan *sieve;
	uint64_t lo, hi, span;
	unsigned wants;
};

struct scratch {
	struct sieve *sieve;
	unsigned char *packed; /* for layouts that must be brought to WHEEL30 */
	size_t packed_size;
};

/* What segment_print_max would say if all entries were prime. */
static size_t text_size(const struct plan *plan)
{
	size_t entries = plan->span / 30 * ENTRIES_PER_TURN;

	return (entries + 3) * BYTES_PER_PRIME + 1;
}

int primes_open(struct job *job, const struct primes_request *request)
{
	struct plan *plan = malloc(sizeof(*plan));
	int status;

	if (!plan)
		return -ENOMEM;
	*plan = (struct plan){
		.lo = request->lo, .hi = request->hi, .wants = request->wants};
	status = sieve_plan_create(&plan->sieve, request->kind, request->lo,
		request->hi, request->plan_nthreads);
	if (status < 0) {
		free(plan);
		return status;
	}
	plan->span = sieve_plan_span(plan->sieve, request->nworkers);
	if (plan->wants & PRIMES_TEXT && plan->span > TEXT_SPAN)
		plan->span = TEXT_SPAN;
	*job = (struct job){
		.work = &work_primes,
		.nitems = sieve_plan_nblocks(plan->sieve, plan->span),
		.text_size = plan->wants & PRIMES_TEXT ? text_size(plan) : 0,
		.max_live = MAX_LIVE,
		.plan = plan,
	};
	return 0;
}

static int open_up_to(struct job *job, uint64_t size, unsigned nworkers)
{
	struct primes_request request = {
		.hi = size,
		.kind = sieve_find("best"),
		.nworkers = nworkers,
		.plan_nthreads = 1,
	};

	return primes_open(job, &request);
}

static void primes_close(struct job *job)
{
	struct plan *plan = job->plan;

	sieve_plan_destroy(plan->sieve);
	free(plan);
}

static int primes_enter(const struct job *job, struct env *env)
{
	const struct plan *plan = job->plan;
	struct scratch *scratch = calloc(1, sizeof(*scratch));
	int status;

	if (!scratch)
		return -ENOMEM;
	status = sieve_create(&scratch->sieve, plan->sieve);
	if (status < 0) {
		free(scratch);
		return status;
	}
	env->scratch = scratch;
	return 0;
}

static void primes_leave(const struct job *job, struct env *env)
{
	struct scratch *scratch = env->scratch;

	(void)job;
	sieve_destroy(scratch->sieve);
	free(scratch->packed);
	free(scratch);
}

static void add_sum(struct tally *tally, struct segment_sum more)
{
	struct segment_sum sum = {tally->word[SUM_LOW], tally->word[SUM_HIGH]};

	segment_sum_add(&sum, more);
	tally->word[SUM_LOW] = sum.low;
	tally->word[SUM_HIGH] = sum.high;
}

static void print_digit(struct text *text, uint64_t digit)
{
	text->data[text->size++] = (char)('0' + digit);
	text->data[text->size++] = '\n';
}

/* 2, 3 and 5 are in no segment: the first item answers for them. */
static void take_small(
	const struct plan *plan, struct env *env, struct tally *tally)
{
	uint64_t small[3];
	unsigned n = segment_small_primes(plan->lo, plan->hi, small);

	for (unsigned i = 0; i < n; i++) {
		tally->word[COUNT]++;
		tally->word[LAST] = small[i];
		add_sum(tally, (struct segment_sum){.low = small[i]});
		if (plan->wants & PRIMES_TEXT)
			print_digit(&env->text, small[i]);
	}
	segment_small_tuplets(plan->lo, plan->hi, &tally->word[TUPLETS]);
}

static int pack(
	struct scratch *scratch, const struct segment *in, struct segment *out)
{
	size_t size = segment_pack_size(in);

	if (size > scratch->packed_size) {
		free(scratch->packed);
		scratch->packed_size = 0;
		scratch->packed = malloc(size);
		if (!scratch->packed)
			return -ENOMEM;
		scratch->packed_size = size;
	}
	segment_pack(in, scratch->packed, out);
	return 0;
}

/* What only a segment in WHEEL30 layout can tell. */
static int take_more(const struct plan *plan, struct env *env,
	const struct segment *seg, struct tally *tally)
{
	struct segment wheel;
	int status = pack(env->scratch, seg, &wheel);

	if (status < 0)
		return status;
	if (plan->wants & PRIMES_SUM)
		add_sum(tally, segment_sum(&wheel));
	if (plan->wants & PRIMES_TUPLETS)
		segment_tuplets(&wheel, &tally->word[TUPLETS]);
	if (plan->wants & PRIMES_TEXT)
		env->text.size += segment_print(
			&wheel, env->text.data + env->text.size);
	return 0;
}

/* The last prime is looked for only near the end of the block. */
static int take_segment(const struct plan *plan, struct env *env,
	const struct segment *seg, struct tally *tally)
{
	uint64_t last = segment_last(seg);

	tally->word[COUNT] += segment_count(seg);
	if (last)
		tally->word[LAST] = last;
	return plan->wants ? take_more(plan, env, seg, tally) : 0;
}

static int primes_item(
	const struct job *job, struct env *env, uint64_t i, struct tally *tally)
{
	const struct plan *plan = job->plan;
	struct scratch *scratch = env->scratch;
	struct segment seg;
	uint64_t first, last;
	int status;

	if (i == 0)
		take_small(plan, env, tally);
	sieve_plan_block(plan->sieve, plan->span, i, &first, &last);
	status = sieve_start(scratch->sieve, first, last);
	while (status >= 0 && (status = sieve_next(scratch->sieve, &seg)) > 0) {
		status = take_segment(plan, env, &seg, tally);
		if (status == 0 && env_pause(env))
			status = -ECANCELED;
	}
	return status;
}

static void primes_fold(struct tally *total, const struct tally *tally)
{
	total->word[COUNT] += tally->word[COUNT];
	if (tally->word[LAST] > total->word[LAST])
		total->word[LAST] = tally->word[LAST];
	add_sum(total, primes_sum(tally));
	for (int i = 0; i < SEGMENT_NTUPLETS; i++)
		total->word[TUPLETS + i] += tally->word[TUPLETS + i];
}

uint64_t primes_count(const struct tally *total)
{
	return total->word[COUNT];
}

uint64_t primes_last(const struct tally *total)
{
	return total->word[LAST];
}

struct segment_sum primes_sum(const struct tally *total)
{
	return (struct segment_sum){
		total->word[SUM_LOW], total->word[SUM_HIGH]};
}

uint64_t primes_tuplets(const struct tally *total, unsigned k)
{
	must(k >= 2 && k <= 6);
	return total->word[TUPLETS + k - 2];
}

const struct work work_primes = {
	.name = "primes",
	.summary = "find the primes up to a bound: computes, even items",
	.unit = "primes",
	.size_means = "upper bound",
	.sample_size = 100000,
	.default_size = 1000000000,
	.max_size = UINT64_MAX,
	.open = open_up_to,
	.close = primes_close,
	.enter = primes_enter,
	.leave = primes_leave,
	.item = primes_item,
	.fold = primes_fold,
};
