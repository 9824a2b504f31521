/*
 * conc map: the results of jobs that ran at the same time, in the order in
 * which they were asked for.
 */
#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/nap.h"
#include "cmd/report.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/pool.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct options {
	unsigned workers;
	unsigned fail;
	uint64_t timeout;
};

#define FIELD(field) offsetof(struct options, field)

enum {
	MOST_JOBS = 10000,
	MOST_TOLD = 60, /* jobs whose order is told */
};

#define MOST_NS (3600 * CLOCK_NS_PER_S)

static const struct opt options[] = {
	{.name = "workers",
		.letter = 'w',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(workers),
		.min = 1,
		.max = 256,
		.help = "threads at most"},
	{.name = "fail",
		.letter = 'f',
		.kind = OPT_COUNT,
		.argument = "K",
		.offset = FIELD(fail),
		.max = MOST_JOBS,
		.default_text = "none",
		.help = "the job of the K-th argument fails"},
	{.name = "timeout",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(timeout),
		.max = MOST_NS,
		.default_text = "none",
		.help = "give up after this time; 0 is never"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

struct map {
	const struct options *chosen;
	unsigned njobs;
	uint64_t start_ns;
	struct nap nap;
	atomic_uint nended;
	struct pool *pool;
	struct job {
		struct map *map;
		unsigned number; /* from 1 */
		uint64_t work_ns;
		unsigned place; /* in the order of ending, from 1; 0: not yet */
		struct future *future;
	} jobs[];
};

static int work(void *arg, union future_value *value, struct failure *failure)
{
	struct job *job = arg;
	struct map *map = job->map;

	nap_until(&map->nap, clock_now() + job->work_ns);
	job->place = atomic_fetch_add(&map->nended, 1) + 1;
	if (job->number == map->chosen->fail) {
		failure_set(failure, -EIO, NULL, "job %u", job->number);
		return -EIO;
	}
	value->word = job->work_ns;
	return 0;
}

/* Returns 0; EXIT_USAGE after saying which argument is no time; -ENOMEM. */
static int read_times(int n, char **operands, const struct options *chosen,
	struct map **result)
{
	struct map *map = calloc(
		1, sizeof(*map) + (size_t)n * sizeof(map->jobs[0]));

	if (!map)
		return -ENOMEM;
	*result = map;
	map->chosen = chosen;
	for (int i = 0; i < n; i++) {
		struct job *job = &map->jobs[i];

		job->map = map;
		job->number = (unsigned)i + 1;
		if (opt_operand("TIME", OPT_DURATION, 0, MOST_NS, operands[i],
			    &job->work_ns))
			return EXIT_USAGE;
	}
	map->njobs = (unsigned)n;
	return 0;
}

/* All of them, before the first result is asked for. */
static int submit_all(struct map *map)
{
	for (unsigned i = 0; i < map->njobs; i++) {
		struct job *job = &map->jobs[i];
		int status = pool_submit(map->pool, work, job, &job->future);

		if (status < 0)
			return status;
	}
	return 0;
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)CLOCK_NS_PER_S;
}

/* The result of the next one; false when there will be none. */
static bool tell_next(
	struct report *report, const struct job *job, uint64_t deadline_ns)
{
	union future_value value;
	struct failure failure;
	char text[120];
	int status = future_result(job->future, deadline_ns, &value, &failure);

	if (status == 0)
		report_item(report, "%g", seconds(value.word));
	else if (status == FUTURE_FAILED)
		report_item(report, "failed: %s",
			failure_format(&failure, text, sizeof(text)));
	else
		report_item(report, "timeout");
	return status == 0;
}

/*
 * Those that have not begun never will; returns how many that are. Before the
 * others wake up, or threads would be free for what waits.
 */
static unsigned cancel_rest(struct map *map, unsigned first)
{
	unsigned ncancelled = 0;

	for (unsigned i = first; i < map->njobs; i++)
		if (map->jobs[i].future)
			ncancelled += future_cancel(map->jobs[i].future);
	nap_ring(&map->nap);
	return ncancelled;
}

/* Who ended first, second, ...: "3 1 2". */
static void tell_order(struct report *report, const struct map *map)
{
	char text[400] = "";

	for (unsigned place = 1; place <= map->njobs; place++)
		for (unsigned i = 0; i < map->njobs; i++)
			if (map->jobs[i].place == place)
				text_append(text, sizeof(text), "%s%u",
					*text ? " " : "", map->jobs[i].number);
	report_say(report, "ended", "they ended in the order", text);
}

/* In the order of the arguments. Returns how many there were. */
static unsigned tell_results(struct report *report, struct map *map)
{
	uint64_t timeout = map->chosen->timeout, deadline = CLOCK_NEVER;
	unsigned i = 0;

	if (timeout)
		deadline = map->start_ns + timeout;
	report_list(report, "results");
	while (i < map->njobs && tell_next(report, &map->jobs[i], deadline))
		i++;
	report_list_end(report);
	return i;
}

static int tell(struct report *report, struct map *map)
{
	unsigned nresults = tell_results(report, map);
	unsigned ncancelled = cancel_rest(map, nresults);

	pool_shutdown(map->pool, POOL_WAIT);
	report_count(report, "jobs", NULL, map->njobs);
	report_count(report, "results_told", NULL, nresults);
	report_count(report, "ran", NULL, atomic_load(&map->nended));
	report_count(report, "cancelled", NULL, ncancelled);
	report_time(report, "wall", NULL, clock_now() - map->start_ns);
	if (map->njobs && map->njobs <= MOST_TOLD)
		tell_order(report, map);
	if (nresults == map->njobs)
		report_explain(report,
			"All jobs were submitted at once and ended in their "
			"own order;",
			"the results came in the order of the arguments, each "
			"as soon as it could.");
	else
		report_explain(report,
			"What goes wrong comes at its place, after the results "
			"before it.",
			"Then the rest is cancelled: what runs ends, what "
			"waits in line never runs.");
	return nresults == map->njobs ? EXIT_GOOD : EXIT_NO;
}

static int run_map(struct map *map)
{
	struct report report;
	int status = pool_create(
		&(struct pool_options){
			.size = (int)map->chosen->workers, .name = "map"},
		&map->pool);

	if (status < 0)
		return status;
	map->start_ns = clock_now();
	status = submit_all(map);
	if (status == 0) {
		report_begin(&report, "conc.map");
		status = tell(&report, map);
		report_end(&report);
	} else {
		cancel_rest(map, 0);
	}
	pool_destroy(map->pool);
	for (unsigned i = 0; i < map->njobs; i++)
		future_unref(map->jobs[i].future);
	return status;
}

static int too_many(int n)
{
	msg_error("%d times are given, %d are allowed", n, MOST_JOBS);
	msg_hint("try 'conc map 0.5 0.75 0.25'");
	return EXIT_USAGE;
}

static int run(const void *given, int noperands, char **operands)
{
	struct map *map = NULL;
	int status = noperands > MOST_JOBS
			     ? too_many(noperands)
			     : read_times(noperands, operands, given, &map);

	if (status == 0)
		status = run_map(map);
	free(map);
	if (status >= 0)
		return status;
	msg_error("cannot run the jobs: %s", strerror(-status));
	msg_hint("try 'conc map --workers 1 0.1'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc map 0.5 0.75 0.25", "three sleep at once; 0.75 s in all"},
	{"conc map --fail 2 0.1 0.1 60",
		"the second fails, and none is awaited"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"results", "the results in the order of the arguments, and at their "
		    "end what went wrong"},
	{"jobs, results_told, ran, cancelled, wall_s",
		"jobs submitted, results told, jobs that ended, jobs that "
		"never began, and the time of all"},
	{"ended", "the numbers of the jobs in the order in which they ended"},
	{NULL, NULL},
};

static const struct options defaults = {.workers = 4};

const struct command command_map = {
	.name = "map",
	.summary = "run jobs at once, and take the results in order",
	.about = "Each TIME is a job that sleeps so long and returns it. All "
		 "are submitted to a pool of threads before the first result "
		 "is asked for. A failure or a timeout comes at its place, "
		 "and then the rest is cancelled.",
	.operands = "[TIME]...",
	.operands_max = -1,
	.lesson = "18-thread-pool",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
