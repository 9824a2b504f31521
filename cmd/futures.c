/*
 * conc futures: results as they come, and what a timeout leaves unfinished.
 */
#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/nap.h"
#include "cmd/report.h"
#include "lib/clock.h"
#include "lib/pool.h"

#include <errno.h>
#include <string.h>

struct options {
	struct opt_durations delays;
	uint64_t timeout;
};

#define FIELD(field) offsetof(struct options, field)
#define MOST_NS (3600 * CLOCK_NS_PER_S)

static const struct opt options[] = {
	{.name = "delays",
		.letter = 'd',
		.kind = OPT_DURATIONS,
		.argument = "LIST",
		.offset = FIELD(delays),
		.max = MOST_NS,
		.help = "a future for each, which is there after that time"},
	{.name = "timeout",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(timeout),
		.max = MOST_NS,
		.default_text = "none",
		.help = "for how long to wait for all of them; 0 is for ever"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

struct run {
	uint64_t start_ns;
	struct nap nap;
	unsigned n;
	struct job {
		struct run *run;
		uint64_t delay_ns;
	} jobs[OPT_LIST_MOST];
	struct future *futures[OPT_LIST_MOST];
};

static int come_after_a_while(
	void *arg, union future_value *value, struct failure *failure)
{
	const struct job *job = arg;

	(void)failure;
	nap_until(&job->run->nap, job->run->start_ns + job->delay_ns);
	value->word = job->delay_ns;
	return 0;
}

static int submit_all(
	struct run *run, struct pool *pool, const struct opt_durations *delays)
{
	run->start_ns = clock_now();
	for (unsigned i = 0; i < delays->n; i++) {
		int status;

		run->jobs[i] = (struct job){run, delays->values[i]};
		status = pool_submit(pool, come_after_a_while, &run->jobs[i],
			&run->futures[i]);
		if (status < 0)
			return status;
		run->n++;
	}
	return 0;
}

static void tell_one(struct report *report, struct future *future)
{
	union future_value value = {0};

	future_result(future, 0, &value, NULL);
	report_item(report, "%g", (double)value.word / (double)CLOCK_NS_PER_S);
}

/* Returns EXIT_GOOD, or EXIT_NO when time ran out. */
static int tell_as_completed(struct report *report, const struct run *run,
	struct as_completed *iterator)
{
	struct future *future;
	size_t unfinished = 0;
	char text[80];
	int status;

	report_list(report, "completed");
	while ((status = as_completed_next(iterator, &future)) == 1)
		tell_one(report, future);
	report_list_end(report);
	if (status < 0) {
		unfinished = as_completed_unfinished(
			iterator, text, sizeof(text));
		if (report->is_json)
			report_say(report, "timeout", NULL, text);
		else
			printf("%s\n", text);
	}
	report_count(report, "futures", NULL, run->n);
	report_count(report, "unfinished", NULL, unfinished);
	report_time(report, "wall", NULL, clock_now() - run->start_ns);
	return status < 0 ? EXIT_NO : EXIT_GOOD;
}

static int tell(
	struct report *report, struct run *run, const struct options *chosen)
{
	struct as_completed *iterator;
	uint64_t deadline = chosen->timeout ? run->start_ns + chosen->timeout
					    : CLOCK_NEVER;
	int status = as_completed_create(
		run->futures, run->n, deadline, &iterator);

	if (status < 0)
		return status;
	status = tell_as_completed(report, run, iterator);
	as_completed_destroy(iterator);
	report_explain(report,
		status ? "Time ran out: what was there had been told, and the "
			 "rest is counted."
		       : "Each result was told when it was there, not when it "
			 "was asked for.",
		status ? "The timeout is that of all together, not of each."
		       : "The slowest does not hold up the others.");
	return status;
}

static int run_futures(const struct options *chosen, struct pool *pool)
{
	struct run run = {.n = 0};
	struct report report;
	int status = submit_all(&run, pool, &chosen->delays);

	if (status == 0) {
		report_begin(&report, "conc.futures");
		status = tell(&report, &run, chosen);
		report_end(&report);
	}
	/* Nobody wants the rest: those that have not begun never will. */
	for (unsigned i = 0; i < run.n; i++)
		future_cancel(run.futures[i]);
	nap_ring(&run.nap);
	pool_shutdown(pool, POOL_WAIT);
	for (unsigned i = 0; i < run.n; i++)
		future_unref(run.futures[i]);
	return status;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	struct pool *pool;
	int status = pool_create(
		&(struct pool_options){
			.size = (int)chosen->delays.n, .name = "future"},
		&pool);

	(void)noperands;
	(void)operands;
	if (status == 0) {
		status = run_futures(chosen, pool);
		pool_destroy(pool);
	}
	if (status >= 0)
		return status;
	msg_error("cannot run the jobs: %s", strerror(-status));
	msg_hint("try 'conc futures --delays 0.1'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc futures --delays 3,1,2", "1, 2, 3: as they come"},
	{"conc futures --delays 3,1,2 --timeout 1.5",
		"1, and two that are not waited for"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"completed", "the delays in seconds, as they came"},
	{"timeout", "what was not there in time"},
	{"futures, unfinished, wall_s", "how many there were, how many were "
					"not there in time, and the time"},
	{NULL, NULL},
};

static const struct options defaults = {
	.delays = {.n = 3,
		.values = {300 * CLOCK_NS_PER_MS, 100 * CLOCK_NS_PER_MS,
			200 * CLOCK_NS_PER_MS}}};

const struct command command_futures = {
	.name = "futures",
	.summary = "take results as they come",
	.about = "Each delay is a job that is done after so long, all at the "
		 "same time. Their results are told as they come, until all "
		 "are there or the time has run out.",
	.lesson = "18-thread-pool",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
