/*
 * conc race: what is lost when threads change a number and nothing keeps them
 * apart, measured in this run or forced step by step.
 */
#include "cmd/race.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"

#include <string.h>

struct options {
	unsigned threads;
	bool threads_given;
	uint64_t n;
	bool n_given;
	unsigned mode;
	struct opt_list schedule;
};

static const char *const modes[] = {"none", "atomic", "mutex", NULL};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(threads),
		.given = FIELD(threads_given),
		.min = 1,
		.max = 256,
		.help = "how many threads add"},
	{.name = "n",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(n),
		.given = FIELD(n_given),
		.min = 1,
		.max = UINT64_C(1000000000000),
		.help = "how often each of them adds 1"},
	{.name = "mode",
		.letter = 'm',
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.choices = modes,
		.offset = FIELD(mode),
		.default_text = "all three; none with --schedule",
		.help = "what keeps the threads apart"},
	{.name = "schedule",
		.kind = OPT_COUNTS,
		.argument = "LIST",
		.offset = FIELD(schedule),
		.min = 1,
		.max = RACE_MOST_PLAYERS,
		.help = "take the steps in this order: each number is a "
			"thread, and each thread has two steps, read and "
			"write"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct table_column run_columns[] = {
	{.key = "mode", .heading = "mode"},
	{.key = "threads", .heading = "threads", .align = TABLE_RIGHT},
	{.key = "expected", .heading = "expected", .align = TABLE_RIGHT},
	{.key = "got", .heading = "got", .align = TABLE_RIGHT},
	{.key = "lost", .heading = "lost", .align = TABLE_RIGHT},
	{.key = "ns_per_addition",
		.heading = "per addition",
		.unit = "ns",
		.align = TABLE_RIGHT},
};

static const struct table_column step_columns[] = {
	{.key = "step", .heading = "step", .align = TABLE_RIGHT},
	{.key = "thread", .heading = "thread", .align = TABLE_RIGHT},
	{.key = "does", .heading = "does"},
	{.key = "counter", .heading = "counter", .align = TABLE_RIGHT},
	{.key = "beyond",
		.heading = "beyond the schedule",
		.where = TABLE_PROGRAMS},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int refused(int status)
{
	msg_error("cannot start the threads: %s", strerror(-status));
	msg_hint("try 'conc race --threads 2'");
	return EXIT_REFUSED;
}

static void add_row(struct table *table, enum race_mode mode,
	const struct race_result *result)
{
	table_row(table);
	table_text(table, modes[mode]);
	table_uint(table, result->nthreads);
	table_uint(table, result->expected);
	table_uint(table, result->got);
	table_uint(table, result->expected - result->got);
	table_real(
		table, (double)result->wall_ns / (double)result->expected, 1);
}

static int run_modes(
	const struct options *chosen, struct table *table, uint64_t *lost)
{
	const bool all = chosen->mode == OPT_UNSET;
	unsigned first = all ? RACE_NONE : chosen->mode;
	unsigned last = all ? RACE_NMODES - 1 : chosen->mode;
	struct race_result result;

	for (unsigned mode = first; mode <= last; mode++) {
		int status = race_run(
			mode, chosen->threads, chosen->n, &result);

		if (status < 0)
			return status;
		if (table)
			add_row(table, mode, &result);
		*lost += result.expected - result.got;
	}
	return 0;
}

static int measure(const struct options *chosen)
{
	struct table *table = table_create(run_columns, COUNT(run_columns));
	struct report report;
	uint64_t lost = 0;
	int status = run_modes(chosen, table, &lost);

	if (status < 0) {
		table_destroy(table);
		return refused(status);
	}
	report_begin(&report, "conc.race");
	status = report_table(&report, "runs", table);
	report_explain(&report,
		"Adding is read, add, write: who writes what another has "
		"overtaken undoes it.",
		lost ? "How much is lost is luck; --schedule 1,2,2,1 is none."
		     : "Nothing was lost here, which is luck; --schedule "
		       "1,2,2,1 is none.");
	report_end(&report);
	return status < 0 ? refused(status) : EXIT_GOOD;
}

static const char *const seen[RACE_NMODES][2] = {
	[RACE_NONE] = {"Each read what was there and wrote one more: all "
		       "updates count.",
		"A write after another's, of what was read before it, undoes "
		"that one."},
	[RACE_ATOMIC] = {"Reading, adding and writing are one step, into which "
			 "nobody can come.",
		"No order of steps loses an update."},
	[RACE_MUTEX] = {"Who finds the lock taken waits, whatever the "
			"schedule says.",
		"Reading and writing belong together, and the lock keeps them "
		"so."},
};

static void explain(struct report *report, enum race_mode mode,
	const struct race_play *play)
{
	if (play->got < play->expected)
		report_explain(report,
			"A thread wrote one more than what it had read before "
			"another wrote:",
			"the other's update is lost. Try --mode atomic or "
			"--mode mutex.");
	else
		report_explain(report, seen[mode][0], seen[mode][1]);
}

static struct table *steps_table(const struct race_play *play)
{
	struct table *table = table_create(step_columns, COUNT(step_columns));

	for (unsigned i = 0; table && i < play->nsteps; i++) {
		const struct race_step *step = &play->steps[i];

		table_row(table);
		table_uint(table, i + 1);
		table_uint(table, step->thread);
		table_text(table, step->did);
		table_uint(table, step->counter);
		table_bool(table, step->beyond);
	}
	return table;
}

static void report_outcome(struct report *report, const struct race_play *play)
{
	if (!report->is_json) {
		printf("expected %llu got %llu\n",
			(unsigned long long)play->expected,
			(unsigned long long)play->got);
		return;
	}
	report_count(report, "expected", NULL, play->expected);
	report_count(report, "got", NULL, play->got);
}

static int play_schedule(const struct options *chosen, unsigned nplayers)
{
	enum race_mode mode = chosen->mode == OPT_UNSET ? RACE_NONE
							: chosen->mode;
	struct race_play play;
	struct report report;
	int status = race_play(mode, nplayers, &chosen->schedule, &play);

	if (status < 0)
		return refused(status);
	report_begin(&report, "conc.race.schedule");
	if (report.is_json)
		report_say(&report, "mode", NULL, modes[mode]);
	status = report_table(&report, "steps", steps_table(&play));
	report_outcome(&report, &play);
	explain(&report, mode, &play);
	report_end(&report);
	return status < 0 ? refused(status) : EXIT_GOOD;
}

static unsigned turns_of(const struct opt_list *schedule, unsigned thread)
{
	unsigned n = 0;

	for (unsigned i = 0; i < schedule->n; i++)
		n += schedule->values[i] == thread;
	return n;
}

static unsigned greatest(const struct opt_list *list)
{
	unsigned most = 0;

	for (unsigned i = 0; i < list->n; i++)
		most = list->values[i] > most ? list->values[i] : most;
	return most;
}

static int refuse_schedule(void)
{
	msg_hint("try 'conc race --schedule 1,2,2,1'");
	return EXIT_USAGE;
}

/* Returns 0, or EXIT_USAGE after saying what is wrong. */
static int check_schedule(const struct options *chosen, unsigned nplayers)
{
	if (chosen->n_given) {
		msg_error("--n means nothing with --schedule: each adds once");
		return refuse_schedule();
	}
	if (chosen->threads_given && chosen->threads != nplayers) {
		msg_error("--threads is %u, and --schedule names %u threads",
			chosen->threads, nplayers);
		return refuse_schedule();
	}
	if (nplayers < 2) {
		msg_error("--schedule needs at least two threads");
		return refuse_schedule();
	}
	for (unsigned i = 1; i <= nplayers; i++) {
		unsigned turns = turns_of(&chosen->schedule, i);

		if (turns == RACE_STEPS_EACH)
			continue;
		msg_error("--schedule names thread %u %u times; each has two "
			  "steps, read and write",
			i, turns);
		return refuse_schedule();
	}
	return 0;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	unsigned nplayers = greatest(&chosen->schedule);
	int code;

	(void)noperands;
	(void)operands;
	if (!chosen->schedule.n)
		return measure(chosen);
	code = check_schedule(chosen, nplayers);
	return code ? code : play_schedule(chosen, nplayers);
}

static const struct command_example examples[] = {
	{"conc race", "four threads, with and without what keeps them apart"},
	{"conc race --schedule 1,2,2,1", "an update is lost, without any luck"},
	{"conc race --schedule 1,2,2,1 --mode mutex",
		"the same order, and the lock that forbids it"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"runs", "one object for each mode"},
	{"mode", "what keeps the threads apart: none, atomic or mutex"},
	{"threads", "how many threads added"},
	{"expected, got, lost", "what the number should be, what it is, and "
				"the difference"},
	{"ns_per_addition", "wall time by all additions"},
	{"steps", "with --schedule: one object for each turn"},
	{"step, thread, does, counter", "the turn, whose it was, what was done "
					"and the number afterwards"},
	{"beyond", "the turn came after the end of the schedule"},
	{NULL, NULL},
};

static const struct options defaults = {
	.threads = 4, .n = 1000000, .mode = OPT_UNSET};

const struct command command_race = {
	.name = "race",
	.summary = "add to one number from many threads and lose count",
	.about = "Several threads add 1 to the same number, as often as told, "
		 "and start together. Without anything that keeps them apart "
		 "updates are lost, when they happen to meet; with --schedule "
		 "they meet as told, and what follows is always the same.",
	.lesson = "05-data-race",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
