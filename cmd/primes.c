#include "cmd/primes.h"

#include "cmd/command.h"
#include "cmd/global.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/threads.h"

#include <stddef.h>
#include <stdio.h>

enum {
	DEFAULT_HI = 1000000000
};

static const char *model_name(size_t i)
{
	return models[i] ? models[i]->name : NULL;
}

static const char *sieve_name(size_t i)
{
	return sieve_kinds[i] ? sieve_kinds[i]->name : NULL;
}

const struct model *primes_model(const struct primes_options *options)
{
	return models[options->model];
}

const struct sieve_kind *primes_sieve(const struct primes_options *options)
{
	return sieve_kinds[options->sieve];
}

static const char *const schedule_names[] = {
	[SCHEDULE_DYNAMIC] = "dynamic",
	[SCHEDULE_STATIC] = "static",
	[SCHEDULE_QUEUE] = "queue",
	NULL,
};

static void default_model(void *field, char *origin, size_t origin_size)
{
	unsigned *index = field;

	while (models[*index] != model_find("threads"))
		++*index;
	snprintf(origin, origin_size, "default");
}

static void default_sieve(void *field, char *origin, size_t origin_size)
{
	unsigned *index = field;

	while (sieve_kinds[*index] != sieve_find("best"))
		++*index;
	snprintf(origin, origin_size, "default");
}

#define FIELD(name) offsetof(struct primes_options, name)

