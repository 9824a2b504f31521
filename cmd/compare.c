#include "cmd/compare.h"

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/savefile.h"
#include "cmd/suggest.h"
#include "cmd/text.h"
#include "cmd/threads.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const char *model_name(size_t i)
{
	return models[i] ? models[i]->name : NULL;
}

static const char *work_name(size_t i)
{
	return works[i] ? works[i]->name : NULL;
}

static const char *work_of(const void *from, size_t i)
{
	(void)from;
	return work_name(i);
}

static void default_threads(void *field, char *origin, size_t origin_size)
{
	struct opt_list *list = field;

	list->n = 1;
	threads_default(&list->values[0], origin, origin_size);
}

#define FIELD(name) offsetof(struct compare_options, name)

static const struct opt options[] = {
	{.name = "models",
		.letter = 'm',
		.kind = OPT_CHOICES,
		.argument = "LIST",
		.offset = FIELD(models),
		.choice = model_name,
		.default_text = "all",
		.help = "who competes; see 'conc primes --list-models'"},
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNTS,
		.argument = "LIST",
		.offset = FIELD(threads),
		.min = 1,
		.max = MODEL_MAX_WIDTH,
		.env = "CONC_NUM_THREADS",
		.computed = default_threads,
		.default_text = "OMP_NUM_THREADS, else the usable CPUs",
		.help = "workers of the models that have any, such as 1,2,4 "
			"or 1-8"},
	{.name = "runs",
		.letter = 'r',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(runs),
		.min = 1,
		.max = STATS_MOST,
		.default_text = "3 to 5, as many as fit 20 seconds",
		.help = "how often each is measured, after a warm-up"},
	{.name = "size",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(size),
		.min = 1,
		.default_text = "the work's own",
		.help = "how much to do; see --list-works for what it counts"},
	{.name = "reference",
		.kind = OPT_CHOICE,
		.argument = "NAME",
		.offset = FIELD(reference),
		.choice = model_name,
		.default_text = "seq",
		.help = "the model that speed-ups are relative to"},
	{.name = "wide",
		.letter = 'w',
		.kind = OPT_FLAG,
		.offset = FIELD(wide),
		.help = "show all columns: switches, faults, what was created"},
	{.name = "chart",
		.kind = OPT_FLAG,
		.offset = FIELD(chart),
		.help = "draw bars below the table"},
	{.name = "csv",
		.kind = OPT_FLAG,
		.offset = FIELD(csv),
		.help = "print comma-separated values"},
	{.name = "markdown",
		.kind = OPT_FLAG,
		.offset = FIELD(markdown),
		.help = "print a Markdown table"},
	{.name = "svg",
		.kind = OPT_TEXT,
		.argument = "FILE",
		.offset = FIELD(svg),
		.help = "write a bar chart as well; - for stdout alone"},
	{.name = "list-works",
		.kind = OPT_ACTION,
		.offset = FIELD(list_works),
		.help = "list the works, the name first, and do nothing else"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct table_column work_columns[] = {
	{.key = "name", .heading = "name"},
	{.key = "summary", .heading = "summary"},
	{.key = "size_means", .heading = "size is the"},
	{.key = "default_size", .heading = "default", .align = TABLE_RIGHT},
};

int compare_refuse_memory(void)
{
	msg_error("out of memory");
	return EXIT_REFUSED;
}

static int list_works(void)
{
	struct table *table = table_create(work_columns, 4);
	struct json json;

	for (int i = 0; table && works[i]; i++) {
		table_row(table);
		table_text(table, works[i]->name);
		table_text(table, works[i]->summary);
		table_text(table, works[i]->size_means);
		table_uint(table, works[i]->default_size);
	}
	if (!table || table_error(table)) {
		table_destroy(table);
		return compare_refuse_memory();
	}
	if (global.json) {
		json_begin(&json, stdout, "conc.works");
		table_json(table, &json, "works");
		json_finish(&json);
	} else {
		table_print(table, stdout, TABLE_TEXT);
	}
	table_destroy(table);
	return EXIT_GOOD;
}

static int take_work(
	struct compare_options *chosen, int noperands, char **operands)
{
	const char *name = noperands ? operands[0] : "primes";
	const char *near;

	chosen->work = work_find(name);
	if (chosen->work)
		return 0;
	near = suggest(name, work_of, NULL);
	msg_error("there is no work %s%s%s", text_quote(name).text,
		near ? "; most similar: " : "", near ? near : "");
	msg_hint("try 'conc compare --list-works'");
	return EXIT_USAGE;
}

bool compare_to_stdout(const struct compare_options *chosen)
{
	return chosen->svg && strcmp(chosen->svg, "-") == 0;
}

/* Only one thing can be on stdout, and only the text has room for bars. */
static int check_forms(const struct compare_options *chosen)
{
	int forms = global.json + chosen->csv + chosen->markdown +
		    compare_to_stdout(chosen);

	if (forms > 1)
		msg_error("only one of --json, --csv, --markdown and "
			  "'--svg -' can go to stdout");
	else if (forms && chosen->chart)
		msg_error("--chart goes with the table for people, and with "
			  "none of --json, --csv, --markdown and '--svg -'");
	else if (chosen->svg && !*chosen->svg)
		msg_error("--svg needs the name of a file");
	else
		return 0;
	msg_hint("try 'conc compare --json --svg FILE'");
	return EXIT_USAGE;
}

static int check_size(const struct compare_options *chosen)
{
	const struct work *work = chosen->work;

	if (chosen->size <= work->max_size)
		return 0;
	msg_error("--size %" PRIu64 " is too much for %s: its %s is 1 to "
		  "%" PRIu64,
		chosen->size, work->name, work->size_means, work->max_size);
	msg_hint("try 'conc compare %s --size %" PRIu64 "'", work->name,
		work->default_size);
	return EXIT_USAGE;
}

int compare_refuse_svg(const char *path, int status)
{
	msg_error("cannot write %s: %s", text_quote(path).text,
		strerror(-status));
	msg_hint("try '--svg -' and a shell's redirection, or another folder");
	return EXIT_REFUSED;
}

/* Better now than after half a minute of measuring. */
static int check_svg(const struct compare_options *chosen)
{
	int status;

	if (!chosen->svg || compare_to_stdout(chosen))
		return 0;
	status = savefile_try(chosen->svg);
	return status < 0 ? compare_refuse_svg(chosen->svg, status) : 0;
}

static bool has_measured(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->nrows; i++)
		if (comparison->rows[i].nruns)
			return true;
	return false;
}

