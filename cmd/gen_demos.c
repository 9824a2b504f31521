#include "cmd/gen.h"

#include "cmd/exit.h"
#include "cmd/text.h"
#include "lib/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int gen_count(struct gen *self, void *arg)
{
	uint64_t n = gen_number_of(arg);
	void *sent;
	int status;

	while ((status = gen_yield(self, gen_number(n), &sent)) == 0)
		n = sent ? gen_number_of(sent) : n + 1;
	return status;
}

/* tag::squares[] */
/* The squares of what another generator gives. */
static int squares(struct gen *self, void *arg)
{
	struct gen *numbers = arg;
	void *value;
	int status;

	while ((status = gen_next(numbers, &value)) == 0) {
		uint64_t n = gen_number_of(value);

		status = gen_yield(self, gen_number(n * n), NULL);
		if (status)
			return status;
	}
	return status == GEN_STOP ? 0 : status;
}
/* end::squares[] */

/* The characters of a text; a value is where one begins, its end the next. */
static int characters(struct gen *self, void *arg)
{
	const char *at = arg;
	int status = 0;

	while (*at && status == 0) {
		const char *character = at;
		uint32_t code;

		at += text_decode(at, strlen(at), &code);
		status = gen_yield(self, (void *)(uintptr_t)character, NULL);
	}
	return status;
}

static void tell_pair(
	struct report *report, const void *square, const char *character)
{
	uint32_t code;
	size_t length = text_decode(character, strlen(character), &code);

	report_item(report, "%llu %.*s",
		(unsigned long long)gen_number_of(square), (int)length,
		character);
}

/* tag::zip[] */
/*
 * Ask the first, then the second, until one of them has no more. Returns
 * true when the first had given a value that then had no partner.
 */
static bool zip(struct gen *first, struct gen *second, void **left,
	void (*tell)(struct report *report, void *left, void *right),
	struct report *report)
{
	void *right;

	while (gen_next(first, left) == 0) {
		if (gen_next(second, &right) != 0)
			return true;
		tell(report, *left, right);
	}
	return false;
}
/* end::zip[] */

static void tell_squares_first(struct report *report, void *left, void *right)
{
	tell_pair(report, left, right);
}

static void tell_characters_first(
	struct report *report, void *left, void *right)
{
	tell_pair(report, right, left);
}

static void tell_lost(struct report *report, bool is_lost, const void *value)
{
	if (is_lost)
		report_count(report, "lost", "lost", gen_number_of(value));
	else if (report->is_json)
		json_null(&report->json, "lost");
}

static void show_zip(const struct gen_options *options, struct report *report,
	struct gen *numbers, struct gen *list)
{
	void *left = NULL, *next = NULL;
	bool lost;

	report_list(report, "pairs");
	if (options->swap)
		lost = zip(list, numbers, &left, tell_characters_first, report);
	else
		lost = zip(numbers, list, &left, tell_squares_first, report);
	report_list_end(report);
	gen_next(numbers, &next);
	report_count(report, "next_value", "next value", gen_number_of(next));
	tell_lost(report, lost, left);
	report_explain(report,
		lost ? "zip asks from left to right: it had taken a square "
		       "before it saw that the list was at its end."
		     : "zip asks from left to right: the list was at its end, "
		       "and no square had been taken for it.",
		"A generator keeps its place: whoever asks next gets what "
		"comes next, and what was taken is gone.");
}

int gen_squares(const struct gen_options *options, struct report *report)
{
	struct stack_pool *pool;
	struct gen *count = NULL, *numbers = NULL, *list = NULL;
	int status = stack_pool_create(&(struct stack_rules){0}, &pool);

	if (status < 0)
		return status;
	status = gen_create(pool, "count", gen_count, NULL, &count);
	if (status == 0)
		status = gen_create(pool, "squares", squares, count, &numbers);
	if (status == 0)
		status = gen_create(pool, "list", characters,
			(void *)(uintptr_t)options->zip, &list);
	if (status == 0)
		show_zip(options, report, numbers, list);
	if (list)
		gen_destroy(list);
	if (numbers)
		gen_destroy(numbers);
	if (count)
		gen_destroy(count);
	stack_pool_destroy(pool);
	return status;
}

/* --- geometric --- */

enum {
	BILLION = 1000000000,
	NOTHERS = 10000
};

struct chance {
	struct rng rng;
	uint64_t p;
};

/* tag::geometric[] */
static int some_natural_numbers(struct gen *self, void *arg)
{
	struct chance *chance = arg;
	uint64_t n = 0;
	int status;

	do {
		status = gen_yield(self, gen_number(++n), NULL);
	} while (status == 0 && rng_below(&chance->rng, BILLION) >= chance->p);
	return status;
}
/* end::geometric[] */

