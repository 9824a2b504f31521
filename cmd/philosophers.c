/*
 * conc philosophers: everybody takes the left fork and waits for the right
 * one. The deadlock is made, found and told of; and three ways out of it.
 */
#include "cmd/philosophers.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"

#include <string.h>

struct options {
	unsigned n;
	unsigned fix;
	uint64_t meals;
};

static const char *const fixes[] = {"none", "order", "seats", "waiter", NULL};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "n",
		.letter = 'n',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(n),
		.min = 2,
		.max = PHILOSOPHERS_MOST,
		.help = "how many philosophers, and forks"},
	{.name = "fix",
		.letter = 'f',
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.choices = fixes,
		.offset = FIELD(fix),
		.help = "none: left fork first; order: the lower fork first; "
			"seats: one fewer at the table; waiter: one at a time "
			"takes forks"},
	{.name = "meals",
		.letter = 'm',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(meals),
		.min = 1,
		.max = UINT64_C(1000000000),
		.help = "how often each would eat if all were equal"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct table_column columns[] = {
	{.key = "philosopher", .heading = "philosopher"},
	{.key = "meals", .heading = "meals", .align = TABLE_RIGHT},
	{.key = "waits", .heading = "waits", .align = TABLE_RIGHT},
};

static int refused(int status)
{
	msg_error("cannot start the threads: %s", strerror(-status));
	msg_hint("try 'conc philosophers --n 2'");
	return EXIT_REFUSED;
}

static struct table *meals_table(
	const struct philosopher had[PHILOSOPHERS_MOST], unsigned n)
{
	struct table *table = table_create(
		columns, sizeof(columns) / sizeof(columns[0]));

	for (unsigned i = 0; table && i < n; i++) {
		table_row(table);
		table_format_text(table, "diner-%u", i);
		table_uint(table, had[i].nmeals);
		table_uint(table, had[i].nwaits);
	}
	return table;
}

static void sum_up(struct report *report,
	const struct philosopher had[PHILOSOPHERS_MOST], unsigned n)
{
	uint64_t sum = 0, fewest = UINT64_MAX, most = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t meals = had[i].nmeals;

		sum += meals;
		fewest = meals < fewest ? meals : fewest;
		most = meals > most ? meals : most;
	}
	report_count(report, "meals", NULL, sum);
	report_count(report, "fewest", NULL, fewest);
	report_count(report, "most", NULL, most);
	report_line(report);
}

static const char *const explained[][2] = {
	[PHILOSOPHERS_NONE] = {"Each holds the fork that its neighbour wants: "
			       "a circle in the wait-for graph.",
		"Nobody in it will ever go on. Try --fix order, seats or "
		"waiter."},
	[PHILOSOPHERS_ORDER] = {"All take the lower of their two forks first, "
				"so the last one reaches across.",
		"Who holds the highest fork wants no other: no circle can "
		"close."},
	[PHILOSOPHERS_SEATS] = {"One fewer at the table than there are forks: "
				"somebody has two.",
		"It eats, puts them down, and the next one can."},
	[PHILOSOPHERS_WAITER] = {"Who takes forks holds the waiter, and nobody "
				 "else takes one meanwhile.",
		"Those who eat want nothing more, so the waiter comes free."},
};

/* Returns 0, -ENOMEM. */
static int tell(struct report *report, const struct options *chosen,
	struct philosophers *philosophers)
{
	struct philosopher had[PHILOSOPHERS_MOST];
	bool naive = chosen->fix == PHILOSOPHERS_NONE;
	int status = 0;

	report_say(report, "fix", NULL, fixes[chosen->fix]);
	report_count(report, "philosophers", NULL, chosen->n);
	report_line(report);
	if (naive) {
		philosophers_await_deadlock(philosophers);
		status = deadlock_report(report);
	} else {
		report_flag(report, "deadlock", "deadlock", false);
	}
	philosophers_end(philosophers, had);
	if (!naive)
		status = report_table(
			report, "diners", meals_table(had, chosen->n));
	sum_up(report, had, chosen->n);
	report_explain(
		report, explained[chosen->fix][0], explained[chosen->fix][1]);
	return status < 0 ? status : 0;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	struct philosophers *philosophers;
	struct report report;
	int status = philosophers_sit(chosen->n, chosen->fix,
		chosen->n * chosen->meals, &philosophers);

	(void)noperands;
	(void)operands;
	if (status < 0)
		return refused(status);
	report_begin(&report, "conc.philosophers");
	status = tell(&report, chosen, philosophers);
	report_end(&report);
	return status < 0 ? refused(status) : EXIT_GOOD;
}

static const struct command_example examples[] = {
	{"conc philosophers", "all starve, and why"},
	{"conc philosophers --fix order", "the same, but none ever does"},
	{"conc philosophers --fix waiter --n 9", "nine, and a waiter"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"fix, philosophers", "the way out, and how many there are"},
	{"deadlock", "whether a circle was found in the wait-for graph"},
	{"cycle", "the circle: one object for each thread in it"},
	{"thread, holds, wants, held_by", "what it holds, what it waits for, "
					  "and who has that"},
	{"diners, philosopher", "one object for each of them, and its name"},
	{"meals, waits", "how often it ate, and how often it had to wait"},
	{"fewest, most", "meals of one of them"},
	{NULL, NULL},
};

static const struct options defaults = {.n = 5, .meals = 1000};

const struct command command_philosophers = {
	.name = "philosophers",
	.summary = "dine with philosophers: a deadlock and three ways out",
	.about = "Philosophers sit around a table with one fork between each "
		 "two, and need two forks to eat. If each takes its left one "
		 "and waits for the right one, all wait for ever. Without a "
		 "fix they are made to meet just so, and the wait-for graph "
		 "shows it; with one they eat.",
	.lesson = "09-philosophers",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
