/*
 * conc switchcost: what calls, locks, switches, threads and processes cost on
 * this machine, in this run.
 */
#include "cmd/switchcost.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"
#include "cmd/stats.h"
#include "lib/clock.h"
#include "lib/cpus.h"

#include <stdlib.h>
#include <string.h>

enum {
	NHOPS = 20000,
	MOST_SAMPLES = 100,
};

struct options {
	struct opt_list threads;
	unsigned samples;
	uint64_t time;
	uint64_t work;
};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNTS,
		.argument = "LIST",
		.offset = FIELD(threads),
		.min = 1,
		.max = 4096,
		.help = "measure what so many threads mean instead, for each "
			"number of a list such as 1,10,100,1000"},
	{.name = "samples",
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(samples),
		.min = 1,
		.max = MOST_SAMPLES,
		.help = "how often each is measured; the median is told"},
	{.name = "time",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(time),
		.max = 60 * CLOCK_NS_PER_S,
		.help = "how long each sample takes at least"},
	{.name = "work",
		.letter = 'w',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(work),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "with --threads: the work they share, in processor "
			"time"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct row {
	const char *key, *what;
	cost_fn fn;
} rows[] = {
	{"call", "function call", cost_call},
	{"coroutine", "switch to a coroutine", cost_coroutine},
	{"atomic", "atomic addition", cost_atomic},
	{"clock", "look at the clock", cost_clock},
	{"lock", "lock and unlock, free", cost_lock},
	{"apart", "atomic addition, 2 threads, a line each", cost_apart},
	{"false_sharing", "atomic addition, 2 threads, on one line",
		cost_false_sharing},
	{"atomic_contended", "atomic addition, 2 threads, to one number",
		cost_atomic_contended},
	{"lock_contended", "lock and unlock, 2 threads", cost_lock_contended},
	{"system_call", "system call", cost_system_call},
	{"pipe", "write a byte to a pipe and read it", cost_pipe},
	{"thread_same_cpu", "futex switch to a thread on the same CPU",
		cost_handover_same_cpu},
	{"thread_switch", "futex switch to a thread on any CPU", cost_handover},
	{"process_switch", "pipe switch to a process on the same CPU",
		cost_process_same_cpu},
	{"thread", "create a thread and join it", cost_thread},
	{"process", "fork a process and wait for it", cost_process},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct table_column cost_columns[] = {
	{.key = "key", .heading = "key", .where = TABLE_PROGRAMS},
	{.key = "what", .heading = "what"},
	{.key = "median_ns",
		.heading = "median",
		.unit = "ns",
		.align = TABLE_RIGHT},
	{.key = "min_ns",
		.heading = "least",
		.unit = "ns",
		.align = TABLE_RIGHT},
	{.key = "calls", .heading = "in calls", .align = TABLE_RIGHT},
};

static const struct table_column crowd_columns[] = {
	{.key = "threads", .heading = "threads", .align = TABLE_RIGHT},
	{.key = "hops", .heading = "hand-overs", .align = TABLE_RIGHT},
	{.key = "hop_ns",
		.heading = "each",
		.unit = "ns",
		.align = TABLE_RIGHT},
	{.key = "voluntary", .heading = "voluntary", .align = TABLE_RIGHT},
	{.key = "work_ms",
		.heading = "work",
		.unit = "ms",
		.align = TABLE_RIGHT},
	{.key = "involuntary", .heading = "involuntary", .align = TABLE_RIGHT},
};

static uint64_t timed(cost_fn fn, uint64_t n, int *status)
{
	uint64_t ns = 0;

	*status = fn(n, &ns);
	return ns;
}

/* How many are enough for one sample; a power of two. */
static uint64_t calibrate(cost_fn fn, uint64_t time_ns, int *status)
{
	uint64_t n = 2;

	while (timed(fn, n, status) < time_ns && *status == 0)
		n *= 2;
	return n;
}

int cost_measure(
	cost_fn fn, uint64_t time_ns, unsigned nsamples, struct cost *cost)
{
	double samples[MOST_SAMPLES];
	int status;
	uint64_t n = calibrate(fn, time_ns, &status);

	for (unsigned i = 0; i < nsamples && status == 0; i++)
		samples[i] = (double)timed(fn, n, &status) / (double)n;
	if (status < 0)
		return status;
	cost->median_ns = stats_median(samples, nsamples);
	cost->min_ns = samples[0];
	for (unsigned i = 1; i < nsamples; i++)
		if (samples[i] < cost->min_ns)
			cost->min_ns = samples[i];
	return 0;
}

/* What was refused is a row all the same, of missing values. */
static void add_cost(struct table *table, const struct row *row,
	const struct cost *cost, double call_ns)
{
	table_row(table);
	table_text(table, row->key);
	table_text(table, row->what);
	if (!cost)
		return;
	table_real(table, cost->median_ns, 1);
	table_real(table, cost->min_ns, 1);
	table_real(table, cost->median_ns / call_ns, 0);
}

static void warn(const struct row *row, int status)
{
	msg_warning("cannot measure '%s': %s", row->what, strerror(-status));
}

static void measure_costs(const struct options *chosen, struct table *table,
	double medians[COUNT(rows)])
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cost cost;
		int status = cost_measure(
			rows[i].fn, chosen->time, chosen->samples, &cost);

		if (status < 0)
			warn(&rows[i], status);
		medians[i] = status < 0 ? 0 : cost.median_ns;
		if (table)
			add_cost(table, &rows[i], status < 0 ? NULL : &cost,
				medians[0] > 0 ? medians[0] : 1);
	}
}

