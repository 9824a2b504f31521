/*
 * conc coalesce: one poll may serve many updates, if none is forgotten.
 */
#include "cmd/coalesce.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"

#include "lib/clock.h"

#include <string.h>

enum scenario {
	CROWD,
	STRANDED,
	READ
};

struct options {
	unsigned policy, scenario;
	unsigned updaters;
	uint64_t updates, poll_cost;
};

/* In the order of enum coalesce_policy; a pool is where it is put off to. */
static const char *const policies[] = {
	"each", "trylock", "recheck", "pool", NULL};
static const char *const scenarios[] = {"crowd", "stranded", "read", NULL};

typedef int (*play_fn)(
	const struct coalesce_plan *plan, struct coalesce_result *result);

static const play_fn play[] = {
	[CROWD] = coalesce_crowd,
	[STRANDED] = coalesce_stranded,
	[READ] = coalesce_read,
};

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "policy",
		.letter = 'p',
		.kind = OPT_CHOICE,
		.argument = "POLICY",
		.choices = policies,
		.offset = FIELD(policy),
		.help = "who polls after an update"},
	{.name = "scenario",
		.letter = 's',
		.kind = OPT_CHOICE,
		.argument = "NAME",
		.choices = scenarios,
		.offset = FIELD(scenario),
		.help = "many updates, one in the middle of a poll, or a read "
			"before a poll"},
	{.name = "updaters",
		.letter = 'u',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(updaters),
		.min = 1,
		.max = COALESCE_MOST_UPDATERS,
		.help = "how many threads update"},
	{.name = "updates",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(updates),
		.max = 1000000000,
		.help = "how many updates for each of them, in all"},
	{.name = "poll-cost",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(poll_cost),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "how long a poll takes to send on what has changed"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const char *const seen[] = {
	[COALESCE_EACH] = "Each request polled: nothing was stranded, and "
			  "everybody waited for everybody's poll.",
	[COALESCE_TRYLOCK] = "Who found a poll going on went away; what it had "
			     "not seen of his is stranded until the next.",
	[COALESCE_RECHECK] = "Who found a poll going on left word, and the one "
			     "who polled looked again: nothing was stranded.",
	[COALESCE_DEFER] = "A thread of a pool polled for all who asked, and "
			   "looked again after each poll.",
};

static const char *const why[] = {
	[COALESCE_EACH] = "A poll serves all updates made before it; most of "
			  "these found nothing left to do.",
	[COALESCE_TRYLOCK] = "That is right only where another update always "
			     "comes; compare --policy recheck.",
	[COALESCE_RECHECK] = "First the word, then the lock; first unlocked, "
			     "then looked: one of the two sees the other.",
	[COALESCE_DEFER] = "Who asks takes the lock and the thread releases "
			   "it: a mutex would not allow that.",
};

static void say(struct report *report, const struct options *chosen,
	const struct coalesce_result *result)
{
	report_say(report, "policy", NULL, policies[chosen->policy]);
	report_time(report, "wall", NULL, result->wall_ns);
	report_line(report);
	report_count(report, "updates", NULL, result->nupdates);
	report_count(report, "polls", NULL, result->npolls);
	report_count(report, "applied", NULL, result->napplied);
	report_count(
		report, "stranded", NULL, result->nupdates - result->napplied);
	report_line(report);
	report_explain(report, seen[chosen->policy], why[chosen->policy]);
}

static void say_read(
	struct report *report, const struct coalesce_result *result)
{
	report_count(report, "updates", NULL, result->nupdates);
	report_count(report, "polls", NULL, result->npolls);
	report_line(report);
	report_count(report, "read_before_poll", NULL,
		(uint64_t)result->read_before);
	report_count(
		report, "read_after_poll", NULL, (uint64_t)result->read_after);
	report_line(report);
	report_explain(report,
		"The update was there, and a read did not show it before it "
		"was polled.",
		"Where polls are asked for, no request flushes by itself, and "
		"a read does not either.");
}

static int refused(int status)
{
	msg_error("cannot start: %s", strerror(-status));
	msg_hint("try 'conc coalesce --updaters 1'");
	return EXIT_REFUSED;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	const struct coalesce_plan plan = {
		.policy = (enum coalesce_policy)chosen->policy,
		.nupdaters = chosen->updaters,
		.nupdates = chosen->updates,
		.poll_cost_ns = chosen->poll_cost};
	struct coalesce_result result = {0};
	struct report report;
	int status = play[chosen->scenario](&plan, &result);

	(void)noperands;
	(void)operands;
	if (status < 0)
		return refused(status);
	report_begin(&report, "conc.coalesce");
	report_say(&report, "scenario", NULL, scenarios[chosen->scenario]);
	if (chosen->scenario == READ)
		say_read(&report, &result);
	else
		say(&report, chosen, &result);
	if (result.nrefused)
		msg_warning("the system refused %u of %u threads; the others "
			    "did all the work",
			result.nrefused, chosen->updaters);
	return report_end(&report);
}

static const struct command_example examples[] = {
	{"conc coalesce --policy recheck", "few polls for many updates"},
	{"conc coalesce --policy each --updates 100", "a poll for each update"},
	{"conc coalesce --scenario stranded --policy trylock",
		"the last update is never sent on"},
	{"conc coalesce --scenario stranded --policy recheck", "it is"},
	{"conc coalesce --scenario read", "a read before and after a poll"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"scenario, policy", "what was played, and who polled"},
	{"updates, polls", "how many there were"},
	{"applied, stranded", "updates that a poll has made visible, and those "
			      "that none has"},
	{"wall_s", "how long it took"},
	{"read_before_poll, read_after_poll", "with --scenario read: what was "
					      "read of a cell set to 1"},
	{NULL, NULL},
};

static const struct options defaults = {.policy = COALESCE_RECHECK,
	.scenario = CROWD,
	.updaters = 4,
	.updates = 1000,
	.poll_cost = CLOCK_NS_PER_MS};

const struct command command_coalesce = {
	.name = "coalesce",
	.summary = "many updates, few polls, and none forgotten",
	.about = "Threads update a table, and after each update somebody may "
		 "poll, which sends on all that has changed. Under the policy "
		 "each all do; under trylock those who find no poll going on; "
		 "under recheck they look again when they are done; under "
		 "pool another thread does it.",
	.lesson = "16-memory-order",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
