/* conc replay: carry out one schedule of a program, and show it. */
#include "cmd/explore.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/text.h"

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

/* What was asked for; it has room for the longest schedule. */
static struct choice choices[WIRE_MAX_CHOICES];
static struct schedule schedule = {.choices = choices};

static int replay(const struct portfolio_options *todo)
{
	struct portfolio *portfolio;
	struct portfolio_result result;
	int error, code;

	if (todo->build->hash != schedule.hash)
		return refuse_source(todo->sources);
	error = portfolio_open(todo, &portfolio);
	if (error)
		return explore_refuse(error);
	error = portfolio_replay(portfolio, &schedule, &result);
	code = error ? explore_refuse(error)
		     : explore_show(portfolio, todo, &result);
	portfolio_close(portfolio);
	return code;
}

static int run(const void *given, int noperands, char **operands)
{
	const char *bad;

	if (schedule_parse(&schedule, operands[0], &bad) < 0)
		return refuse_schedule(operands[0], bad);
	return explore_with(given, noperands - 1, operands + 1, replay);
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
