/*
 * conc gil: what a global interpreter lock, as Python has one, does to threads
 * that compute and to threads that wait.
 */
#include "cmd/gil.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"
#include "lib/clock.h"
#include "lib/cpus.h"

#include <string.h>

struct options {
	unsigned threads;
	unsigned kind;
	bool no_gil;
	uint64_t work;
};

static const char *const kinds[] = {"cpu", "io", NULL};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(threads),
		.min = 1,
		.max = 256,
		.help = "how many threads"},
	{.name = "kind",
		.letter = 'k',
		.kind = OPT_CHOICE,
		.argument = "KIND",
		.choices = kinds,
		.offset = FIELD(kind),
		.help = "what each thread does: compute, or wait for an "
			"answer"},
	{.name = "no-gil",
		.kind = OPT_FLAG,
		.offset = FIELD(no_gil),
		.help = "leave the lock out"},
	{.name = "work",
		.letter = 'w',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(work),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "for how long each thread computes, by its own "
			"processor time, or waits"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static void explain(struct report *report, const struct gil_plan *plan)
{
	if (plan->kind == GIL_IO)
		report_explain(report,
			"Who makes a blocking call lets go of the lock: all "
			"wait at the same time,",
			"and with one lock, many or none it takes as long as "
			"one of them alone.");
	else if (plan->locked)
		report_explain(report,
			"One thread computes at a time; who waits asks for the "
			"lock after 5 ms.",
			"So N threads take N times as long as one, however "
			"many CPUs there are.");
	else
		report_explain(report,
			"Nothing keeps the threads from computing at the same "
			"time:",
			"N threads take N / CPUs times as long as one.");
}

static void tell(struct report *report, const struct gil_plan *plan,
	const struct gil_result *single, const struct gil_result *all)
{
	report_say(report, "kind", NULL, kinds[plan->kind]);
	report_flag(report, "gil", NULL, plan->locked);
	report_count(report, "threads", NULL, all->nthreads);
	report_count(report, "cpus", NULL, (uint64_t)cpus_usable());
	report_time(report, "work", NULL, plan->work_ns);
	report_line(report);
	report_time(report, "single", NULL, single->wall_ns);
	report_time(report, "wall", NULL, all->wall_ns);
	report_real(report, "ratio", NULL,
		(double)all->wall_ns / (double)single->wall_ns, 2);
	report_line(report);
	report_count(report, "peak_inside", NULL, all->peak_inside);
	report_count(report, "peak_waiting", NULL, all->peak_waiting);
	report_count(report, "handovers", NULL, all->handovers);
	explain(report, plan);
}

static int refused(int status)
{
	msg_error("cannot start the threads: %s", strerror(-status));
	msg_hint("try 'conc gil --threads 2'");
	return EXIT_REFUSED;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	struct gil_plan plan = {.kind = chosen->kind,
		.locked = !chosen->no_gil,
		.nthreads = 1,
		.work_ns = chosen->work};
	struct gil_result single, all;
	struct report report;
	int status = gil_measure(&plan, &single);

	(void)noperands;
	(void)operands;
	plan.nthreads = chosen->threads;
	if (status == 0)
		status = gil_measure(&plan, &all);
	if (status < 0)
		return refused(status);
	report_begin(&report, "conc.gil");
	tell(&report, &plan, &single, &all);
	return report_end(&report);
}

static const struct command_example examples[] = {
	{"conc gil", "four threads that compute, one at a time"},
	{"conc gil --kind io", "four that wait, all at once"},
	{"conc gil --no-gil", "four that compute, on all CPUs"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"kind, gil, threads", "what was done, with the lock or without, and "
			       "by how many"},
	{"cpus", "how many CPUs this process may use"},
	{"work_s", "what each thread had to do"},
	{"single_s, wall_s, ratio",
		"the time of one thread, of all, and the second by the first"},
	{"peak_inside",
		"threads that were in the interpreter at once, at most"},
	{"peak_waiting", "threads that were in a blocking call at once, at "
			 "most"},
	{"handovers", "times that the lock went from one thread to another"},
	{NULL, NULL},
};

static const struct options defaults = {
	.threads = 4, .work = 100 * CLOCK_NS_PER_MS};

const struct command command_gil = {
	.name = "gil",
	.summary = "see what a global interpreter lock does to threads",
	.about = "Run the same work in one thread and in several, under a lock "
		 "such as Python's: a thread holds it while it interprets, "
		 "hands it over when another has waited for 5 ms, and lets go "
		 "of it around blocking calls.",
	.lesson = "06-mutex",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
