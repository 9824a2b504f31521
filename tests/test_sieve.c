#include "lib/isqrt.h"
#include "lib/rng.h"
#include "lib/sieve.h"
#include "tests/is_prime.h"
#include "tests/suite.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is known of the primes of a range. */
struct answer {
	uint64_t count, last, sum;
};

static void answer_add(struct answer *answer, uint64_t prime)
{
	answer->count++;
	answer->sum += prime;
	if (prime > answer->last)
		answer->last = prime;
}

static struct answer reference(uint64_t lo, uint64_t hi)
{
	struct answer answer = {0};

	for (uint64_t n = lo; n < hi; n++)
		if (is_prime(n))
			answer_add(&answer, n);
	if (is_prime(hi))
		answer_add(&answer, hi);
	return answer;
}

static void add_segment(struct answer *answer, const struct segment *seg)
{
	static unsigned char packed[1 << 20];
	struct segment wheel;
	uint64_t last = segment_last(seg);

	ck_assert_uint_le(segment_pack_size(seg), sizeof packed);
	segment_pack(seg, packed, &wheel);
	ck_assert_uint_eq(segment_count(&wheel), segment_count(seg));
	answer->count += segment_count(seg);
	answer->sum += segment_sum(&wheel).low;
	if (last) {
		ck_assert_uint_gt(last, answer->last);
		answer->last = last;
	}
}

static void add_block(
	struct answer *answer, struct sieve *sieve, uint64_t lo, uint64_t hi)
{
	struct segment seg;
	int rc;

	ck_assert_int_eq(sieve_start(sieve, lo, hi), 0);
	while ((rc = sieve_next(sieve, &seg)) > 0)
		add_segment(answer, &seg);
	ck_assert_int_eq(rc, 0);
	ck_assert_int_eq(sieve_next(sieve, &seg), 0);
}

static struct answer sieved(const struct sieve_kind *kind, uint64_t lo,
	uint64_t hi, uint64_t span, unsigned nthreads)
{
	struct answer answer = {0};
	struct sieve_plan *plan;
	struct sieve *sieve;
	uint64_t small[3], first, last;
	unsigned nsmall = segment_small_primes(lo, hi, small);

	for (unsigned i = 0; i < nsmall; i++)
		answer_add(&answer, small[i]);
	ck_assert_int_eq(sieve_plan_create(&plan, kind, lo, hi, nthreads), 0);
	ck_assert_int_eq(sieve_create(&sieve, plan), 0);
	if (!span)
		span = sieve_plan_span(plan, nthreads);
	for (uint64_t i = 0; i < sieve_plan_nblocks(plan, span); i++) {
		sieve_plan_block(plan, span, i, &first, &last);
		add_block(&answer, sieve, first, last);
	}
	ck_assert_uint_eq(last, hi);
	sieve_destroy(sieve);
	sieve_plan_destroy(plan);
	return answer;
}

static void check_answer(const struct sieve_kind *kind, uint64_t lo,
	uint64_t hi, struct answer got, struct answer want)
{
	ck_assert_msg(got.count == want.count && got.last == want.last &&
			      got.sum == want.sum,
		"%s %llu..%llu: %llu primes, last %llu; should be %llu, %llu",
		kind->name, (unsigned long long)lo, (unsigned long long)hi,
		(unsigned long long)got.count, (unsigned long long)got.last,
		(unsigned long long)want.count, (unsigned long long)want.last);
}

/* How far each rung is tried: trial division would take hours. */
static int too_slow(const struct sieve_kind *kind, uint64_t lo, uint64_t hi)
{
	if (kind == sieve_find("trial"))
		return (hi - lo) / 100 > 1000 || hi > UINT64_C(1000000000000);
	return 0;
}

/* The far windows ask for millions of sieving primes: a few of the rungs. */
static int too_far(const struct sieve_kind *kind, uint64_t hi)
{
	return hi >> 44 && kind != sieve_find("best") &&
	       kind != sieve_find("wheel");
}

static void check_window(uint64_t lo, uint64_t hi)
{
	struct answer want = reference(lo, hi);

	for (int k = 0; sieve_kinds[k]; k++)
		if (!too_slow(sieve_kinds[k], lo, hi) &&
			!too_far(sieve_kinds[k], hi))
			check_answer(sieve_kinds[k], lo, hi,
				sieved(sieve_kinds[k], lo, hi, 0, 1), want);
}

START_TEST(isqrt_is_exact)
{
	static const uint64_t roots[] = {1, 2, 3, 94906264, 94906265, 94906266,
		94906267, 4294967294, 4294967295};

	ck_assert_uint_eq(isqrt(0), 0);
	for (unsigned i = 0; i < sizeof roots / sizeof *roots; i++) {
		ck_assert_uint_eq(isqrt(roots[i] * roots[i]), roots[i]);
		ck_assert_uint_eq(isqrt(roots[i] * roots[i] - 1), roots[i] - 1);
	}
	ck_assert_uint_eq(isqrt(UINT64_MAX), UINT32_MAX);
}
END_TEST

