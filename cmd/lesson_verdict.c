/* What was found or proved, in words. */
#include "cmd/lesson_verdict.h"

#include "cmd/explore.h"
#include "cmd/page.h"
#include "cmd/text.h"

#include <stdio.h>

static bool is_passed(const struct portfolio_result *result)
{
	return result->answer != ANSWER_FOUND && result->nschedules > 0;
}

/* "All 12 schedules explored: no failure is possible" */
static void say_proved(const struct verdict *verdict, char *words, size_t size)
{
	unsigned long long n = verdict->nschedules;
	int bound = verdict->bound;

	if (bound >= 0)
		text_append(words, size,
			"0 of %llu schedule%s with at most %d preemption%s "
			"fail",
			n, n == 1 ? "" : "s", bound, bound == 1 ? "" : "s");
	else if (n == 1)
		text_append(words, size,
			"The one schedule that there is was explored: no "
			"failure is possible");
	else
		text_append(words, size,
			"All %llu schedules explored: no failure is possible",
			n);
}

/* What was proved, and up to which bound. */
static void print_passed(
	const struct verdict *verdict, const struct portfolio_options *todo)
{
	const struct lesson *lesson = verdict->lesson;
	char words[400] = "";

	say_proved(verdict, words, sizeof(words));
	if (lesson->kills)
		text_append(words, sizeof(words),
			", with up to %u kill%s, before whichever call",
			lesson->kills, lesson->kills == 1 ? "" : "s");
	else if (lesson->spurious && lesson->explorer == LESSON_THREADS &&
		 todo->build->calls.sleeps)
		text_append(words, sizeof(words),
			", with up to %u wake-up%s that nobody signalled",
			lesson->spurious, lesson->spurious == 1 ? "" : "s");
	text_append(words, sizeof(words), ".");
	printf("Passed: %s\n", lesson->title);
	page_wrap(stdout, words, 0, 0);
}

/* It may be right, and nobody knows. */
static void print_unproved(const struct portfolio_result *result)
{
	char words[300] =
		"Not yet: no order that was tried fails, but there are more "
		"than there was time for (--time). ";

	text_append(words, sizeof(words), "%s",
		result->doubts & DOUBT_SPINNING
			? "A loop that tries again and again has no end of "
			  "them: let it wait for a lock, a semaphore or a "
			  "condition."
			: "Can it do with fewer steps?");
	putchar('\n');
	page_wrap(stdout, words, 0, 4);
}

/* Once more at the end: the beginning may not be on the screen any more. */
static void print_not_yet(const struct portfolio_result *result)
{
	const struct finding *failure = &result->failure;
	const char *kind = explore_finding_name(failure->kind);
	char words[WIRE_TEXT_SIZE + 100] = "Not yet: ";

	if (global.json || global.quiet || result->answer == ANSWER_STOPPED)
		return;
	if (result->answer != ANSWER_FOUND) {
		print_unproved(result);
		return;
	}
	if (failure->kind != FOUND_ASSERT || !failure->text[0])
		text_append(words, sizeof(words), "%s%s", kind,
			failure->text[0] ? ": " : "");
	text_append(words, sizeof(words), "%s.", failure->text);
	putchar('\n');
	page_wrap(stdout, words, 0, 4);
}

static bool is_last(const struct verdict *verdict)
{
	return !verdict->lesson->scenarios[0] ||
	       !verdict->lesson->scenarios[verdict->ntried];
}

int verdict_show(struct verdict *verdict, struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	bool passed = is_passed(result);

	verdict->ntried++;
	verdict->nschedules += result->nschedules;
	if (result->within_bound)
		verdict->bound = (int)result->bound;
	if (passed && !is_last(verdict))
		return LESSON_GO_ON;
	if (passed && !global.json) {
		print_passed(verdict, todo);
		return explore_show_locks(portfolio, todo, result);
	}
	if (explore_show_in(verdict->lesson->slug, portfolio, todo, result) ==
		EXIT_REFUSED)
		return EXIT_REFUSED;
	if (!passed)
		print_not_yet(result);
	return passed ? EXIT_GOOD : EXIT_NO;
}
