/* The answer in words. */
#include "cmd/explore.h"

#include "cmd/global.h"
#include "cmd/page.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

enum {
	WORDS_SIZE = 600
};

static void print_failure(struct explore_view *view)
{
	const struct finding *failure = &view->result->failure;
	char place[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char words[WORDS_SIZE] = "";

	text_append(words, sizeof(words), "%s",
		explore_finding_name(failure->kind));
	if (failure->kind == FOUND_RACE)
		text_append(words, sizeof(words), " on %s",
			explore_object_name(view, failure->first.object, name));
	else if (failure->text[0])
		text_append(words, sizeof(words), ": %s", failure->text);
	if (failure->first.thread != WIRE_NOBODY &&
		failure->kind != FOUND_DEADLOCK)
		text_append(words, sizeof(words), ", in %s at %s",
			explore_thread_name(failure->first.thread, name),
			explore_place_name(view, failure->first.pc, place));
	text_print(stdout, words, strlen(words));
	putchar('\n');
}

static void print_waits(struct explore_view *view)
{
	char words[WORDS_SIZE];

	for (unsigned i = 0; i < view->wire->nthreads; i++) {
		if (view->result->failure.kind != FOUND_DEADLOCK)
			return;
		if (!explore_wait_words(view, i, words, sizeof(words)))
			continue;
		printf("  ");
		page_wrap(stdout, words, 2, 4);
	}
}

static void print_race(struct explore_view *view, const struct finding *race)
{
	char words[WORDS_SIZE] = "", name[EXPLORE_WORDS_SIZE];
	char a[EXPLORE_WORDS_SIZE], b[EXPLORE_WORDS_SIZE];
	bool first_writes = race->first.op == OP_WRITE;
	bool second_writes = race->second.op == OP_WRITE;

	text_append(words, sizeof(words), "data race on %s: ",
		explore_object_name(view, race->first.object, name));
	text_append(words, sizeof(words), "%s at %s, %s at %s",
		second_writes ? "write" : "read",
		explore_place_name(view, race->second.pc, b),
		first_writes ? "write" : "read",
		explore_place_name(view, race->first.pc, a));
	printf("  ");
	page_wrap(stdout, words, 2, 4);
}

/* The same two lines race in both orders: say it once. */
static bool said_before(const struct wire *wire, uint32_t n)
{
	const struct finding *race = &wire->findings[n];

	for (uint32_t i = 0; i < n; i++) {
		const struct finding *old = &wire->findings[i];

		if (old->kind == FOUND_RACE &&
			old->first.object == race->first.object &&
			((old->first.pc == race->first.pc &&
				 old->second.pc == race->second.pc) ||
				(old->first.pc == race->second.pc &&
					old->second.pc == race->first.pc)))
			return true;
	}
	return false;
}

static void print_races(struct explore_view *view)
{
	const struct wire *wire = view->wire;

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE &&
			!said_before(wire, i))
			print_race(view, &wire->findings[i]);
	}
}

static void print_other_findings(struct explore_view *view)
{
	const struct wire *wire = view->wire;
	char place[EXPLORE_WORDS_SIZE];

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		const struct finding *finding = &wire->findings[i];

		if (finding->kind != FOUND_LEAK &&
			finding->kind != FOUND_MAIN_LEFT)
			continue;
		printf("  also seen: %s: %s, at %s\n",
			explore_finding_name(finding->kind), finding->text,
			explore_place_name(view, finding->first.pc, place));
	}
}

static void print_advice(struct explore_view *view)
{
	const struct wire *wire = view->wire;
	const struct finding *finding = &view->result->failure;
	const char *lesson;
	char words[WORDS_SIZE];

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE)
			finding = &wire->findings[i];
	}
	if (explore_advice(view, finding, words, sizeof(words))) {
		printf("Think: ");
		page_wrap(stdout, words, 7, 7);
	}
	lesson = explore_finding_lesson(finding);
	if (lesson)
		printf("Lesson: %s\n", lesson);
}

