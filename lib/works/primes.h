/*
 * primes - the work of finding the primes from lo to hi, by any sieve
 *
 * An item is one block of the sieve's plan. The plan (sieving primes, tables)
 * is made once, before the workers, and only read by them.
 *
 * Threads:  primes_open from one; it may use some threads of its own, which
 *           have ended when it returns.
 * Blocking: primes_open computes the sieving primes.
 * Memory:   job_close frees the plan.
 */
#ifndef LIB_WORKS_PRIMES_H
#define LIB_WORKS_PRIMES_H

#include "lib/sieve.h"
#include "lib/work.h"

enum primes_wants {
	PRIMES_SUM = 1 << 0,
	PRIMES_TUPLETS = 1 << 1,
	PRIMES_TEXT = 1 << 2, /* all of them in decimal, a line each */
};

struct primes_request {
	uint64_t lo, hi; /* both included */
	const struct sieve_kind *kind;
	unsigned wants;
	unsigned nworkers; /* who will take items */
	unsigned plan_nthreads; /* for making the plan */
};

extern const struct work work_primes;

/* Returns 0, -EINVAL (hi < lo), -EFBIG as sieve_plan_create, -ENOMEM. */
int primes_open(struct job *job, const struct primes_request *request);

/* What the words of a tally mean. */
uint64_t primes_count(const struct tally *total);
uint64_t primes_last(const struct tally *total); /* 0: there is none */
struct segment_sum primes_sum(const struct tally *total);
uint64_t primes_tuplets(const struct tally *total, unsigned k); /* 2 … 6 */

#endif
