/*
 * The verbs play and break: the learner makes the exercise fail, as it was
 * given, by saying who takes each step.
 */
#include "cmd/lesson.h"

#include "cmd/explore.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/play.h"
#include "cmd/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void note_broken(struct lesson_place *place)
{
	workshop_add(&place->workshop, "broken", place->lesson->slug);
	if (!global.json && !global.quiet)
		printf("\nYou have broken it. Now mend it: edit %s, then "
		       "conc lesson check\n",
			place->lesson->file);
}

/* A lesson_then_fn. */
static int play(const struct portfolio_options *todo, void *context)
{
	(void)context;
	return play_program(todo);
}

/* Their steps are calls, and who makes the next one is not asked by hand. */
static int refuse_processes(const struct lesson *lesson)
{
	msg_error("%s has several processes: only threads can be "
		  "played step by step",
		lesson->slug);
	msg_hint("submit the schedule that 'conc lesson check' prints: conc "
		 "lesson break x1....");
	return EXIT_USAGE;
}

static int run_play(const void *options, int noperands, char **operands)
{
	struct lesson_place place;
	int code = lesson_place_open(&place, noperands ? operands[0] : NULL);

	(void)options;
	if (code)
		return code;
	code = place.lesson->explorer == LESSON_PROCESSES
		       ? refuse_processes(place.lesson)
		       : lesson_with(place.lesson, NULL, play, NULL);
	if (code == EXIT_GOOD && !interrupt_requested())
		note_broken(&place);
	lesson_place_close(&place);
	return code;
}

const struct command lesson_play = {
	.name = "play",
	.summary = "be the scheduler of the exercise, and break it",
	.about = "As `conc play`, with the exercise as it was given: say who "
		 "takes the next step, until it fails.",
	.operands = "[LESSON]",
	.operands_max = 1,
	.examples =
		(const struct command_example[]){
			{"conc lesson play", "break the exercise by hand"},
			{0},
		},
	.run = run_play,
};

static struct choice choices[WIRE_MAX_CHOICES];
static struct schedule schedule = {.choices = choices};

/* "0 0 1 1 0": the steps of threads. */
static bool is_line(const char *text)
{
	return *text && text[strspn(text, "0123456789 ")] == '\0' &&
	       strpbrk(text, "0123456789");
}

static int refuse_schedule(const char *text)
{
	msg_error("%s is %s", text_quote(text).text,
		strncmp(text, "x1.", 3)
			? "neither a schedule nor a line of threads"
			: "damaged or cut short");
	msg_hint("try the word that 'conc lesson play' or 'check' printed, "
		 "x1...., or who takes each step: '0 0 1 2 1'");
	return EXIT_USAGE;
}

static int refuse_other(void)
{
	msg_error("this schedule is for another program than the exercise as "
		  "it was given");
	msg_hint("find one with 'conc lesson play'");
	return EXIT_NO;
}

struct attempt {
	const char *lesson, *text;
};

static int replay(const struct portfolio_options *todo, const char *lesson)
{
	struct portfolio *portfolio;
	struct portfolio_result result;
	int error, code;

	if (todo->build->hash != schedule.hash)
		return refuse_other();
	error = portfolio_open(todo, &portfolio);
	if (error)
		return explore_refuse(error);
	error = portfolio_replay(portfolio, &schedule, &result);
	if (error)
		code = explore_refuse(error);
	else if (explore_show_in(lesson, portfolio, todo, &result) ==
		 EXIT_REFUSED)
		code = EXIT_REFUSED;
	else
		code = result.answer == ANSWER_FOUND &&
				       result.failure.kind != FOUND_DIVERGED
			       ? EXIT_GOOD
			       : EXIT_NO;
	portfolio_close(portfolio);
	return code;
}

/* A lesson_then_fn: it is enough that one of the scenarios fails. */
static int break_it(const struct portfolio_options *todo, void *context)
{
	const struct attempt *attempt = context;
	int code = is_line(attempt->text) ? play_line(todo, attempt->text)
					  : replay(todo, attempt->lesson);

	return code == EXIT_NO ? LESSON_GO_ON : code;
}

static int run_break(const void *options, int noperands, char **operands)
{
	struct attempt attempt = {.text = operands[0]};
	struct lesson_place place;
	const char *bad;
	int code;

	(void)options;
	if (!is_line(operands[0]) &&
		schedule_parse(&schedule, operands[0], &bad) < 0)
		return refuse_schedule(operands[0]);
	code = lesson_place_open(&place, noperands > 1 ? operands[1] : NULL);
	if (code)
		return code;
	attempt.lesson = place.lesson->slug;
	code = place.lesson->explorer == LESSON_PROCESSES &&
			       is_line(operands[0])
		       ? refuse_processes(place.lesson)
		       : lesson_with(place.lesson, NULL, break_it, &attempt);
	code = code == LESSON_GO_ON ? EXIT_NO : code;
	if (code == EXIT_GOOD && !interrupt_requested())
		note_broken(&place);
	lesson_place_close(&place);
	return code;
}

const struct command lesson_break = {
	.name = "break",
	.summary = "submit a schedule that makes the exercise fail",
	.about = "Carries out the schedule with the exercise as it was given, "
		 "and says whether it fails. A schedule is the word that "
		 "`conc lesson check` and `play` print, or the numbers of the "
		 "threads in the order in which they take steps; 0 is main. "
		 "After the last number whoever can goes on.",
	.operands = "SCHEDULE [LESSON]",
	.operands_min = 1,
	.operands_max = 2,
	.examples =
		(const struct command_example[]){
			{"conc lesson break '1 1 2'",
				"between two steps of thread 1 comes 2"},
			{0},
		},
	.run = run_break,
};
