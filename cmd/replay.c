/* conc replay: carry out one schedule of a program, and show it. */
#include "cmd/replay.h"

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <errno.h>
#include <string.h>

static const struct explore_options defaults = {
	.compiler = "cc",
	.takes_stdin = true,
	.max_steps = WIRE_MAX_CHOICES,
	.time_ns = UINT64_C(5) * 1000 * 1000 * 1000,
	.seed = 1,
	.spurious = 1,
};

/* schedule_parse returned that. */
static int refuse_schedule(const char *text, int error, const char *bad)
{
	const char *what = strncmp(text, "x1.", 3) ? "no schedule"
						   : "damaged or cut short";

	if (!*bad)
		msg_error("%s is %s: it ends too soon", text_quote(text).text,
			what);
	else if (error == -EBADMSG)
		msg_error("%s is %s: its last letters do not fit the rest",
			text_quote(text).text, what);
	else
		msg_error("%s is %s: see its character %d, %s",
			text_quote(text).text, what, (int)(bad - text) + 1,
			text_quote(bad).text);
	msg_hint("copy the whole word that 'conc explore' printed: x1....");
	return EXIT_USAGE;
}

/* What was asked for; it has room for the longest schedule. */
static struct choice choices[WIRE_MAX_CHOICES];
static struct schedule schedule = {.choices = choices};

static bool ends_early(struct portfolio *portfolio)
{
	return portfolio_wire(portfolio)->nchoices < schedule.nchoices;
}

static void say_how_far(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	struct explore_view view = {
		.wire = portfolio_wire(portfolio),
		.symbols = portfolio_symbols(portfolio),
		.sources = todo->sources,
		.result = result,
		.todo = todo,
		.calls = &todo->build->calls,
	};

	explore_name_processes(schedule.processes);
	replay_say_where(&view, &schedule);
	explore_view_fini(&view);
}

static const char *what_has_changed(const struct portfolio_options *todo)
{
	return todo->build->hash != schedule.hash
		       ? "has changed, or is another program"
		       : "has not changed, but does something else (with other "
			 "options or arguments?)";
}

static int refuse_program(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	const char *file = todo->sources->files[0];

	msg_error("%s is not what this schedule was found in: it %s",
		text_quote(file).text, what_has_changed(todo));
	say_how_far(portfolio, todo, result);
	replay_say_next(&schedule, &result->failure, file);
	return EXIT_REFUSED;
}

/* After a change of the source it may still come to a failure, and shows it. */
static bool is_refused(struct portfolio *portfolio,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	switch (result->failure.kind) {
	case FOUND_DIVERGED:
		return true;
	case FOUND_REFUSED:
		return todo->build->hash != schedule.hash;
	default:
		break;
	}
	if (result->answer == ANSWER_FOUND)
		return false;
	return todo->build->hash != schedule.hash || ends_early(portfolio);
}

static void warn(
	struct portfolio *portfolio, const struct portfolio_options *todo)
{
	const char *file = todo->sources->files[0];
	uint32_t nmade = portfolio_wire(portfolio)->nchoices;

	if (todo->build->hash != schedule.hash)
		msg_warning("%s has changed since this schedule was found, "
			    "and fails all the same",
			text_quote(file).text);
	if (nmade < schedule.nchoices)
		msg_warning("it fails after %u of the %u choices of this "
			    "schedule",
			nmade, schedule.nchoices);
	else if (nmade > schedule.nchoices)
		msg_warning("the schedule ends after %u choice%s; from there "
			    "on whoever ran went on",
			schedule.nchoices, text_plural(schedule.nchoices));
}

static int explain(struct portfolio *portfolio,
	const struct portfolio_options *todo, struct portfolio_result *result)
{
	int error;

	explore_begin_search(todo->limit_ns);
	error = portfolio_explain(portfolio, &schedule, result);
	explore_end_search();
	return error;
}

/* As explore does, which knows more of a failure than how it comes about. */
static int show(struct portfolio *replayed,
	const struct portfolio_options *todo,
	const struct portfolio_result *result)
{
	struct portfolio_options again = *todo;
	struct portfolio_result explained = *result;
	struct portfolio *portfolio;
	int error, code;

	if (result->answer != ANSWER_FOUND || schedule.outputs)
		return explore_show(replayed, todo, result);
	again.max_steps = EXPLORE_MAX_STEPS;
	error = portfolio_open(&again, &portfolio);
	if (error)
		return explore_refuse(error);
	error = explain(portfolio, &again, &explained);
	if (error || interrupt_requested())
		code = explore_show(replayed, todo, result);
	else
		code = explore_show(portfolio, &again, &explained);
	portfolio_close(portfolio);
	return code;
}

static int replay(const struct portfolio_options *todo)
{
	struct portfolio *portfolio;
	struct portfolio_result result;
	int error = portfolio_open(todo, &portfolio);
	int code;

	if (error)
		return explore_refuse(error);
	error = portfolio_replay(portfolio, &schedule, &result);
	if (error)
		code = explore_refuse(error);
	else if (is_refused(portfolio, todo, &result))
		code = refuse_program(portfolio, todo, &result);
	else {
		warn(portfolio, todo);
		code = show(portfolio, todo, &result);
	}
	portfolio_close(portfolio);
	return code;
}

static int run(const void *given, int noperands, char **operands)
{
	struct explore_options chosen;
	const char *bad;
	int error = schedule_parse(&schedule, operands[0], &bad);

	if (error)
		return refuse_schedule(operands[0], error, bad);
	chosen = *(const struct explore_options *)given;
	chosen.processes = schedule.processes;
	return explore_with(&chosen, noperands - 1, operands + 1, replay);
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
			{"conc replay x1.e5dda8ab.s1.r4-b2c3ba2-eaoo prog.c",
				"show that order again"},
			{0},
		},
	.lesson = "05-data-race",
	.notes = "A schedule is for one source: when that has changed, what "
		 "still fails is shown with a warning, all else refused. A "
		 "schedule holds the options of `explore` that "
		 "change its meaning; those of the compiler have to be given "
		 "again. How far a refused schedule fits is said, and "
		 "what it wants there that cannot be had.\n\nHow few "
		 "preemptions a failure takes, and from which step on all is "
		 "lost, is found by exploring once more, for up to five "
		 "seconds.",
	.run = run,
};
