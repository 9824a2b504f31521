/*
 * primes - what the parts of the command `primes` share
 *
 * Threads:  the main one.
 * Blocking: primes_measure and primes_nth while they compute.
 * Memory:   the caller's.
 */
#ifndef CMD_PRIMES_H
#define CMD_PRIMES_H

#include "cmd/primes_pipeline.h"

#include "lib/model.h"
#include "lib/works/primes.h"

#include <stdbool.h>

enum {
	PRIMES_LARGEST_TUPLET = 6,
	PRIMES_DECIMAL_SIZE = 41, /* 2^128 has 39 digits */
};

struct primes_options {
	unsigned threads, model, schedule, sieve;
	bool schedule_given, sieve_given; /* on the command line */
	bool count, sum, last, print;
	bool tuplets[PRIMES_LARGEST_TUPLET + 1]; /* [2]: twins, … */
	uint64_t nth; /* 0: not asked for */
	bool list_models, list_sieves;
	struct primes_pipeline_options pipeline;
	uint64_t lo, hi; /* from the operands */
};

/* One run, and what it took. */
struct primes_run {
	struct model_result result;
	uint64_t nitems;
	uint64_t nth; /* the answer to --nth, 0: there is none */
	double seconds;
};

/*
 * Count what options->lo to hi holds, in the chosen model, with progress; an
 * interrupt gives a partial result. Returns 0, or an exit code after saying
 * why.
 */
int primes_measure(const struct primes_options *options, unsigned wants,
	struct primes_run *run);

/* Find the options->nth prime from options->lo on. Returns as above. */
int primes_nth(struct primes_options *options, struct primes_run *run);

/* Print the result as lines, bare values or JSON. */
void primes_print(
	const struct primes_options *options, const struct primes_run *run);

/* A number of up to 128 bits in decimal, somewhere in text. */
const char *primes_format_sum(
	struct segment_sum n, char text[PRIMES_DECIMAL_SIZE]);

const struct model *primes_model(const struct primes_options *options);
const struct sieve_kind *primes_sieve(const struct primes_options *options);

#endif
