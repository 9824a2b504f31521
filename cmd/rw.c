/*
 * conc rw: readers share a lock, writers do not, and nobody waits for ever.
 */
#include "cmd/rw.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"

#include <string.h>

struct options {
	unsigned readers, writers;
	uint64_t n;
	unsigned kind;
};

static const char *const kinds[] = {"rwlock", "mutex", NULL};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "readers",
		.letter = 'r',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(readers),
		.max = RW_MOST_THREADS,
		.help = "how many threads read"},
	{.name = "writers",
		.letter = 'w',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(writers),
		.max = RW_MOST_THREADS,
		.help = "how many threads write"},
	{.name = "n",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(n),
		.min = 1,
		.max = UINT64_C(1000000000000),
		.help = "how often each of them does"},
	{.name = "kind",
		.letter = 'k',
		.kind = OPT_CHOICE,
		.argument = "KIND",
		.choices = kinds,
		.offset = FIELD(kind),
		.help = "the lock: for many readers or one writer, or for one"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct table_column columns[] = {
	{.key = "thread", .heading = "thread"},
	{.key = "times", .heading = "went in", .align = TABLE_RIGHT},
	{.key = "waits", .heading = "had to wait", .align = TABLE_RIGHT},
};

static void add_threads(struct table *table, const char *name,
	const struct rw_thread *threads, unsigned n)
{
	for (unsigned i = 0; table && i < n; i++) {
		table_row(table);
		table_format_text(table, "%s-%u", name, i);
		table_uint(table, threads[i].ntimes);
		table_uint(table, threads[i].nwaits);
	}
}

static struct table *threads_table(const struct rw_result *result)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));

	add_threads(table, "reader", result->readers, result->nreaders);
	add_threads(table, "writer", result->writers, result->nwriters);
	return table;
}

static uint64_t times(const struct rw_thread *threads, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += threads[i].ntimes;
	return sum;
}

static void sum_up(struct report *report, const struct options *chosen,
	const struct rw_result *result)
{
	report_say(report, "kind", NULL, kinds[chosen->kind]);
	report_count(report, "reads", NULL,
		times(result->readers, result->nreaders));
	report_count(report, "writes", NULL,
		times(result->writers, result->nwriters));
	report_time(report, "wall", NULL, result->wall_ns);
	report_line(report);
	report_count(report, "peak_readers", NULL, result->peak_readers);
	report_count(report, "mixed", NULL, result->nmixed);
	report_count(report, "torn", NULL, result->ntorn);
}

static void explain(struct report *report, enum rw_kind kind)
{
	if (kind == RW_MUTEX)
		report_explain(report,
			"A mutex lets in one at a time: readers wait for "
			"readers, who would do no harm.",
			"That is simpler, and for short reads often faster; "
			"compare --kind rwlock.");
	else
		report_explain(report,
			"Readers were inside together, a writer alone: no read "
			"saw half a write.",
			"A waiting writer stops new readers, and lets those "
			"who waited in when it leaves.");
}

static int refused(int status)
{
	msg_error("cannot start the threads: %s", strerror(-status));
	msg_hint("try 'conc rw --readers 1 --writers 1'");
	return EXIT_REFUSED;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	const struct rw_plan plan = {.kind = chosen->kind,
		.nreaders = chosen->readers,
		.nwriters = chosen->writers,
		.n = chosen->n};
	struct rw_result result;
	struct report report;
	int status = rw_measure(&plan, &result);

	(void)noperands;
	(void)operands;
	if (status < 0)
		return refused(status);
	report_begin(&report, "conc.rw");
	status = report_table(&report, "threads", threads_table(&result));
	sum_up(&report, chosen, &result);
	explain(&report, chosen->kind);
	report_end(&report);
	if (status < 0)
		return refused(status);
	return result.nmixed || result.ntorn ? EXIT_NO : EXIT_GOOD;
}

static const struct command_example examples[] = {
	{"conc rw", "four readers and a writer"},
	{"conc rw --readers 8 --writers 8", "as many writers as readers"},
	{"conc rw --kind mutex", "the same under a lock for one"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"threads, thread", "one object for each thread, and its name"},
	{"times, waits", "how often it went in, and how often the lock was not "
			 "free"},
	{"kind, reads, writes, wall_s", "the lock, and what was done under it"},
	{"peak_readers", "readers that were inside at once, at most"},
	{"mixed", "times that a writer was not alone: 0"},
	{"torn", "reads that saw half of a write: 0"},
	{NULL, NULL},
};

static const struct options defaults = {.readers = 4, .writers = 1, .n = 20000};

const struct command command_rw = {
	.name = "rw",
	.summary = "many readers or one writer",
	.about = "Threads read and write one table under a lock that lets in "
		 "many readers or one writer. Each read checks that no write "
		 "is half done, and who is inside together is counted.",
	.lesson = "13-readers-writer",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
