/*
 * The N-th prime from LO on: guess where it is, count up to there in the
 * chosen model, and walk the little way that is left, forwards or backwards.
 *
 * The guess comes from Riemann's R(x) = li(x) - li(x^(1/2))/2 - …, which at
 * 10^18 is off by some ten thousand millionths of x; li is computed by
 * Ramanujan's series.
 */
#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/primes.h"

#include "lib/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	WALK_SPAN = 1 << 20
};

static long double logarithmic_integral(long double x)
{
	const long double euler = 0.57721566490153286061L;
	long double ln = logl(x), sum = 0, inner = 0, power = -1, factorial = 1;

	for (int n = 1, k = 0; n < 300; n++) {
		long double term;

		factorial *= n;
		power *= -ln / 2;
		for (; k <= (n - 1) / 2; k++)
			inner += 1.0L / (2 * k + 1);
		term = power * 2 * inner / factorial;
		sum += term;
		if (fabsl(term) < 1e-12L * fabsl(sum))
			break;
	}
	return euler + logl(ln) + sqrtl(x) * sum;
}

/* About the number of primes up to x. */
static long double prime_count(long double x)
{
	static const int moebius[] = {0, 1, -1, -1, 0, -1, 1, -1};
	long double sum = 0;

	for (int n = 1; n < 8; n++) {
		long double root = powl(x, 1.0L / n);

		if (moebius[n] && root > 1.5L)
			sum += moebius[n] * logarithmic_integral(root) / n;
	}
	return sum;
}

/* Newton's iteration: the density of primes near x is 1/ln x. */
static uint64_t guess(uint64_t lo, uint64_t n)
{
	long double base = lo > 2 ? prime_count(lo) : 0;
	long double x = lo + n * logl(lo + (long double)n + 10) + 10;

	for (int i = 0; i < 50; i++) {
		long double error = prime_count(x) - base - n;

		x -= error * logl(x);
		if (x < lo + 2.0L)
			x = lo + 2.0L;
		if (fabsl(error) < 0.5L)
			break;
	}
	return x < 18446744073709551615.0L ? (uint64_t)x : UINT64_MAX;
}

/* A short stretch of the way, counted by the caller alone. */
struct stretch {
	uint64_t lo, hi, count;
};

/* The k-th prime of lo to hi, or if there are fewer, their number in *count. */
static int look_into(struct stretch *stretch, uint64_t k, uint64_t *prime)
{
	struct sieve_plan *plan;
	struct sieve *sieve = NULL;
	struct segment seg;
	uint64_t small[3];
	int status = sieve_plan_create(
		&plan, sieve_find("best"), stretch->lo, stretch->hi, 1);

	*prime = 0;
	if (status < 0)
		return status;
	stretch->count = segment_small_primes(stretch->lo, stretch->hi, small);
	if (k && k <= stretch->count)
		*prime = small[k - 1];
	status = sieve_create(&sieve, plan);
	if (status == 0)
		status = sieve_start(sieve, stretch->lo, stretch->hi);
	while (status >= 0 && !*prime &&
		(status = sieve_next(sieve, &seg)) > 0) {
		uint64_t n = segment_count(&seg);

		if (k > stretch->count && k <= stretch->count + n)
			*prime = segment_nth(&seg, k - stretch->count);
		stretch->count += n;
	}
	if (sieve)
		sieve_destroy(sieve);
	sieve_plan_destroy(plan);
	return status < 0 ? status : 0;
}

/* `have` primes lie from lo to x, and n > have: on from there, up to hi. */
static int walk_forwards(
	uint64_t x, uint64_t hi, uint64_t missing, uint64_t *prime)
{
	struct stretch stretch = {.hi = x};
	int status = 0;

	*prime = 0;
	while (status == 0 && !*prime && stretch.hi < hi) {
		stretch.lo = stretch.hi + 1;
		stretch.hi = hi - stretch.lo < WALK_SPAN
				     ? hi
				     : stretch.lo + WALK_SPAN;
		stretch.count = 0;
		status = look_into(&stretch, missing, prime);
		missing -= *prime ? 0 : stretch.count;
	}
	return status;
}

/* At least one prime too many lies from lo to x. */
static int walk_backwards(
	uint64_t lo, uint64_t x, uint64_t too_many, uint64_t *prime)
{
	struct stretch stretch = {.lo = x + (x < UINT64_MAX)};
	int status = 0;

	*prime = 0;
	while (status == 0 && !*prime) {
		stretch.hi = stretch.lo - 1;
		stretch.lo = stretch.hi - lo < WALK_SPAN
				     ? lo
				     : stretch.hi - WALK_SPAN;
		status = look_into(&stretch, 0, prime);
		if (status == 0 && stretch.count > too_many)
			status = look_into(
				&stretch, stretch.count - too_many, prime);
		else
			too_many -= stretch.count;
	}
	return status;
}

/* The range ends before the N-th prime. */
static int refuse_range(const struct primes_options *options)
{
	if (options->hi < UINT64_MAX) {
		msg_error("there are fewer than %" PRIu64 " primes from "
			  "%" PRIu64 " to %" PRIu64,
			options->nth, options->lo, options->hi);
		msg_hint("try 'conc primes %" PRIu64 " --nth %" PRIu64
			 "', without an end",
			options->lo, options->nth);
	} else {
		msg_error("there are fewer than %" PRIu64 " primes from "
			  "%" PRIu64 " to 2**64-1",
			options->nth, options->lo);
		msg_hint("try 'conc primes --nth %" PRIu64 "', from 0 on",
			options->nth);
	}
	return EXIT_NO;
}

static int walk(const struct primes_options *options, struct primes_run *run,
	uint64_t x)
{
	uint64_t have = primes_count(&run->result.total), n = options->nth;
	int status =
		have < n ? walk_forwards(x, options->hi, n - have, &run->nth)
			 : walk_backwards(options->lo, x, have - n, &run->nth);

	if (status < 0) {
		msg_error("cannot prepare the sieve: %s", strerror(-status));
		msg_hint("try fewer '--threads'");
		return EXIT_REFUSED;
	}
	return run->nth ? 0 : refuse_range(options);
}

int primes_nth(struct primes_options *options, struct primes_run *run)
{
	struct primes_options up_to = *options;
	uint64_t start = clock_now();
	int status;

	up_to.hi = guess(options->lo, options->nth);
	if (up_to.hi > options->hi)
		up_to.hi = options->hi;
	status = primes_measure(&up_to, 0, run);
	if (status == 0 && !run->result.stopped)
		status = walk(options, run, up_to.hi);
	if (run->nth)
		options->hi = run->nth;
	run->seconds = (double)(clock_now() - start) / CLOCK_NS_PER_S;
	return status;
}
