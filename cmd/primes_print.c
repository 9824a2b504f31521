#include "cmd/global.h"
#include "cmd/json.h"
#include "cmd/primes.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const tuplet_names[PRIMES_LARGEST_TUPLET + 1] = {
	[2] = "twins",
	[3] = "triplets",
	[4] = "quadruplets",
	[5] = "quintuplets",
	[6] = "sextuplets",
};

/* Divide the 128-bit number by 10, in 32-bit digits; returns the rest. */
static unsigned divide_by_ten(struct segment_sum *n)
{
	uint32_t digits[4] = {(uint32_t)(n->high >> 32), (uint32_t)n->high,
		(uint32_t)(n->low >> 32), (uint32_t)n->low};
	uint64_t rest = 0;

	for (int i = 0; i < 4; i++) {
		rest = rest << 32 | digits[i];
		digits[i] = (uint32_t)(rest / 10);
		rest %= 10;
	}
	n->high = (uint64_t)digits[0] << 32 | digits[1];
	n->low = (uint64_t)digits[2] << 32 | digits[3];
	return (unsigned)rest;
}

const char *primes_format_sum(
	struct segment_sum n, char text[PRIMES_DECIMAL_SIZE])
{
	char *at = text + PRIMES_DECIMAL_SIZE - 1;

	*at = '\0';
	do
		*--at = (char)('0' + divide_by_ten(&n));
	while (n.high || n.low);
	return at;
}

/* A value on its line, alone with --quiet. */
static void print_value(const char *label, const char *value, bool partial)
{
	if (global.quiet)
		puts(value);
	else
		printf("%s: %s%s\n", label, value, partial ? " (partial)" : "");
}

static void print_number(const char *label, uint64_t value, bool partial)
{
	char text[PRIMES_DECIMAL_SIZE];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	print_value(label, text, partial);
}

static void print_last(uint64_t last, bool partial)
{
	if (last)
		print_number("last prime", last, partial);
	else
		print_value("last prime", "none", partial);
}

/* "0.173 s, 294.1 million primes per second", or in ms and by the piece. */
static void print_rate(double seconds, double count)
{
	bool is_long = seconds >= 0.1;
	double rate = seconds > 0 ? count / seconds : 0;
	bool is_fast = rate >= 1e5;

	printf("time: %.3f %s, %.*f %sprimes per second\n",
		is_long ? seconds : seconds * 1e3, is_long ? "s" : "ms",
		is_fast ? 1 : 0, is_fast ? rate / 1e6 : rate,
		is_fast ? "million " : "");
}

static const char *ending(uint64_t n, const char *of_many)
{
	return n == 1 ? "" : of_many;
}

static void print_time(
	const struct primes_options *options, const struct primes_run *run)
{
	const struct model *model = primes_model(options);
	const struct model_result *result = &run->result;

	if (global.quiet)
		return;
	print_rate(run->seconds, (double)primes_count(&result->total));
	printf("by: sieve %s, model %s", primes_sieve(options)->name,
		model->name);
	if (result->nthreads)
		printf(", %u thread%s", result->nthreads,
			ending(result->nthreads, "s"));
	if (result->nprocesses)
		printf(", %u process%s", result->nprocesses,
			ending(result->nprocesses, "es"));
	if (result->ncoroutines)
		printf(", %" PRIu64 " coroutine%s", result->ncoroutines,
			ending(result->ncoroutines, "s"));
	putchar('\n');
	if (result->handovers)
		printf("the gil is a simulation: it was handed over %" PRIu64
		       " time%s\n",
			result->handovers, ending(result->handovers, "s"));
}

/* What is printed when nothing in particular was asked for. */
static void print_overview(
	const struct primes_options *options, const struct primes_run *run)
{
	const struct tally *total = &run->result.total;
	bool partial = run->result.stopped;

	if (global.quiet) {
		print_number("primes", primes_count(total), partial);
		return;
	}
	printf("primes from %" PRIu64 " to %" PRIu64 ": %" PRIu64 "%s\n",
		options->lo, options->hi, primes_count(total),
		partial ? " (partial)" : "");
	print_last(primes_last(total), partial);
	print_time(options, run);
}

static bool print_chosen(
	const struct primes_options *options, const struct primes_run *run)
{
	const struct tally *total = &run->result.total;
	bool partial = run->result.stopped, any = false;
	char text[PRIMES_DECIMAL_SIZE];

	if (options->count && (any = true))
		print_number("primes", primes_count(total), partial);
	if (options->sum && (any = true))
		print_value("sum", primes_format_sum(primes_sum(total), text),
			partial);
	if (options->last && (any = true))
		print_last(primes_last(total), partial);
	for (unsigned k = 2; k <= PRIMES_LARGEST_TUPLET; k++) {
		if (options->tuplets[k] && (any = true))
			print_number(tuplet_names[k], primes_tuplets(total, k),
				partial);
	}
	return any;
}

static void print_json_numbers(struct json *json,
	const struct primes_options *options, const struct tally *total)
{
	char text[PRIMES_DECIMAL_SIZE];

	json_uint(json, "count", primes_count(total));
	if (primes_last(total))
		json_uint(json, "last", primes_last(total));
	else
		json_null(json, "last");
	if (options->sum)
		json_string(json, "sum",
			primes_format_sum(primes_sum(total), text));
	for (unsigned k = 2; k <= PRIMES_LARGEST_TUPLET; k++) {
		if (options->tuplets[k])
			json_uint(json, tuplet_names[k],
				primes_tuplets(total, k));
	}
}

static void print_json(
	const struct primes_options *options, const struct primes_run *run)
{
	const struct model_result *result = &run->result;
	struct json json;

	json_begin(&json, stdout, "conc.primes");
	json_uint(&json, "lo", options->lo);
	json_uint(&json, "hi", options->hi);
	if (options->nth) {
		json_uint(&json, "n", options->nth);
		if (run->nth)
			json_uint(&json, "nth", run->nth);
		else
			json_null(&json, "nth");
	} else {
		print_json_numbers(&json, options, &result->total);
	}
	json_bool(&json, "partial", result->stopped);
	json_real(&json, "seconds", run->seconds, 6);
	json_string(&json, "sieve", primes_sieve(options)->name);
	json_string(&json, "model", primes_model(options)->name);
	json_uint(&json, "workers_wanted", options->threads);
	json_uint(&json, "threads", result->nthreads);
	json_uint(&json, "processes", result->nprocesses);
	json_uint(&json, "coroutines", result->ncoroutines);
	json_uint(&json, "workers_refused", result->refused);
	json_uint(&json, "workers_crashed", result->crashed);
	json_uint(&json, "items_redone", result->redone);
	json_uint(&json, "handovers", result->handovers);
	json_finish(&json);
}

void primes_print(
	const struct primes_options *options, const struct primes_run *run)
{
	if (global.json)
		print_json(options, run);
	else if (options->nth && run->nth)
		print_number("nth prime", run->nth, false);
	else if (options->nth)
		print_value("nth prime", "not found yet", true);
	else if (!print_chosen(options, run))
		print_overview(options, run);
}
