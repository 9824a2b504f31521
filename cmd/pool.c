/*
 * conc pool: threads that take jobs from one line, and what may become of a
 * job.
 */
#include "cmd/pool.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "lib/clock.h"

#include <string.h>

static const char *const cancels[] = {"pending", "running", NULL};
static const char *const hows[] = {"cancel", "drain", NULL};
static const char *const nesteds[] = {"help", "refuse", NULL};

#define FIELD(field) offsetof(struct pool_wish, field)

static const struct opt options[] = {
	{.name = "workers",
		.letter = 'w',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(workers),
		.min = 1,
		.max = 256,
		.default_text = "4; 2 with isolate; 1 with --cancel, "
				"--shutdown and --nested",
		.help = "threads at most"},
	{.name = "jobs",
		.letter = 'j',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(jobs),
		.min = 1,
		.max = 100000,
		.default_text = "12; 11 with --shutdown; 8 with isolate",
		.help = "how many jobs are submitted"},
	{.name = "work",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(work_ns),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "how long each of them takes"},
	{.name = "trace",
		.kind = OPT_FLAG,
		.offset = FIELD(trace),
		.help = "tell of each job, and of the tag that came with it"},
	{.name = "cancel",
		.kind = OPT_CHOICE,
		.argument = "WHAT",
		.choices = cancels,
		.offset = FIELD(cancel),
		.default_text = "none",
		.help = "cancel a job that waits, or one that runs"},
	{.name = "shutdown",
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.choices = hows,
		.offset = FIELD(shutdown),
		.default_text = "none",
		.help = "shut down while jobs wait: cancel them, or run them"},
	{.name = "nested",
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.choices = nesteds,
		.offset = FIELD(nested),
		.default_text = "none",
		.help = "jobs wait for jobs of the same pool: who waits helps, "
			"or is refused"},
	{.name = "resize",
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(resize),
		.min = 1,
		.max = 256,
		.default_text = "none",
		.help = "change the number of threads while they work"},
	{.name = "detached",
		.kind = OPT_FLAG,
		.offset = FIELD(detached),
		.help = "post a job that fails, and wait for nothing"},
	{.name = "pool",
		.kind = OPT_TEXT,
		.argument = "NAME:N",
		.offset = FIELD(apart),
		.given = FIELD(apart_given),
		.help = "with isolate: the pool apart, and its threads at "
			"most"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

struct demo {
	const char *name;
	int (*run)(const struct pool_wish *wish, struct report *report);
	unsigned workers, jobs; /* when none were asked for */
};

static const struct demo run_demo = {"run", pool_show_run, 4, 12};
static const struct demo cancel_demo = {"cancel", pool_show_cancel, 1, 2};
static const struct demo shutdown_demo = {
	"shutdown", pool_show_shutdown, 1, 11};
static const struct demo nested_demo = {"nested", pool_show_nested, 1, 1};
static const struct demo resize_demo = {"resize", pool_show_resize, 4, 12};
static const struct demo detached_demo = {"detached", pool_show_detached, 1, 1};
static const struct demo isolate_demo = {"isolate", pool_show_isolate, 2, 8};

static const char *demo_operand(size_t i)
{
	return i == 0 ? isolate_demo.name : NULL;
}

/* What was asked for; NULL after saying that it was more than one. */
static const struct demo *choose_by_option(const struct pool_wish *wish)
{
	const struct {
		bool asked;
		const struct demo *demo;
	} all[] = {
		{wish->cancel != OPT_UNSET, &cancel_demo},
		{wish->shutdown != OPT_UNSET, &shutdown_demo},
		{wish->nested != OPT_UNSET, &nested_demo},
		{wish->resize > 0, &resize_demo},
		{wish->detached, &detached_demo},
	};
	const struct demo *chosen = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!all[i].asked)
			continue;
		if (!chosen) {
			chosen = all[i].demo;
			continue;
		}
		msg_error("--%s and --%s are two demonstrations", chosen->name,
			all[i].demo->name);
		msg_hint("try 'conc pool --%s' with one of them", chosen->name);
		return NULL;
	}
	return chosen ? chosen : &run_demo;
}

static const struct demo *refuse(const char *hint)
{
	msg_hint("try '%s'", hint);
	return NULL;
}

