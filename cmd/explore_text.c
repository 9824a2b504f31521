/* The answer in words. */
#include "cmd/explore_doubts.h"
#include "cmd/explore_trace.h"

#include "cmd/global.h"
#include "cmd/page.h"
#include "cmd/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_line(void *context, enum explore_part part, const char *words)
{
	const struct explore_view *view = context;

	switch (part) {
	case EXPLORE_HEAD:
		page_wrap(stdout, words, 0, 4);
		break;
	case EXPLORE_DETAIL:
		printf("  ");
		page_wrap(stdout, words, 2, 4);
		break;
	case EXPLORE_NOTE:
		printf("  also seen: ");
		page_wrap(stdout, words, 13, 4);
		break;
	case EXPLORE_THINK:
		printf("Think: ");
		page_wrap(stdout, words, 7, 7);
		break;
	case EXPLORE_LESSON:
		if (!view->lesson)
			printf("Lesson: %s\n", words);
		else if (strcmp(words, view->lesson) < 0)
			printf("See also lesson %s.\n", words);
		break;
	}
}

static void print_notes(struct explore_view *view)
{
	static const struct finding nothing;

	explore_tell_what(view, &nothing, put_line, view);
}

/* What the failure needs of memory, when more was allowed than sc. */
static void print_memory(const struct portfolio_result *result)
{
	if (result->weak)
		printf("It needs --memory %s: all schedules are good under "
		       "sc.\n",
			explore_memory_names[result->memory]);
	else if (result->memory != result->asked_memory)
		printf("It does not need --memory %s: it fails under sc.\n",
			explore_memory_names[result->asked_memory]);
}

/* How they went on before anybody let them; "" where that is not shown. */
static const char *early_words(const struct wire *wire)
{
	unsigned seen = 0;

	for (uint32_t i = 0; i < wire->nevents; i++)
		seen |= wire->events[i].flags &
			(EVENT_SPURIOUS | EVENT_TIMEOUT);
	return seen == EVENT_SPURIOUS  ? "; and a wake-up without a signal"
	       : seen == EVENT_TIMEOUT ? "; and a time-out"
				       : "; and a wake-up without a signal, or "
					 "a time-out";
}

static void print_what_it_takes(struct explore_view *view)
{
	const struct portfolio_result *result = view->result;
	const char *who = result->schedule.processes ? "process" : "thread";
	char words[EXPLORE_WORDS_SIZE] = "";

	if (result->preemptions < 0)
		return;
	if (result->preemptions == 0)
		text_append(words, sizeof(words),
			"It takes no preemption: each %s runs on until it "
			"has to wait",
			who);
	else
		text_append(words, sizeof(words),
			"It takes %s%d preemption%s (marked >): a %s that "
			"could go on is made to wait",
			result->fewest ? "" : "at most ", result->preemptions,
			text_plural((unsigned)result->preemptions), who);
	if (result->kills)
		text_append(words, sizeof(words), "; and %u kill%s",
			result->kills, text_plural(result->kills));
	if (result->spurious)
		text_append(
			words, sizeof(words), "%s", early_words(view->wire));
	text_append(words, sizeof(words), ".%s",
		result->schedule.processes && explore_wakes_early(view->wire)
			? " A sleep promises nothing: it may be over before "
			  "others come to do anything."
			: "");
	page_wrap(stdout, words, 0, 0);
}

/* What all ways have in common, and what is left out of that. */
static void print_fate(struct explore_view *view)
{
	if (explore_has_lost(view))
		page_wrap(stdout,
			"From the step marked ! on, every way leads to a "
			"failure.",
			0, 0);
	if (explore_has_stuck(view->wire))
		page_wrap(stdout,
			"Who waits at a step marked x waits for ever.", 0, 0);
	if (explore_only_early(view))
		page_wrap(stdout, "Only a wake-up without a signal could help.",
			0, 0);
}

/* "step 7" in the words. */
static void note_steps(void *context, enum explore_part part, const char *words)
{
	struct explore_view *view = context;
	static const char step[] = "step ";

	(void)part;
	while ((words = strstr(words, step)) && view->nnamed < MOST_NAMED) {
		unsigned long number;

		words += strlen(step);
		number = strtoul(words, NULL, 10);
		if (number)
			view->named[view->nnamed++] = (uint32_t)number;
	}
}

static void print_found(struct explore_view *view, unsigned width)
{
	const struct portfolio_result *result = view->result;

	explore_tell_what(view, &result->failure, put_line, view);
	putchar('\n');
	if (view->wire->nevents) {
		explore_tell_what(view, &result->failure, note_steps, view);
		explore_tell_why(view, &result->failure, note_steps, view);
		explore_print_timeline(view, width);
		putchar('\n');
	}
	if (result->always)
		printf("It fails in every order.\n");
	else if (view->wire->nthreads > 1)
		print_what_it_takes(view);
	print_memory(result);
	print_fate(view);
	explore_tell_why(view, &result->failure, put_line, view);
	if (result->failure.kind != FOUND_REFUSED)
		printf("Schedule: %s\n", view->schedule);
}

static void print_doubt(void *context, const char *text)
{
	(void)context;
	printf("  ");
	page_wrap(stdout, text, 2, 4);
}