START_TEST(every_short_range_from_the_start)
{
	for (uint64_t lo = 0; lo <= 70; lo++)
		for (uint64_t hi = lo; hi <= 70; hi++)
			check_window(lo, hi);
}
END_TEST

START_TEST(powers_of_ten)
{
	static const struct {
		uint64_t hi;
		struct answer answer;
	} known[] = {
		{1000, {168, 997, 76127}},
		{10000, {1229, 9973, 5736396}},
		{100000, {9592, 99991, 454396537}},
		{1000000, {78498, 999983, 37550402023}},
		{10000000, {664579, 9999991, 3203324994356}},
	};

	for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
		for (int k = 0; sieve_kinds[k]; k++)
			if (!too_slow(sieve_kinds[k], 0, known[i].hi))
				check_answer(sieve_kinds[k], 0, known[i].hi,
					sieved(sieve_kinds[k], 0, known[i].hi,
						0, 2),
					known[i].answer);
}
END_TEST

START_TEST(forty_million)
{
	struct answer got = sieved(sieve_find("best"), 0, 40000000, 0, 2);

	ck_assert_uint_eq(got.count, 2433654);
	ck_assert_uint_eq(got.last, 39999983);
	ck_assert_uint_eq(got.sum, UINT64_C(47088408550139));
}
END_TEST

/* A number of up to 64 bits, every length equally likely. */
static uint64_t any_number(struct rng *rng, unsigned bits)
{
	return rng_next(rng) >> (63 - rng_below(rng, bits));
}

START_TEST(random_windows)
{
	struct rng rng;

	rng_init(&rng, 100);
	for (int i = 0; i < 90; i++) {
		uint64_t lo = any_number(&rng, 46);

		check_window(lo, lo + rng_below(&rng, 3000));
	}
}
END_TEST

START_TEST(random_far_windows)
{
	struct rng rng;

	rng_init(&rng, 100);
	for (int i = 0; i < 40; i++) {
		uint64_t lo = rng_next(&rng) >> i % 20;
		uint64_t length = rng_below(&rng, 3000);

		lo = lo > UINT64_MAX - length ? UINT64_MAX - length : lo;
		check_answer(sieve_find("best"), lo, lo + length,
			sieved(sieve_find("best"), lo, lo + length, 0, 2),
			reference(lo, lo + length));
	}
	/* some of the others, which look at all sieving primes */
	check_window(UINT64_C(1) << 45, (UINT64_C(1) << 45) + 1000);
}
END_TEST

START_TEST(windows_around_the_limits_of_types)
{
	static const uint64_t around[] = {
		UINT64_C(1) << 31, UINT64_C(1) << 32, UINT64_C(1) << 40};

	for (unsigned i = 0; i < sizeof around / sizeof *around; i++)
		check_window(around[i] - 500, around[i] + 500);
	/* 94906265 squared, where the root of a double is wrong */
	check_window(UINT64_C(9007199136250225) - 300,
		UINT64_C(9007199136250225) + 300);
}
END_TEST

START_TEST(the_last_numbers_there_are)
{
	const struct sieve_kind *best = sieve_find("best");

	for (uint64_t back = 0; back < 1000; back = 3 * back + 1)
		check_answer(best, UINT64_MAX - back, UINT64_MAX,
			sieved(best, UINT64_MAX - back, UINT64_MAX, 0, 2),
			reference(UINT64_MAX - back, UINT64_MAX));
}
END_TEST

START_TEST(squares_of_sieving_primes)
{
	static const uint64_t primes[] = {
		7, 11, 13, 17, 31, 163, 167, 251, 257, 997, 65521, 65537};

	for (unsigned i = 0; i < sizeof primes / sizeof *primes; i++) {
		uint64_t square = primes[i] * primes[i];

		check_window(square, square);
		check_window(square - 1, square);
		check_window(square, square + 1);
		check_window(square - 40, square + 40);
	}
}
END_TEST

START_TEST(blocks_of_any_span_tile)
{
	static const uint64_t spans[] = {30, 60, 900, 30030, 982980, 30000000};
	static const uint64_t lows[] = {0, 1, 7, 31, 32, 12345, 1000000007};

	for (unsigned i = 0; i < sizeof lows / sizeof *lows; i++)
		for (int k = 1; sieve_kinds[k]; k++) {
			uint64_t lo = lows[i], hi = lo + 50000;
			struct answer want = reference(lo, hi);

			for (unsigned s = 0; s < sizeof spans / sizeof *spans;
				s++)
				check_answer(sieve_kinds[k], lo, hi,
					sieved(sieve_kinds[k], lo, hi, spans[s],
						1),
					want);
		}
}
END_TEST

/* Two hundred thousand sieving primes, too many for a short window, and not
 * for one that is long enough for buckets. */
START_TEST(large_primes)
{
	static const struct {
		uint64_t length, span;
	} windows[] = {{8000000, 3000000}, {1000000, 0}, {30000, 9990}};
	const uint64_t lo = UINT64_C(10000000000099);

	for (unsigned i = 0; i < sizeof windows / sizeof *windows; i++) {
		uint64_t hi = lo + windows[i].length;

		check_answer(sieve_find("best"), lo, hi,
			sieved(sieve_find("best"), lo, hi, windows[i].span, 2),
			sieved(sieve_find("wheel"), lo, hi, 0, 1));
	}
}
END_TEST