static int report(
	struct comparison *comparison, const struct compare_options *chosen)
{
	int status;

	if (comparison->partial && !has_measured(comparison)) {
		msg_warning("interrupted before anything was measured");
		return EXIT_NO;
	}
	compare_rank(comparison);
	if (comparison->partial)
		msg_warning("interrupted: the result is partial");
	else
		compare_warn_after(comparison);
	status = compare_print(comparison, chosen);
	return status ? status : compare_judge(comparison);
}

static int refuse_helper(int status)
{
	msg_error("cannot start the process that takes the measurements: %s",
		strerror(-status));
	msg_hint("see 'ulimit -u' and 'ulimit -n'");
	return EXIT_REFUSED;
}

/*
 * The helper comes first, while this process is still small. An interrupt
 * must not end us before its children have ended.
 */
static int run_comparison(const struct compare_options *chosen)
{
	struct comparison comparison;
	struct measure measure;
	int status;

	interrupt_catch();
	status = measure_open(&measure);
	if (status < 0)
		return refuse_helper(status);
	if (compare_plan(&comparison, chosen) < 0) {
		measure_close(&measure);
		return compare_refuse_memory();
	}
	host_describe(&comparison.host);
	compare_warn_before(&comparison);
	status = compare_measure(&comparison, &measure, chosen->runs);
	measure_close(&measure);
	if (status == 0)
		status = report(&comparison, chosen);
	compare_free(&comparison);
	return status;
}

static int run_compare(const void *given, int noperands, char **operands)
{
	struct compare_options chosen = *(const struct compare_options *)given;
	int status;

	if (chosen.list_works)
		return list_works();
	status = take_work(&chosen, noperands, operands);
	if (status == 0)
		status = check_forms(&chosen);
	if (status == 0)
		status = check_size(&chosen);
	if (status == 0)
		status = check_svg(&chosen);
	return status ? status : run_comparison(&chosen);
}