/* A proof holds for one model of memory, which is named. */
static void print_proof(const struct portfolio_result *result)
{
	if (result->nschedules == 1)
		printf("the one schedule that there is was explored");
	else
		printf("all %llu schedules explored",
			(unsigned long long)result->nschedules);
	printf(": no failure possible (--memory %s)\n",
		explore_memory_names[result->memory]);
	if (result->weak_orders && result->memory != MEMORY_C11)
		printf("Its atomics have orders weaker than seq_cst: try "
		       "--memory c11, too.\n");
}

static void print_all_schedules(uint64_t n)
{
	if (n == 1)
		printf("the one schedule");
	else
		printf("all %llu schedules", (unsigned long long)n);
}

static void print_within_bound(
	uint64_t nschedules, const struct portfolio_options *todo)
{
	print_all_schedules(nschedules);
	printf(" with at most %u %s%s explored: none fails\n", todo->bound,
		explore_bounded(todo), text_plural(todo->bound));
}

static void print_orders(uint64_t n)
{
	if (n == 1)
		printf("the one order of its calls was tried and did not fail, "
		       "which is no proof:\n");
	else
		printf("all %llu orders of its calls were tried and none "
		       "failed, which is no proof:\n",
			(unsigned long long)n);
}

/* Of several processes: what they do between their calls is not seen. */
static void print_processes(struct explore_view *view)
{
	const struct portfolio_result *result = view->result;
	unsigned n = result->bound;

	if (result->doubts & DOUBT_SHARED && result->complete) {
		print_orders(result->nschedules);
	} else {
		print_all_schedules(result->nschedules);
		if (!result->complete) {
			printf(" with at most %u preemption%s", n,
				text_plural(n));
			if (view->todo->kills)
				printf(" or kill%s", text_plural(n));
		}
		printf(" explored: none fails\n");
	}
	explore_each_doubt(view, print_doubt, NULL);
}

static void print_none(struct explore_view *view)
{
	const struct portfolio_result *result = view->result;
	bool stopped = result->answer == ANSWER_STOPPED;

	if (result->schedule.processes && result->nschedules) {
		print_processes(view);
		return;
	}
	if (result->answer == ANSWER_NONE_POSSIBLE) {
		print_proof(result);
		print_notes(view);
		return;
	}
	if (result->within_bound && !result->doubts) {
		print_within_bound(result->nschedules, view->todo);
		print_notes(view);
		return;
	}
	if (result->doubts & DOUBT_UNSEEN && result->nschedules)
		print_orders(result->nschedules);
	else
		printf("no failure found in %llu execution%s, which is no "
		       "proof%s\n",
			(unsigned long long)result->nexecutions,
			text_plural(result->nexecutions),
			result->doubts || stopped ? ":" : "");
	explore_each_doubt(view, print_doubt, NULL);
	print_notes(view);
}

/* What fails without showing in an outcome: a race, mostly. */
static bool fails_unseen(const struct explore_view *view)
{
	const struct portfolio_result *result = view->result;
	int code = WIRE_FAILED + result->failure.kind;

	if (result->answer != ANSWER_FOUND)
		return false;
	for (uint32_t i = 0; i < view->wire->noutcomes; i++) {
		if (view->wire->outcomes[i].code == code)
			return false;
	}
	return true;
}

/* Most executions of a short program come before its schedules are counted. */
static void print_effort(const struct explore_view *view)
{
	const struct portfolio_result *result = view->result;
	bool bounded = view->todo->only == SEARCH_BOUNDED ||
		       view->todo->only == SEARCH_DELAY;

	bool cut = result->doubts &
		   (DOUBT_SPINNING | DOUBT_STEP_LIMIT | DOUBT_TIME);
	bool processes = result->schedule.processes;
	bool proof = result->answer != ANSWER_FOUND && result->nschedules &&
		     result->nexecutions > result->nschedules && !processes;
	char words[EXPLORE_WORDS_SIZE] = "";

	if (proof && !cut && !bounded && result->nschedules > 1)
		printf("Orders that differ only in steps that do not affect "
		       "each other count once.\n");
	text_append(words, sizeof(words), "%llu execution%s",
		(unsigned long long)result->nexecutions,
		text_plural(result->nexecutions));
	if (proof)
		text_append(words, sizeof(words),
			" (%llu by chance, then %llu %s)",
			(unsigned long long)(result->nexecutions -
					     result->nschedules),
			(unsigned long long)result->nschedules,
			cut ? "one after the other" : "for all schedules");
	else if (processes && result->bound > 0)
		text_append(words, sizeof(words),
			" (without preemptions first, then with more and "
			"more)");
	text_append(words, sizeof(words), ", %llu step%s, %.2f s",
		(unsigned long long)result->nsteps, text_plural(result->nsteps),
		(double)result->elapsed_ns / 1e9);
	page_wrap(stdout, words, 0, 2);
}

void explore_print_text(struct explore_view *view, unsigned width)
{
	const struct portfolio_result *result = view->result;

	if (view->outcomes) {
		explore_print_outcomes(view);
		explore_each_doubt(view, print_doubt, NULL);
		if (fails_unseen(view))
			explore_tell_what(
				view, &result->failure, put_line, view);
		else
			print_notes(view);
	} else if (result->answer == ANSWER_FOUND)
		print_found(view, width);
	else
		print_none(view);
	explore_print_locks(view);
	if (!global.quiet)
		print_effort(view);
}