static int no_memory(void)
{
	msg_error("out of memory");
	msg_hint("try 'conc switchcost --threads 1,10'");
	return EXIT_REFUSED;
}

static double median_of(const double medians[COUNT(rows)], cost_fn fn)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].fn == fn)
			return medians[i];
	return 0;
}

/* False sharing costs nothing where the two threads share a cache. */
static void explain_lines(char *text, size_t size, double one, double apart)
{
	if (one > 1.2 * apart)
		snprintf(text, size,
			"Two numbers on one cache line: %.0f ns an "
			"addition; a line each: %.0f.",
			one, apart);
	else
		snprintf(text, size,
			"One cache line cost no more than two: the threads "
			"shared it, or took turns.");
}

/* Two lines of what this run has measured, and not of what is usual. */
static void explain_costs(
	struct report *report, const double medians[COUNT(rows)])
{
	char seen[120], why[120];

	snprintf(seen, sizeof(seen),
		"A free lock takes %.0f ns and a contended one %.0f; a thread "
		"%.1f us, a process %.1f.",
		median_of(medians, cost_lock),
		median_of(medians, cost_lock_contended),
		median_of(medians, cost_thread) / 1000,
		median_of(medians, cost_process) / 1000);
	explain_lines(why, sizeof(why), median_of(medians, cost_false_sharing),
		median_of(medians, cost_apart));
	report_explain(report, seen, why);
}

static int tell_costs(const struct options *chosen)
{
	struct table *table = table_create(cost_columns, COUNT(cost_columns));
	double medians[COUNT(rows)];
	struct report report;
	int status;

	if (cpus_usable() < 2)
		msg_note("with one CPU two threads take turns, and nothing "
			 "contends");
	measure_costs(chosen, table, medians);
	report_begin(&report, "conc.switchcost");
	status = report_table(&report, "costs", table);
	explain_costs(&report, medians);
	report_end(&report);
	return status < 0 ? no_memory() : EXIT_GOOD;
}

static void add_crowd(struct table *table, const struct crowd_result *result)
{
	table_row(table);
	table_uint(table, result->nthreads);
	table_uint(table, result->nhops);
	table_real(table, (double)result->hops_ns / (double)result->nhops, 0);
	table_uint(table, result->voluntary);
	table_real(table, (double)result->work_wall_ns / CLOCK_NS_PER_MS, 1);
	table_uint(table, result->involuntary);
}

static int measure_crowds(const struct options *chosen, struct table *table)
{
	struct crowd_result result;

	for (unsigned i = 0; i < chosen->threads.n; i++) {
		unsigned wanted = chosen->threads.values[i];
		int status = crowd_measure(
			wanted, NHOPS, chosen->work, &result);

		if (status < 0)
			return status;
		if (result.nthreads < wanted)
			msg_warning("the system refused %u of %u threads",
				wanted - result.nthreads, wanted);
		if (table)
			add_crowd(table, &result);
	}
	return 0;
}

static int refused(int status)
{
	msg_error("cannot start the threads: %s", strerror(-status));
	msg_hint("try 'conc switchcost --threads 1,2'");
	return EXIT_REFUSED;
}

static int tell_crowds(const struct options *chosen)
{
	struct table *table = table_create(crowd_columns, COUNT(crowd_columns));
	struct report report;
	int status = measure_crowds(chosen, table);

	if (status < 0) {
		table_destroy(table);
		return refused(status);
	}
	report_begin(&report, "conc.switchcost.threads");
	status = report_table(&report, "crowds", table);
	report_explain(&report,
		"Who hands over lets go of the CPU: a voluntary switch. Who "
		"computes is made to.",
		"The work is the same for all numbers of threads; more of them "
		"only take turns.");
	report_end(&report);
	return status < 0 ? no_memory() : EXIT_GOOD;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;

	(void)noperands;
	(void)operands;
	return chosen->threads.n ? tell_crowds(chosen) : tell_costs(chosen);
}

static const struct command_example examples[] = {
	{"conc switchcost", "from a function call to a process, in ns"},
	{"conc switchcost --threads 1,10,100,1000",
		"what a switch costs, and how many there are, with so many "
		"threads"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"costs", "one object for each thing measured"},
	{"key, what", "its name, for programs and for people"},
	{"median_ns, min_ns", "of the samples; null when it was refused"},
	{"calls", "the median in function calls"},
	{"crowds", "with --threads: one object for each number of them"},
	{"threads", "how many there were"},
	{"hops, hop_ns", "how often one handed over to the next, and what each "
			 "took"},
	{"voluntary", "context switches meanwhile of threads that waited"},
	{"work_ms", "how long the work took all of them"},
	{"involuntary", "context switches meanwhile of threads that had more "
			"to do"},
	{NULL, NULL},
};

static const struct options defaults = {.samples = 5,
	.time = 2 * CLOCK_NS_PER_MS,
	.work = 200 * CLOCK_NS_PER_MS};

const struct command command_switchcost = {
	.name = "switchcost",
	.summary = "measure what switches, locks and threads cost here",
	.about = "Measure, in this run, what a function call, an atomic "
		 "addition, a lock, a switch between coroutines, threads or "
		 "processes and the making of them cost on this machine. With "
		 "--threads measure what more and more threads mean.",
	.lesson = "17-false-sharing",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
