/*
 * conc styles: the same job as coroutines, events, callbacks and futures. All
 * say the same lines at the same times; what the loop runs is different.
 */
#include "cmd/styles.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/turns.h"
#include "lib/clock.h"

#include <string.h>

const struct styles_site styles_sites[STYLES_NSITES] = {
	{"python", 30 * CLOCK_NS_PER_MS, 5 * CLOCK_NS_PER_MS, 120},
	{"programming", 10 * CLOCK_NS_PER_MS, 20 * CLOCK_NS_PER_MS, 42},
	{"compsci", 20 * CLOCK_NS_PER_MS, 2 * CLOCK_NS_PER_MS, 7},
};

static void say(struct styles_job *job, const char *name, const char *what)
{
	report_item(job->report, "%2llu ms %s: %s",
		(unsigned long long)(loop_now(job->loop) / CLOCK_NS_PER_MS),
		name, what);
}

void styles_say_asked(struct styles_job *job, const struct styles_site *site)
{
	say(job, site->name, "asked");
}

void styles_say_answered(struct styles_job *job, const struct styles_site *site)
{
	say(job, site->name, "answered");
}

void styles_say_read(struct styles_job *job, const struct styles_site *site)
{
	job->total += site->nlines;
	report_item(job->report, "%2llu ms %s: %u lines",
		(unsigned long long)(loop_now(job->loop) / CLOCK_NS_PER_MS),
		site->name, site->nlines);
}

void styles_say_total(struct styles_job *job)
{
	report_item(job->report, "%2llu ms total: %u lines",
		(unsigned long long)(loop_now(job->loop) / CLOCK_NS_PER_MS),
		job->total);
}

static const struct style *const styles[] = {
	&style_coro, &style_event, &style_callback, &style_future, NULL};

static const char *style_name(size_t i)
{
	return styles[i] ? styles[i]->name : NULL;
}

struct options {
	unsigned style;
	bool trace;
};

static int do_job(
	const struct style *style, struct report *report, struct turns *turns)
{
	const struct loop_rules rules = {
		.virtual_time = true, .turn = turns_note, .context = turns};
	struct styles_job job = {.report = report};
	int status = loop_create(&rules, &job.loop);

	if (status < 0)
		return status;
	report_list(report, "lines");
	status = style->run(&job);
	report_list_end(report);
	loop_destroy(job.loop);
	return status;
}

static int show(const struct style *style, bool trace, struct report *report)
{
	struct turns turns = {.table = NULL};
	int status;

	if (trace)
		turns_init(&turns);
	status = do_job(style, report, &turns);
	if (status < 0) {
		if (turns.table)
			table_destroy(turns.table);
		return status;
	}
	if (trace) {
		report_gap(report);
		status = report_table(report, "turns", turns.table);
		report_gap(report);
	}
	report_explain(report, style->seen, style->why);
	return status;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	const struct style *style = styles[chosen->style];
	struct report report;
	int status;

	(void)noperands;
	(void)operands;
	report_begin(&report, "conc.styles");
	if (report.is_json)
		report_say(&report, "style", NULL, style->name);
	status = show(style, chosen->trace, &report);
	report_end(&report);
	if (status == 0)
		return EXIT_GOOD;
	msg_error("cannot do the job: %s", strerror(-status));
	msg_hint("try 'conc styles --style %s' again when memory and "
		 "descriptors are left",
		style->name);
	return EXIT_REFUSED;
}

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "style",
		.letter = 's',
		.kind = OPT_CHOICE,
		.argument = "STYLE",
		.choice = style_name,
		.offset = FIELD(style),
		.help = "coroutines, events, callbacks or futures"},
	{.name = "trace",
		.letter = 't',
		.kind = OPT_FLAG,
		.offset = FIELD(trace),
		.help = "show what was ready in each turn of the loop, too"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc styles --style coro --trace", "as functions that wait"},
	{"conc styles --style callback --trace", "as functions passed on"},
	{"conc styles --style future", "as values that are not there yet"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"style", "the name of the style"},
	{"lines", "what the job said; the same in all styles"},
	{"turns, turn, time_ms, ready, timers, fds",
		"with --trace: each turn, its time, what was ready and ran, "
		"the timers with their times, the descriptors watched"},
	{NULL, NULL},
};

static const struct options defaults = {.style = 0};

const struct command command_styles = {
	.name = "styles",
	.summary = "see one job in four styles of asynchronous programming",
	.about = "Ask three sites at once, read what they answer, add up: as "
		 "coroutines, as events, with callbacks or with futures, in "
		 "virtual time. All styles say the same; what the loop runs, "
		 "and how the program reads, is different.",
	.lesson = "22-event-loop",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