static void print_found(struct explore_view *view, unsigned width)
{
	const struct portfolio_result *result = view->result;

	print_failure(view);
	print_waits(view);
	print_races(view);
	print_other_findings(view);
	putchar('\n');
	explore_print_timeline(view, width);
	putchar('\n');
	if (result->preemptions >= 0)
		printf("It takes %s%d preemption%s (marked >)%s.\n",
			result->fewest ? "" : "at most ", result->preemptions,
			result->preemptions == 1 ? "" : "s",
			result->spurious ? " and a wake-up without a signal, "
					   "or a time-out"
					 : "");
	if (result->lost_at)
		printf("From the step marked ! on, every way leads to a "
		       "failure.\n");
	print_advice(view);
	printf("Schedule: %s\n", view->schedule);
}

static void print_doubts(uint32_t doubts)
{
	static const struct {
		uint32_t doubt;
		const char *text;
	} table[] = {
		{DOUBT_STEP_LIMIT, "an execution was cut at the step limit"},
		{DOUBT_SPINNING, "a loop that waits for another thread was "
				 "cut short"},
		{DOUBT_TIME, "time ran out, or the program reads a clock"},
		{DOUBT_TABLE_FULL, "there was more than the explorer can note"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (doubts & table[i].doubt)
			printf("  %s\n", table[i].text);
	}
}

static void print_proof(uint64_t nschedules)
{
	if (nschedules == 1)
		printf("the one schedule that there is was explored: no "
		       "failure possible\n");
	else
		printf("all %llu schedules explored: no failure possible\n",
			(unsigned long long)nschedules);
}

/* With a strategy that has one. */
static void print_within_bound(
	uint64_t nschedules, const struct portfolio_options *todo)
{
	const char *what = todo->only == SEARCH_DELAY ? "delay" : "preemption";

	if (nschedules == 1)
		printf("the one schedule");
	else
		printf("all %llu schedules", (unsigned long long)nschedules);
	printf(" with at most %u %s%s explored: none fails\n", todo->bound,
		what, todo->bound == 1 ? "" : "s");
}

static void print_none(struct explore_view *view)
{
	const struct portfolio_result *result = view->result;

	if (result->answer == ANSWER_NONE_POSSIBLE) {
		print_proof(result->nschedules);
		print_other_findings(view);
		return;
	}
	if (result->within_bound && !result->doubts) {
		print_within_bound(result->nschedules, view->todo);
		print_other_findings(view);
		return;
	}
	printf("no failure found in %llu executions, which is no proof:\n",
		(unsigned long long)result->nexecutions);
	if (result->answer == ANSWER_STOPPED)
		printf("  it was stopped: go on with another --seed\n");
	print_doubts(result->doubts);
	print_other_findings(view);
}

static void print_outcome(
	const struct wire *wire, const struct outcome *outcome)
{
	int kind = outcome->code - 128;

	printf("%10llu  ", (unsigned long long)outcome->count);
	if (outcome->output_size)
		text_print(stdout, wire->outcome_text + outcome->output_at,
			outcome->output_size);
	else
		printf("(prints nothing)");
	if (kind > 0 && kind < FOUND_NKINDS)
		printf("  [%s]", explore_finding_name(kind));
	else if (outcome->code)
		printf("  [exit status %d]", outcome->code);
	putchar('\n');
}

static void print_outcomes(struct explore_view *view)
{
	const struct wire *wire = view->wire;
	bool all = view->result->nschedules > 0 && !view->result->doubts &&
		   !view->result->within_bound;

	printf("executions  output\n");
	for (uint32_t i = 0; i < wire->noutcomes; i++)
		print_outcome(wire, &wire->outcomes[i]);
	printf("%u outcome%s%s\n", wire->noutcomes,
		wire->noutcomes == 1 ? "" : "s",
		all ? ", and no others are possible" : "; there may be others");
}

void explore_print_text(struct explore_view *view, unsigned width)
{
	const struct portfolio_result *result = view->result;

	if (view->outcomes) {
		print_outcomes(view);
		print_races(view);
	} else if (result->answer == ANSWER_FOUND)
		print_found(view, width);
	else
		print_none(view);
	if (!global.quiet)
		printf("%llu execution%s, %llu steps, %.2f s\n",
			(unsigned long long)result->nexecutions,
			result->nexecutions == 1 ? "" : "s",
			(unsigned long long)result->nsteps,
			(double)result->elapsed_ns / 1e9);
}
