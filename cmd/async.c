/*
 * conc async: a tour through what one thread can do by taking turns, each
 * step a command that is run, with what to look at.
 */
#include "cmd/async.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/must.h"
#include "lib/sync.h"

#include <string.h>

enum {
	MOST_STEPS = 20
};

struct options {
	bool list;
	uint64_t pause;
};

struct tour {
	struct report report;
	const struct options *options;
	const struct async_step *steps[MOST_STEPS];
	size_t nsteps;
};

/* --- the list --- */

static int list_steps(const struct tour *tour)
{
	static const struct table_column columns[] = {
		{"name", "step", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
		{"about", "about", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
		{"command", "command", NULL, TABLE_LEFT, TABLE_EVERYWHERE},
	};
	struct table *table = table_create(columns, 3);
	struct report report;

	for (size_t i = 0; table && i < tour->nsteps; i++) {
		table_row(table);
		table_text(table, tour->steps[i]->name);
		table_text(table, tour->steps[i]->about);
		table_text(table, tour->steps[i]->command);
	}
	report_begin(&report, "conc.async");
	if (report_table(&report, "steps", table) == 0)
		return report_end(&report);
	msg_error("out of memory");
	return EXIT_REFUSED;
}

/* --- the tour --- */

static void print_line(const char *line, size_t length, void *arg)
{
	struct tour *tour = arg;

	report_item(&tour->report, "%.*s", (int)length, line);
}

/* What a learner reads before the command, and a program around it. */
static void begin_step(struct tour *tour, size_t i)
{
	const struct async_step *step = tour->steps[i];
	struct report *report = &tour->report;

	if (report->is_json) {
		json_object(&report->json, NULL);
		json_string(&report->json, "name", step->name);
		json_string(&report->json, "about", step->about);
		json_string(&report->json, "look", step->look);
		json_string(&report->json, "command", step->command);
	} else if (!global.quiet) {
		printf("%s%zu of %zu: %s\nLook: %s\n", i ? "\n" : "", i + 1,
			tour->nsteps, step->about, step->look);
	}
	if (!report->is_json)
		printf("$ %s\n", step->command);
	report_list(report, "lines");
	fflush(stdout);
}

static void end_step(struct tour *tour, int code)
{
	struct report *report = &tour->report;

	report_list_end(report);
	if (!report->is_json)
		return;
	json_int(&report->json, "status", code);
	json_end(&report->json);
}

/* The time between two steps, to read or to talk. */
static void pause_between(const struct tour *tour)
{
	struct semaphore nobody = {0};

	if (tour->options->pause)
		semaphore_wait(&nobody, clock_now() + tour->options->pause);
}

static int refuse_step(const struct async_step *step, int code)
{
	if (code < 0)
		msg_error(
			"cannot run '%s': %s", step->command, strerror(-code));
	else
		msg_error("'%s' ended with status %d", step->command, code);
	msg_hint("try '%s'", step->command);
	return EXIT_REFUSED;
}

static int run_tour(struct tour *tour)
{
	const struct async_step *failed = NULL;
	int code = 0;

	report_begin(&tour->report, "conc.async");
	report_list(&tour->report, "steps");
	for (size_t i = 0; i < tour->nsteps && code == 0; i++) {
		if (i)
			pause_between(tour);
		begin_step(tour, i);
		code = async_run_step(tour->steps[i], print_line, tour);
		end_step(tour, code);
		failed = code ? tour->steps[i] : NULL;
	}
	report_list_end(&tour->report);
	if (!failed && !tour->report.is_json && !global.quiet)
		putchar('\n');
	if (!failed)
		report_explain(&tour->report,
			"Each of these gave up execution where it chose to; "
			"something else chose who",
			"went on, and when. What cannot give up, and blocks, "
			"was put into a thread.");
	report_end(&tour->report);
	return failed ? refuse_step(failed, code) : EXIT_GOOD;
}

/* --- what was asked for --- */

static int add_steps(struct tour *tour, int n, char **names)
{
	for (int i = 0; i < n; i++) {
		const struct async_step *step = async_find(names[i]);

		if (!step) {
			msg_error("there is no step %s",
				text_quote(names[i]).text);
			msg_hint("try 'conc async --list', which lists them");
			return EXIT_USAGE;
		}
		tour->steps[tour->nsteps++] = step;
	}
	return 0;
}

static int run(const void *given, int noperands, char **operands)
{
	struct tour tour = {.options = given};
	int code = add_steps(&tour, noperands, operands);

	must(async_nsteps <= MOST_STEPS);
	if (code)
		return code;
	for (size_t i = 0; !noperands && i < async_nsteps; i++)
		tour.steps[tour.nsteps++] = &async_steps[i];
	return tour.options->list ? list_steps(&tour) : run_tour(&tour);
}

static const char *step_name(size_t i)
{
	return i < async_nsteps ? async_steps[i].name : NULL;
}

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "list",
		.letter = 'l',
		.kind = OPT_ACTION,
		.offset = FIELD(list),
		.help = "list the steps, and run none"},
	{.name = "pause",
		.letter = 'p',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(pause),
		.max = 3600 * CLOCK_NS_PER_S,
		.default_text = "0",
		.help = "wait between two steps, to read"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc async", "the whole tour, in some seconds"},
	{"conc async --pause 10s", "with time to read each step"},
	{"conc async block offload", "two of its steps"},
	{"conc async --list", "what there is"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"steps, name, about, command",
		"each step, what it is, and the command line that was run"},
	{"look", "what to look at in it"},
	{"lines, status", "what the command printed, and its exit code"},
	{NULL, NULL},
};

const struct command command_async = {
	.name = "async",
	.summary = "a tour of generators, tasks, event loops and bridges to "
		   "threads",
	.about = "Run one command after the other, from a function that keeps "
		 "its place to threads that call into an event loop, and say "
		 "what to look at in each. STEP runs only those.",
	.operands = "[STEP]...",
	.operands_max = MOST_STEPS,
	.operand_choice = step_name,
	.lesson = "22-event-loop",
	.options = options,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