/* The same with the operand, or NULL for none. */
static const struct demo *choose(
	const struct pool_wish *wish, const char *operand)
{
	const struct demo *demo = choose_by_option(wish);

	if (operand && strcmp(operand, isolate_demo.name) != 0) {
		msg_error("there is no such demonstration");
		return refuse("conc pool isolate");
	}
	if (operand && demo && demo != &run_demo) {
		msg_error("--%s means nothing to 'isolate'", demo->name);
		return refuse("conc pool isolate");
	}
	if (!operand && wish->apart_given) {
		msg_error("--pool means nothing without 'isolate'");
		return refuse("conc pool isolate --pool file:5");
	}
	return operand && demo ? &isolate_demo : demo;
}

static int run(const void *given, int noperands, char **operands)
{
	struct pool_wish wish = *(const struct pool_wish *)given;
	const struct demo *demo = choose(&wish, noperands ? *operands : NULL);
	struct report report;
	int status;

	if (!demo)
		return EXIT_USAGE;
	if (!wish.workers)
		wish.workers = demo->workers;
	if (!wish.jobs)
		wish.jobs = demo->jobs;
	if (demo == &isolate_demo && pool_check_isolate(&wish))
		return EXIT_USAGE;
	report_begin(&report, "conc.pool");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	status = demo->run(&wish, &report);
	report_end(&report);
	if (status >= 0)
		return status;
	msg_error("cannot run the jobs: %s", strerror(-status));
	msg_hint("try 'conc pool --workers 1 --jobs 2'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc pool --workers 4 --jobs 12 --work 250ms",
		"three rounds of four jobs"},
	{"conc pool --cancel running", "why a job that runs goes on"},
	{"conc pool --shutdown cancel", "one ran, ten never will"},
	{"conc pool --nested refuse", "a pool that waits for itself"},
	{"conc pool isolate --pool file:5", "what long jobs do to a short one"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "run, cancel, shutdown, nested, resize, detached or isolate"},
	{"workers, jobs, ran", "threads at most, jobs submitted, and run"},
	{"peak, wall_s", "jobs that ran at once, at most; the time of all"},
	{"members, worker", "one object for each thread, its name, and how "
			    "many it ran"},
	{"trace, job, in, begun_ms, ended_ms, came_with, left_with",
		"one object for each job: its number, its thread, when it "
		"began and ended, the tag it came with and the one it set"},
	{"caller", "the caller's own tag, afterwards"},
	{"outcome", "with --cancel: what became of the job"},
	{"cancelled, afterwards", "with --shutdown: jobs that never ran, and "
				  "what became of one submitted later"},
	{"waits, finished, helped, refused, error",
		"with --nested: waits for jobs of the same pool, those that "
		"ended well, those whose job the waiter ran itself, and those "
		"that were refused, and why"},
	{"live, resize, live_then, lost", "with --resize: threads before, "
					  "wished, and after; jobs lost: 0"},
	{"posted, unretrieved",
		"with --detached: jobs that nobody waits for, and failures "
		"that nobody asked for"},
	{"apart_s, shared_s", "with isolate: how long a short job waited in a "
			      "pool apart, and in that of the long ones"},
	{"apart_over, shared_over",
		"long jobs that were over when each of the two was"},
	{NULL, NULL},
};

static const struct pool_wish defaults = {.work_ns = 250 * CLOCK_NS_PER_MS,
	.cancel = OPT_UNSET,
	.shutdown = OPT_UNSET,
	.nested = OPT_UNSET,
	.apart = "file:5"};

const struct command command_pool = {
	.name = "pool",
	.summary = "run jobs in a pool of threads, and see what may happen",
	.about = "Submit jobs to a pool of threads and report who ran them. "
		 "With --cancel, --shutdown, --nested, --resize or --detached "
		 "see one thing that may become of a job; the moment for it is "
		 "forced, and nothing depends on luck. With isolate, tasks "
		 "switch into two pools, and long ones keep all threads of "
		 "one.",
	.operands = "[isolate]",
	.operands_max = 1,
	.operand_choice = demo_operand,
	.lesson = "18-thread-pool",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct pool_wish),
	.examples = examples,
	.json = members,
	.run = run,
};