/* How many numbers one gives; told where there is a report. */
static int count_items(struct stack_pool *pool, struct chance *chance,
	struct report *report, uint64_t *nitems)
{
	struct gen *gen;
	void *value;
	int status = gen_create(
		pool, "geometric", some_natural_numbers, chance, &gen);

	if (status < 0)
		return status;
	while ((status = gen_next(gen, &value)) == 0) {
		++*nitems;
		if (report)
			report_item(report, "%llu",
				(unsigned long long)gen_number_of(value));
	}
	gen_destroy(gen);
	return status == GEN_STOP ? 0 : status;
}

static int count_others(
	struct stack_pool *pool, struct chance *chance, double *mean)
{
	uint64_t sum = 0;
	int status = 0;

	for (int i = 0; i < NOTHERS && status == 0; i++)
		status = count_items(pool, chance, NULL, &sum);
	*mean = (double)sum / NOTHERS;
	return status;
}

int gen_geometric(const struct gen_options *options, struct report *report)
{
	struct chance chance = {.p = options->p};
	struct stack_pool *pool;
	uint64_t nitems = 0;
	double mean = 0;
	int status = stack_pool_create(&(struct stack_rules){0}, &pool);

	if (status < 0)
		return status;
	rng_init(&chance.rng, options->seed);
	report_list(report, "numbers");
	status = count_items(pool, &chance, report, &nitems);
	report_list_end(report);
	if (status == 0)
		status = count_others(pool, &chance, &mean);
	stack_pool_destroy(pool);
	if (status < 0)
		return status;
	report_count(report, "items", NULL, nitems);
	report_real(report, "mean", NULL, mean, 2);
	report_real(report, "expected_mean", NULL,
		(double)BILLION / (double)options->p, 2);
	report_explain(report,
		"The generator decides after each number whether there is "
		"another one; its caller just asks.",
		"At least one comes, and 1/p in the mean: here of 10000 "
		"generators. The same seed gives the same numbers.");
	return EXIT_GOOD;
}

/* --- send --- */

static const struct table_column call_columns[] = {
	{.key = "call", .heading = "call"},
	{.key = "received", .heading = "the yield receives"},
	{.key = "yielded", .heading = "then yields", .align = TABLE_RIGHT},
	{.key = "to", .heading = "which goes to"},
};

/* What the yield received last, in words. */
struct witness {
	char received[24];
};

static int count_and_note(struct gen *self, void *arg)
{
	struct witness *witness = arg;
	uint64_t n = 0;
	void *sent;
	int status;

	while ((status = gen_yield(self, gen_number(n), &sent)) == 0) {
		n = sent ? gen_number_of(sent) : n + 1;
		snprintf(witness->received, sizeof(witness->received),
			sent ? "%" PRIu64 : "nothing", gen_number_of(sent));
	}
	return status;
}

static void note_call(struct table *table, const char *call,
	const struct witness *witness, const void *value, const char *to)
{
	if (!table)
		return;
	table_row(table);
	table_text(table, call);
	table_text(table, witness->received);
	table_uint(table, gen_number_of(value));
	table_text(table, to);
}

/* tag::send[] */
static void loop_and_send(struct gen *gen, struct report *report,
	struct table *table, const struct witness *witness)
{
	void *n;

	while (gen_next(gen, &n) == 0) {
		report_item(
			report, "%llu", (unsigned long long)gen_number_of(n));
		note_call(table, "next()", witness, n, "the loop");
		if (gen_number_of(n) == 4) {
			gen_send(gen, gen_number(8), &n);
			note_call(table, "send(8)", witness, n,
				"the sender, who drops it");
		}
		if (gen_number_of(n) >= 9)
			break;
	}
}
/* end::send[] */

static struct table *create_calls(void)
{
	return table_create(
		call_columns, sizeof(call_columns) / sizeof(*call_columns));
}

static int show_calls(const struct gen_options *options, struct report *report,
	struct gen *gen, const struct witness *witness)
{
	bool wanted = options->explain || report->is_json;
	struct table *table = wanted ? create_calls() : NULL;

	report_list(report, "numbers");
	loop_and_send(gen, report, table, witness);
	report_list_end(report);
	if (!wanted)
		return 0;
	report_gap(report);
	return report_table(report, "calls", table);
}

int gen_show_send(const struct gen_options *options, struct report *report)
{
	struct witness witness = {"(it begins)"};
	struct stack_pool *pool;
	struct gen *gen;
	int status = stack_pool_create(&(struct stack_rules){0}, &pool);

	if (status < 0)
		return status;
	status = gen_create(pool, "count", count_and_note, &witness, &gen);
	if (status == 0) {
		status = show_calls(options, report, gen, &witness);
		gen_destroy(gen);
	}
	stack_pool_destroy(pool);
	if (status == 0)
		report_explain(report,
			"send(8) is a next() that brings a value: the "
			"generator took 8 for its count and yielded it to the "
			"sender.",
			"So the loop never saw 5, nor the 8: its own next() "
			"got what comes after, 9.");
	return status;
}