static const struct opt options[] = {
	{.name = "count",
		.letter = 'c',
		.kind = OPT_FLAG,
		.offset = FIELD(count),
		.help = "print how many there are"},
	{.name = "sum",
		.kind = OPT_FLAG,
		.offset = FIELD(sum),
		.help = "print their sum, to 128 bits"},
	{.name = "last",
		.kind = OPT_FLAG,
		.offset = FIELD(last),
		.help = "print the last one"},
	{.name = "print",
		.letter = 'p',
		.kind = OPT_FLAG,
		.offset = FIELD(print),
		.help = "print all of them, one on a line"},
	{.name = "nth",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(nth),
		.min = 1,
		.help = "print the N-th prime, counted from LO on"},
	{.name = "twins",
		.kind = OPT_FLAG,
		.offset = FIELD(tuplets[2]),
		.help = "print how many twins there are: (p, p+2)"},
	{.name = "triplets",
		.kind = OPT_FLAG,
		.offset = FIELD(tuplets[3]),
		.help = "print how many triplets: (p, p+2 or p+4, p+6)"},
	{.name = "quadruplets",
		.kind = OPT_FLAG,
		.offset = FIELD(tuplets[4]),
		.help = "print how many quadruplets: (p, p+2, p+6, p+8)"},
	{.name = "quintuplets",
		.kind = OPT_FLAG,
		.offset = FIELD(tuplets[5]),
		.help = "print how many closest groups of five, 12 wide"},
	{.name = "sextuplets",
		.kind = OPT_FLAG,
		.offset = FIELD(tuplets[6]),
		.help = "print how many closest groups of six, 16 wide"},
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(threads),
		.min = 1,
		.max = MODEL_MAX_WIDTH,
		.env = "CONC_NUM_THREADS",
		.computed = threads_default,
		.default_text = "OMP_NUM_THREADS, else the usable CPUs",
		.help = "workers: threads, or processes in the process models"},
	{.name = "model",
		.letter = 'm',
		.kind = OPT_CHOICE,
		.argument = "NAME",
		.offset = FIELD(model),
		.choice = model_name,
		.computed = default_model,
		.default_text = "threads",
		.help = "who does the work; see --list-models"},
	{.name = "schedule",
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.offset = FIELD(schedule),
		.given = FIELD(schedule_given),
		.choices = schedule_names,
		.help = "how the model threads hands out blocks: from a "
			"counter under a lock, in advance, or through a "
			"bounded queue"},
	{.name = "sieve",
		.letter = 's',
		.kind = OPT_CHOICE,
		.argument = "NAME",
		.offset = FIELD(sieve),
		.given = FIELD(sieve_given),
		.choice = sieve_name,
		.computed = default_sieve,
		.default_text = "best",
		.help = "the algorithm; see --list-sieves"},
	PRIMES_PIPELINE_ROWS(FIELD(pipeline)),
	{.name = "list-models",
		.kind = OPT_ACTION,
		.offset = FIELD(list_models),
		.help = "list the models, the name first, and do nothing else"},
	{.name = "list-sieves",
		.kind = OPT_ACTION,
		.offset = FIELD(list_sieves),
		.help = "list the sieves from the slowest to the fastest"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

/* A line each, the name first and no heading, so that scripts can cut it. */
struct list {
	struct json json;
};

static void list_begin(struct list *list, const char *schema, const char *key)
{
	if (!global.json)
		return;
	json_begin(&list->json, stdout, schema);
	json_array(&list->json, key);
}

static void list_entry(struct list *list, const char *name, const char *summary,
	const char *more_key, const char *more)
{
	if (!global.json) {
		printf("%-10s %s\n", name, summary);
		return;
	}
	json_object(&list->json, NULL);
	json_string(&list->json, "name", name);
	json_string(&list->json, "summary", summary);
	json_string(&list->json, more_key, more);
	json_end(&list->json);
}

static int list_end(struct list *list)
{
	if (global.json) {
		json_end(&list->json);
		json_finish(&list->json);
	}
	return EXIT_GOOD;
}

static int list_models(void)
{
	struct list list;

	list_begin(&list, "conc.models", "models");
	for (int i = 0; models[i]; i++)
		list_entry(&list, models[i]->name, models[i]->summary, "when",
			models[i]->when);
	return list_end(&list);
}

static int list_sieves(void)
{
	struct list list;

	list_begin(&list, "conc.sieves", "sieves");
	for (int i = 0; sieve_kinds[i]; i++)
		list_entry(&list, sieve_kinds[i]->name, sieve_kinds[i]->summary,
			"source", sieve_kinds[i]->source);
	return list_end(&list);
}

/* One operand is HI, or with --nth LO: there is no end to look for. */
static int take_operands(
	struct primes_options *chosen, int noperands, char **operands)
{
	const char *lo = noperands == 2 || chosen->nth ? operands[0] : NULL;
	const char *hi = noperands == 2 ? operands[1] : operands[0];
	int status = 0;

	chosen->hi = chosen->nth ? UINT64_MAX : DEFAULT_HI;
	if (noperands && lo)
		status = opt_operand("LO", OPT_BOUND, 0, 0, lo, &chosen->lo);
	if (noperands && status == 0 && !(chosen->nth && noperands == 1))
		status = opt_operand("HI", OPT_BOUND, 0, 0, hi, &chosen->hi);
	if (status)
		return status;
	if (chosen->lo > chosen->hi) {
		msg_error("LO %s is greater than HI %s", operands[0],
			operands[1]);
		msg_hint("try 'conc primes %s %s'", operands[1], operands[0]);
		return EXIT_USAGE;
	}
	return 0;
}

static bool wants_tuplets(const struct primes_options *chosen)
{
	for (int k = 2; k <= PRIMES_LARGEST_TUPLET; k++) {
		if (chosen->tuplets[k])
			return true;
	}
	return false;
}

static bool wants_numbers(const struct primes_options *chosen)
{
	return chosen->count || chosen->sum || chosen->last || chosen->nth ||
	       wants_tuplets(chosen);
}

/*
 * Returns 0, or EXIT_USAGE when two choices contradict each other. A schedule
 * from conc.conf is for the models that have one.
 */
static int check_choices(struct primes_options *chosen)
{
	if (chosen->print && wants_numbers(chosen)) {
		msg_error("--print prints the primes themselves and goes "
			  "with none of --count, --sum, --last, --nth or "
			  "the tuplets");
		msg_hint("try 'conc primes 100 --print'");
		return EXIT_USAGE;
	}
	if (!primes_model(chosen)->schedules && !chosen->schedule_given)
		chosen->schedule = SCHEDULE_DYNAMIC;
	if (chosen->schedule != SCHEDULE_DYNAMIC &&
		!primes_model(chosen)->schedules) {
		msg_error("--schedule means nothing to the model %s",
			primes_model(chosen)->name);
		msg_hint("try '--model threads --schedule %s'",
			schedule_names[chosen->schedule]);
		return EXIT_USAGE;
	}
	return 0;
}

static unsigned wants(const struct primes_options *chosen)
{
	return (chosen->sum ? PRIMES_SUM : 0) |
	       (wants_tuplets(chosen) ? PRIMES_TUPLETS : 0) |
	       (chosen->print ? PRIMES_TEXT : 0);
}

static int run_primes(const void *given, int noperands, char **operands)
{
	struct primes_options chosen = *(const struct primes_options *)given;
	struct primes_run run = {0};
	int status;

	if (chosen.list_models)
		return list_models();
	if (chosen.list_sieves)
		return list_sieves();
	status = take_operands(&chosen, noperands, operands);
	if (status == 0)
		status = primes_pipeline_choose(&chosen, noperands > 0);
	if (status == 0 && chosen.pipeline.on)
		return primes_pipeline_run(&chosen.pipeline);
	if (status == 0)
		status = check_choices(&chosen);
	if (status)
		return status;
	status = chosen.nth ? primes_nth(&chosen, &run)
			    : primes_measure(&chosen, wants(&chosen), &run);
	if (status == 0 && !chosen.print)
		primes_print(&chosen, &run);
	return status;
}

static const struct command_example examples[] = {
	{"conc primes 1e9", "count the primes up to 10^9, on all CPUs"},
	{"conc primes 1e9 --threads 1 --sieve bytes",
		"the same by a simple sieve, to see what algorithms are worth"},
	{"conc primes 1e18 1e18+1e8", "look at a window far out"},
	{"conc primes 1e9 --model procs", "by processes instead of threads"},
	{"conc primes 100 --print", "print them"},
	{"conc primes 1e4 --pipeline --block 10 --model procs --trace",
		"watch blocks wait for the blocks they depend on"},
	{"conc primes --nth 1e6", "print the millionth prime"},
	{NULL, NULL},
};

static const struct command_variable environment[] = {
	{"OMP_NUM_THREADS", "number of workers when nothing else says so; the "
			    "first of a list counts, nonsense is ignored"},
	{"OMP_THREAD_LIMIT", "upper limit to what is not set by an option"},
	{NULL, NULL},
};

static const struct command_member json[] = {
	{"schema, version",
		"conc.primes, with --print conc.primes.list, with --pipeline "
		"conc.primes.pipeline; the version of that, 1"},
	{"lo, hi", "the range; with --nth it ends with the prime found"},
	{"count, last", "how many, and the last one or null"},
	{"n, nth", "with --nth: which one, and the prime, or null when an "
		   "interrupt came before it"},
	{"sum", "a string, since it may need 128 bits"},
	{"twins, triplets, quadruplets, quintuplets, sextuplets",
		"how many, of those that were asked for"},
	{"primes", "with --print: the primes"},
	{"partial", "whether an interrupt left something undone"},
	{"seconds", "on the clock, with all preparations"},
	{"sieve, model", "by name"},
	{"workers_wanted", "what --threads says, though seq and async have "
			   "one whatever that is"},
	{"threads, processes, coroutines", "what the run created"},
	{"workers_refused, workers_crashed",
		"that the system did not start, or that died"},
	{"items_redone", "blocks of dead workers that others did again"},
	{"handovers", "how often the lock of gil went to another thread"},
	{"limit, block_size, window, blocks, blocks_done",
		"of a pipeline, as are those below"},
	{"top", "the count is of the primes up to this number"},
	{"workers, blocks_by_worker, blocks_redone",
		"how many were started; what each did, the main thread first; "
		"what was done again"},
	{"busy_seconds, speedup",
		"processor time of all blocks, and that over seconds"},
	{"waves, waits", "results that released blocks; blocks that a free "
			 "worker had to wait for"},
	{"max_out_of_order, max_kept",
		"most results that waited for one before them; most blocks "
		"that were being done or waited so"},
	{"trace", "with --trace, of each block: event (finished or lost), "
		  "seconds, worker, block, low, high, needs (it depends on the "
		  "blocks up to this one), prefix (blocks up to this one were "
		  "finished when it was handed out), primes, depth and before "
		  "(the block that it overtook)"},
	{"check, error", "good, or what --check has found; why it failed"},
	{"models, sieves, settings",
		"of --list-models, --list-sieves and --print-config: objects "
		"with name, summary, when, source, value and from"},
	{NULL, NULL},
};

const struct command command_primes = {
	.name = "primes",
	.summary = "find primes, by any model of concurrency",
	.about = "Find the primes from LO (default 0) to HI (default 1e9), "
		 "both included, with a segmented sieve of Eratosthenes whose "
		 "blocks are shared out among workers. Without an option that "
		 "asks for something, prints the count, the last prime and "
		 "the time.",
	.operands = "[LO] [HI]",
	.operands_max = 2,
	.lesson = "19-prime-sieve",
	.options = options,
	.options_size = sizeof(struct primes_options),
	.examples = examples,
	.environment = environment,
	.json = json,
	.notes = "With --quiet only the values are printed, each on its line. "
		 "An interrupted run prints what it has and says that it is "
		 "partial.\n\n"
		 "With --nth a single operand is LO.\n\n"
		 "The members of --json are in the man page: "
		 "conc man primes | man -l -",
	.run = run_primes,
};
