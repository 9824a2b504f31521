/* conc replay: carry out one schedule of a program, and show it. */
#include "cmd/explore.h"

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct explore_options defaults = {
	.compiler = "cc",
	.max_steps = WIRE_MAX_CHOICES,
};

static int refuse_schedule(const char *text, const char *bad)
{
	if (*bad)
		msg_error("%s is no schedule: see its character %d, %s",
			text_quote(text).text, (int)(bad - text) + 1,
			text_quote(bad).text);
	else
		msg_error("%s is no schedule: it ends too soon",
			text_quote(text).text);
	msg_hint("copy the whole word that 'conc explore' printed: x1....");
	return EXIT_USAGE;
}

static int refuse_source(const struct build_options *sources)
{
	msg_error("%s is not what this schedule was found in: it has changed",
		text_quote(sources->files[0]).text);
	msg_hint("try 'conc explore %s'", text_quote(sources->files[0]).text);
	return EXIT_REFUSED;
}

static int replay(
	const struct portfolio_options *todo, const struct schedule *schedule)
{
	struct portfolio *portfolio;
	struct portfolio_result result;
	int error = portfolio_open(todo, &portfolio);
	int code;

	if (error)
		return explore_refuse(error);
	error = portfolio_replay(portfolio, schedule, &result);
	code = error ? explore_refuse(error)
		     : explore_show(portfolio, todo, &result);
	portfolio_close(portfolio);
	return code;
}

static int with_program(const struct explore_options *chosen, int noperands,
	char **operands, struct schedule *schedule)
{
	const char *arguments[EXPLORE_MAX_ARGUMENTS + 2];
	struct build_options sources;
	struct portfolio_options todo;
	struct build build;
	int code = explore_sources(
		chosen, noperands, operands, &sources, arguments);

	if (code)
		return code;
	interrupt_catch();
	code = explore_build(&sources, &build);
	if (code)
		return code;
	if (build.hash != schedule->hash) {
		code = refuse_source(&sources);
	} else {
		todo = explore_plan(chosen, &sources, &build, arguments);
		code = replay(&todo, schedule);
	}
	build_remove(&build);
	return code;
}

static int run(const void *given, int noperands, char **operands)
{
	struct schedule schedule = {
		.choices = calloc(WIRE_MAX_CHOICES, sizeof(struct choice))};
	const char *bad;
	int code;

	if (!schedule.choices)
		return explore_refuse(-ENOMEM);
	if (schedule_parse(&schedule, operands[0], &bad) < 0)
		code = refuse_schedule(operands[0], bad);
	else
		code = with_program(
			given, noperands - 1, operands + 1, &schedule);
	free(schedule.choices);
	return code;
}

const struct command command_replay = {
	.name = "replay",
	.summary = "carry out the schedule that `explore` has found",
	.about = "Runs a program once more, in just the order that a schedule "
		 "says, and shows it as `explore` does. It ends as explore "
		 "does, too: 1 when the program fails.",
	.operands = "SCHEDULE FILE.c... [ARGUMENT]...",
	.operands_min = 2,
	.operands_max = EXPLORE_MAX_ARGUMENTS,
	.options = explore_build_rows,
	.defaults = &defaults,
	.options_size = sizeof(struct explore_options),
	.examples =
		(const struct command_example[]){
			{"conc replay x1.e5dda8ab.s1.r4-b2c3ba2 prog.c",
				"show that order again"},
			{0},
		},
	.lesson = "05-data-race",
	.notes = "A schedule is for one source: when that has changed, the "
		 "schedule is refused. It holds the options of `explore` that "
		 "change its meaning; those of the compiler have to be given "
		 "again.",
	.run = run,
};
