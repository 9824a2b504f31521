/* The work `primes` in every model, against a test of each single number. */
#include "lib/model.h"
#include "lib/rng.h"
#include "lib/works/primes.h"
#include "tests/is_prime.h"
#include "tests/suite.h"

enum {
	NWINDOWS = 100,
	WINDOW_MOST = 3000,
};

struct answer {
	uint64_t lo, hi, count, last, sum, twins;
};

static struct answer reference(uint64_t lo, uint64_t hi)
{
	struct answer answer = {.lo = lo, .hi = hi};

	for (uint64_t n = lo; n <= hi; n++) {
		if (!is_prime(n))
			continue;
		answer.count++;
		answer.sum += n;
		answer.twins += answer.last && answer.last + 2 == n;
		answer.last = n;
	}
	return answer;
}

static void check_answer(const struct model *model, const struct answer *want)
{
	struct primes_request request = {
		.lo = want->lo,
		.hi = want->hi,
		.kind = sieve_find("best"),
		.wants = PRIMES_SUM | PRIMES_TUPLETS,
		.nworkers = 2,
		.plan_nthreads = 1,
	};
	struct model_params params = {.width = 2};
	struct model_result result;
	struct tally *total = &result.total;
	struct job job;

	ck_assert_int_eq(primes_open(&job, &request), 0);
	ck_assert_int_eq(model_run(model, &job, &params, &result), 0);
	job_close(&job);
	ck_assert_msg(primes_count(total) == want->count &&
			      primes_last(total) == want->last &&
			      primes_sum(total).low == want->sum &&
			      primes_tuplets(total, 2) == want->twins,
		"%s from %llu to %llu: %llu primes instead of %llu",
		model->name, (unsigned long long)want->lo,
		(unsigned long long)want->hi,
		(unsigned long long)primes_count(total),
		(unsigned long long)want->count);
}

START_TEST(every_model_counts_up_to_small_bounds)
{
	static const uint64_t bounds[] = {
		0, 1, 2, 3, 5, 7, 30, 31, 1000, 10000, 100000};

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		struct answer want = reference(0, bounds[i]);

		for (int m = 0; models[m]; m++)
			check_answer(models[m], &want);
	}
}
END_TEST

/* Counted in blocks, so that there are several; by OEIS A006880, A007508. */
START_TEST(every_model_counts_up_to_powers_of_ten)
{
	static const struct answer wants[] = {
		{0, 1000000, 78498, 999983, 37550402023, 8169},
		{0, 10000000, 664579, 9999991, 3203324994356, 58980},
	};

	for (int m = 0; models[m]; m++) {
		check_answer(models[m], &wants[0]);
		check_answer(models[m], &wants[1]);
	}
}
END_TEST

/* Of every size from a few bits to 43, where few sieving primes are needed. */
START_TEST(every_model_is_right_in_random_windows)
{
	struct rng rng;

	rng_init(&rng, 20261121);
	for (int i = 0; i < NWINDOWS; i++) {
		uint64_t lo = rng_next(&rng) >> (21 + i % 40);
		struct answer want = reference(
			lo, lo + rng_below(&rng, WINDOW_MOST));

		for (int m = 0; models[m]; m++)
			check_answer(models[m], &want);
	}
}
END_TEST

int main(void)
{
	return suite_run("primes", 300,
		(const TTest *const[]){
			every_model_counts_up_to_small_bounds,
			every_model_counts_up_to_powers_of_ten,
			every_model_is_right_in_random_windows,
			NULL,
		});
}
