/* All that a program can print, and how many executions came to it. */
#include "cmd/explore.h"

#include "cmd/json.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_OUTPUT = 200, /* bytes of an outcome that are shown */
	MOST_OUTCOMES = 40,
};

/* What is longer than that is known by its beginning. */
static void print_output(const char *text, size_t n)
{
	text_print(stdout, text, n < MOST_OUTPUT ? n : MOST_OUTPUT);
	if (n > MOST_OUTPUT)
		printf("... (%zu bytes in all)", n);
}

static void print_count(uint64_t n)
{
	printf("%10llu  ", (unsigned long long)n);
}

static void print_outcome(
	const struct wire *wire, const struct outcome *outcome)
{
	int kind = outcome->code - WIRE_FAILED;

	print_count(outcome->count);
	if (outcome->output_size)
		print_output(wire->outcome_text + outcome->output_at,
			outcome->output_size);
	else
		printf("(prints nothing)");
	if (kind > 0 && kind < FOUND_NKINDS)
		printf("  [%s]", explore_finding_name(kind));
	else if (outcome->code)
		printf("  [exit status %d]", outcome->code);
	putchar('\n');
}

static bool has_all(const struct portfolio_result *result)
{
	return result->nschedules && !result->doubts && !result->within_bound;
}

/* Of the outcomes from that one on. */
static uint64_t count_from(const struct wire *wire, uint32_t first)
{
	uint64_t n = 0;

	for (uint32_t i = first; i < wire->noutcomes; i++)
		n += wire->outcomes[i].count;
	return n;
}

static uint64_t count_cut(const struct explore_view *view)
{
	return view->result->nexecutions - view->result->nlearning -
	       count_from(view->wire, 0) - view->wire->nunlisted;
}

/* One left over is no line less. */
static void print_rest(const struct wire *wire, uint32_t first)
{
	print_count(count_from(wire, first));
	printf("... and %u more outcomes (--json has them)\n",
		wire->noutcomes - first);
}

/* What makes the column come to all executions. */
static void print_without(const struct explore_view *view)
{
	uint64_t cut = count_cut(view), learning = view->result->nlearning;
	uint64_t unlisted = view->wire->nunlisted;

	if (unlisted) {
		print_count(unlisted);
		printf("(more outcomes than are counted one by one)\n");
	}
	if (cut) {
		print_count(cut);
		printf("(cut short: %s)\n",
			has_all(view->result)
				? "the rest is as in one above"
				: "what would come of it is not known");
	}
	if (learning) {
		print_count(learning);
		printf("(by chance, only to see what races)\n");
	}
}

void explore_print_outcomes(const struct explore_view *view)
{
	const struct wire *wire = view->wire;
	uint32_t most = wire->noutcomes == MOST_OUTCOMES + 1 ? MOST_OUTCOMES + 1
							     : MOST_OUTCOMES;

	printf("executions  output\n");
	for (uint32_t i = 0; i < wire->noutcomes && i < most; i++)
		print_outcome(wire, &wire->outcomes[i]);
	if (wire->noutcomes > most)
		print_rest(wire, most);
	print_without(view);
	printf("%u outcome%s%s\n", wire->noutcomes,
		text_plural(wire->noutcomes),
		has_all(view->result) ? ", and no others are possible"
				      : "; there may be others");
}

static void put_code(int code, struct json *json)
{
	if (code < WIRE_FAILED) {
		json_int(json, "code", code);
		json_null(json, "failure");
		return;
	}
	json_null(json, "code");
	json_string(json, "failure",
		explore_finding_name((enum finding_kind)(code - WIRE_FAILED)));
}

static void put_outcome(const struct wire *wire, const struct outcome *outcome,
	struct json *json)
{
	char text[1024];
	size_t n = outcome->output_size;

	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	memcpy(text, wire->outcome_text + outcome->output_at, n);
	text[n] = '\0';
	json_object(json, NULL);
	json_uint(json, "executions", outcome->count);
	json_string(json, "output", text);
	put_code(outcome->code, json);
	json_end(json);
}

void explore_put_outcomes(const struct explore_view *view, struct json *json)
{
	const struct wire *wire = view->wire;

	json_array(json, "outcomes");
	for (uint32_t i = 0; i < wire->noutcomes; i++)
		put_outcome(wire, &wire->outcomes[i], json);
	json_end(json);
	json_uint(json, "executions_unlisted", wire->nunlisted);
	json_uint(json, "executions_cut", count_cut(view));
	json_uint(json, "executions_learning", view->result->nlearning);
	json_bool(json, "complete", has_all(view->result));
}