static const struct command_example examples[] = {
	{"conc compare", "count the primes to 10^9 in every model"},
	{"conc compare queens --threads 1,2,4",
		"place queens with more and more workers"},
	{"conc compare sleepers --models seq,threads,async",
		"who is good at waiting?"},
	{"conc compare counter", "what does a lock cost, and what its lack?"},
	{"conc compare --svg chart.svg --chart", "draw it, too"},
	{NULL, NULL},
};

static const struct command_variable environment[] = {
	{"OMP_NUM_THREADS", "number of workers when nothing else says so"},
	{"OMP_THREAD_LIMIT", "upper limit to what is not set by an option"},
	{NULL, NULL},
};

static const struct command_member json[] = {
	{"schema, version", "conc.compare, and the version of that, 1"},
	{"work, size, unit", "what was done, how much, and what it counts"},
	{"reference, runs", "the model that speed-ups are relative to, and how "
			    "often each was measured"},
	{"partial", "whether an interrupt left something undone"},
	{"environment",
		"cpu, cpus_online, cpus_affinity, cpus_quota (0: none), "
		"cpus_usable, governor, kernel, libc, load_average at the "
		"start, conc_version, conc_commit"},
	{"results, without_lock",
		"an object for each row, the best first, and for the same work "
		"without its lock; the members below are theirs, and those "
		"with one value are the columns of --csv"},
	{"command, mean, stddev, median, user, system, min, max, times, "
	 "memory_usage_byte, exit_codes, parameters",
		"as hyperfine has them, in seconds and bytes"},
	{"model, workers, processors",
		"processors: the CPUs that so many workers can be on"},
	{"rank, status, reason",
		"from 1, or null; right, wrong, failed, impossible, not run or "
		"no lock; why"},
	{"answer, checksum, lost",
		"the number, the checksum of all that is known of the answer, "
		"and without a lock how many updates the worst run lost"},
	{"wall_s, wall_mad_s, wall_mean_s, wall_stddev_s, wall_min_s, "
	 "wall_max_s",
		"seconds on the clock: median, median absolute deviation, "
		"mean, standard deviation, least, most"},
	{"user_s, system_s, cpu_percent",
		"means of all processes together, and their sum over "
		"wall_mean_s"},
	{"speedup, speedup_error, efficiency, serial_fraction",
		"against the reference; null where there is nothing to say"},
	{"memory_bytes", "the largest peak of all runs"},
	{"voluntary_switches, involuntary_switches, minor_faults, "
	 "major_faults, threads, processes, coroutines, handovers",
		"medians; the last four are what the model created and how "
		"often the lock of gil went to another thread"},
	{"workers_refused, workers_crashed, items_redone", "over all runs"},
	{"works, settings",
		"of --list-works and --print-config: objects with name, "
		"summary, size_means, default_size, value and from"},
	{NULL, NULL},
};

const struct command command_compare = {
	.name = "compare",
	.summary = "do the same work in every model, and measure",
	.about = "Do the same WORK (default: primes) in every model of "
		 "concurrency, in turn, each run in a fresh process: how long "
		 "it takes, what it costs, and when to use which.",
	.operands = "[WORK]",
	.operands_max = 1,
	.operand_choice = work_name,
	.options = options,
	.options_size = sizeof(struct compare_options),
	.examples = examples,
	.environment = environment,
	.json = json,
	.notes = "The time is that of preparing the work and doing it; the "
		 "start of the fresh process is not in it, though user and "
		 "system time are of all the process did. Answers are "
		 "compared with that of the model seq: a wrong one ranks "
		 "last, and the exit status is 1. When a run was killed or "
		 "refused, the others go on, and the exit status is 3.\n\n"
		 "The serial fraction is that of Karp and Flatt: what share "
		 "of the work would have to be serial to explain the "
		 "speed-up. When it grows with the number of workers, "
		 "overhead is to blame.\n\n"
		 "Each result of --json has all members of hyperfine's; what "
		 "there is beside them is in the man page: "
		 "conc man compare | man -l -\n\n"
		 "With --quiet there is the table alone.",
	.run = run_compare,
};