START_TEST(blocks_may_come_in_any_order_and_twice)
{
	for (int k = 0; sieve_kinds[k]; k++) {
		const struct sieve_kind *kind = sieve_kinds[k];
		struct answer a = {0}, b = {0}, c = {0}, d = {0};
		struct sieve_plan *plan;
		struct sieve *sieve;
		struct segment seg;

		ck_assert_int_eq(
			sieve_plan_create(&plan, kind, 0, 200000, 1), 0);
		ck_assert_int_eq(sieve_create(&sieve, plan), 0);
		add_block(&a, sieve, 150000, 150777);
		add_block(&b, sieve, 0, 9999);
		/* left in the middle */
		ck_assert_int_eq(sieve_start(sieve, 0, 150000), 0);
		ck_assert_int_eq(sieve_next(sieve, &seg), 1);
		add_block(&c, sieve, 150000, 150777);
		add_block(&d, sieve, 7, 7);
		check_answer(
			kind, 150000, 150777, a, reference(150000, 150777));
		check_answer(kind, 150000, 150777, c, a);
		ck_assert_uint_eq(b.count, 1229 - 3);
		ck_assert_uint_eq(d.count, 1);
		sieve_destroy(sieve);
		sieve_plan_destroy(plan);
	}
}
END_TEST

START_TEST(tuplets_as_others_count_them)
{
	/* Up to 10^6, from primesieve. */
	static const uint64_t want[SEGMENT_NTUPLETS] = {8169, 2837, 166, 65, 5};
	uint64_t got[SEGMENT_NTUPLETS] = {0};
	struct sieve_plan *plan;
	struct sieve *sieve;
	struct segment seg;
	uint64_t first, last;

	ck_assert_int_eq(
		sieve_plan_create(&plan, sieve_find("best"), 0, 1000000, 1), 0);
	ck_assert_int_eq(sieve_create(&sieve, plan), 0);
	segment_small_tuplets(0, 1000000, got);
	for (uint64_t i = 0; i < sieve_plan_nblocks(plan, 99990); i++) {
		sieve_plan_block(plan, 99990, i, &first, &last);
		ck_assert_int_eq(sieve_start(sieve, first, last), 0);
		while (sieve_next(sieve, &seg) > 0)
			segment_tuplets(&seg, got);
	}
	ck_assert_mem_eq(got, want, sizeof want);
	sieve_destroy(sieve);
	sieve_plan_destroy(plan);
}
END_TEST

START_TEST(a_plan_survives_fork)
{
	struct sieve_plan *plan;
	int status;

	ck_assert_int_eq(
		sieve_plan_create(&plan, sieve_find("best"), 0, 1000000, 2), 0);
	if (fork() == 0) {
		struct sieve *sieve;
		struct segment seg;
		uint64_t count = 0;

		if (sieve_create(&sieve, plan) ||
			sieve_start(sieve, 7, 1000000))
			_exit(2);
		while (sieve_next(sieve, &seg) > 0)
			count += segment_count(&seg);
		sieve_destroy(sieve);
		_exit(count != 78498 - 3);
	}
	ck_assert_int_gt(wait(&status), 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	sieve_plan_destroy(plan);
}
END_TEST

START_TEST(refusals)
{
	const struct sieve_kind *best = sieve_find("best");
	struct sieve_plan *plan = NULL;
	struct sieve *sieve;

	ck_assert_ptr_null(sieve_find("bets"));
	ck_assert_int_eq(sieve_plan_create(&plan, best, 2, 1, 1), -EINVAL);
	ck_assert_int_eq(sieve_plan_create(&plan, sieve_find("bytes"), 0,
				 UINT64_C(1) << 60, 1),
		-EFBIG);
	ck_assert_int_eq(
		sieve_plan_create(&plan, sieve_find("bits"), 0, UINT64_MAX, 1),
		-EFBIG);
	ck_assert_ptr_null(plan);
	ck_assert_int_eq(sieve_plan_create(&plan, best, 100, 200, 1), 0);
	ck_assert_int_eq(sieve_create(&sieve, plan), 0);
	ck_assert_int_eq(sieve_start(sieve, 150, 149), -EINVAL);
	ck_assert_int_eq(sieve_start(sieve, 99, 149), -EINVAL);
	ck_assert_int_eq(sieve_start(sieve, 100, 201), -EINVAL);
	sieve_destroy(sieve);
	sieve_plan_destroy(plan);
}
END_TEST

int main(void)
{
	return suite_run("sieve", 120,
		(const TTest *const[]){
			isqrt_is_exact,
			every_short_range_from_the_start,
			powers_of_ten,
			forty_million,
			random_windows,
			random_far_windows,
			windows_around_the_limits_of_types,
			the_last_numbers_there_are,
			squares_of_sieving_primes,
			blocks_of_any_span_tile,
			large_primes,
			blocks_may_come_in_any_order_and_twice,
			tuplets_as_others_count_them,
			a_plan_survives_fork,
			refusals,
			NULL,
		});
}
