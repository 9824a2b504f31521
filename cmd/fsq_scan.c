/*
 * The verbs scan and watch: run a program for what waits, once or for ever.
 *
 * One thread claims, starts and settles up to --jobs items at a time. TERM and
 * INT end the claiming; what runs is waited for. A second one ends us at once,
 * and then the programs that run keep their items locked until they end.
 */
#include "cmd/fsq.h"

#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/clock.h"
#include "lib/fsq_rate.h"
#include "lib/fsq_run.h"
#include "lib/fsq_scan.h"
#include "lib/fsq_watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	JOBS_MOST = 256,
	YEAR_S = 366 * 24 * 60 * 60,
};

#define SECOND_NS UINT64_C(1000000000)

struct scan_options {
	uint64_t ttl, tries, rate, timeout;
	unsigned jobs;
	bool ignore_down, item_argv, verbose;
};

static const struct scan_options defaults = {.tries = 1, .jobs = 1};

static const struct opt rows[] = {
	{
		.name = "jobs",
		.letter = 'j',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = offsetof(struct scan_options, jobs),
		.min = 1,
		.max = JOBS_MOST,
		.help = "run that many at once",
	},
	{
		.name = "timeout",
		.kind = OPT_NUMBER,
		.argument = "S",
		.offset = offsetof(struct scan_options, timeout),
		.max = YEAR_S,
		.help = "after S seconds end a program, with TERM and then "
			"KILL; 0: never",
	},
	{
		.name = "max-tries",
		.letter = 'm',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = offsetof(struct scan_options, tries),
		.max = UINT32_MAX,
		.env = "FSQ_MAX_TRIES",
		.help = "try an item so often while its program says 111; 0: "
			"no limit",
	},
	{
		.name = "ttl",
		.letter = 't',
		.kind = OPT_NUMBER,
		.argument = "S",
		.offset = offsetof(struct scan_options, ttl),
		.max = UINT32_MAX,
		.env = "FSQ_TTL",
		.help = "fail items that were enqueued over S seconds ago; 0: "
			"never",
	},
	{
		.name = "rate",
		.letter = 'r',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = offsetof(struct scan_options, rate),
		.max = 1000000000,
		.help = "begin at most N items a second; 0: no limit",
	},
	{
		.name = "ignore-down",
		.letter = 'i',
		.kind = OPT_ACTION,
		.offset = offsetof(struct scan_options, ignore_down),
		.help = "run items of a queue that is down, too",
	},
	{
		.name = "item-argv",
		.letter = 'k',
		.kind = OPT_ACTION,
		.offset = offsetof(struct scan_options, item_argv),
		.help = "the item's first argument is the program; trust who "
			"may enqueue",
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPT_ACTION,
		.offset = offsetof(struct scan_options, verbose),
		.help = "say what becomes of each item",
	},
	OPT_END,
};

struct runner {
	const struct scan_options *options;
	struct fsq *fsq;
	struct fsq_scan *scan;
	struct fsq_program program;
	struct fsq_rate rate;
	uint64_t wait_ns; /* until the rate allows the next; 0: it does */
	struct fsq_job *jobs;
	unsigned nrunning;
	bool used_up; /* the list is */
	int code;
};

static bool stopped(const struct runner *runner)
{
	return runner->code == EXIT_REFUSED || interrupt_requested();
}

/* What became of an item; place is its name now. */
static void tell(struct runner *runner, const char *place,
	const struct fsq_verdict *verdict)
{
	static const char *const where[] = {
		[FSQ_END_DONE] = "done",
		[FSQ_END_FAIL] = "failed",
		[FSQ_END_RETRY] = "is to be tried again",
		[FSQ_END_RELEASE] = "waits",
	};

	if (verdict->end != FSQ_END_DONE)
		msg_note("%s %s: %s", text_quote(place).text,
			where[verdict->end], fsq_reason_text(verdict->reason));
	else if (runner->options->verbose)
		msg_note("%s done", text_quote(place).text);
	if (verdict->end == FSQ_END_FAIL && !runner->code)
		runner->code = EXIT_NO;
}

static void fail(struct runner *runner, int error, const char *what)
{
	runner->code = queue_refuse(error, what, fsq_name_of(runner->fsq));
	runner->code = EXIT_REFUSED;
}

static void refuse_program(struct runner *runner, int error)
{
	msg_error("cannot run %s: %s", text_quote(runner->program.file).text,
		strerror(-error));
	msg_hint("name a program: 'conc fsq scan %s ./program'",
		fsq_name_of(runner->fsq));
	runner->code = EXIT_REFUSED;
}

static struct fsq_job *free_job(struct runner *runner)
{
	for (unsigned i = 0; i < runner->options->jobs; i++)
		if (!runner->jobs[i].pid)
			return &runner->jobs[i];
	return NULL;
}

static void finish(struct runner *runner, struct fsq_item *item,
	struct fsq_verdict verdict)
{
	char place[FSQ_NAME_SIZE] = "";
	int error;

	snprintf(place, sizeof(place), "%s", item->id);
	error = fsq_finish(item, verdict.end, place);
	tell(runner, place, &verdict);
	if (error < 0)
		fail(runner, error, "finish an item of");
}

/* Who cannot be started is not at fault, unless it names the program. */
static void start(struct runner *runner, struct fsq_item *item)
{
	struct fsq_verdict verdict = fsq_judge_before(
		fsq_rules_of(runner->fsq), item, clock_wall());
	int error;

	if (verdict.end != FSQ_END_RELEASE) {
		finish(runner, item, verdict);
		return;
	}
	error = fsq_job_start(&runner->program, item, free_job(runner));
	if (!error) {
		runner->nrunning++;
		return;
	}
	if (!runner->program.file && error != -EAGAIN && error != -ENOMEM &&
		error != -EMFILE && error != -ENFILE) {
		finish(runner, item,
			(struct fsq_verdict){FSQ_END_FAIL, FSQ_FAILED});
		return;
	}
	fsq_finish(item, FSQ_END_RELEASE, NULL);
	if (runner->program.file)
		refuse_program(runner, error);
	else
		fail(runner, error, "run an item of");
}

static void reject(struct runner *runner, const char *id)
{
	msg_note("%s failed: not a plain file", text_quote(id).text);
	if (!runner->code)
		runner->code = EXIT_NO;
}

/* Claim the next item, if there is one. */
static void claim(struct runner *runner)
{
	struct fsq_item item;
	int found = fsq_scan_next(runner->scan, &item);

	switch (found) {
	case FSQ_SCAN_END:
		runner->used_up = true;
		break;
	case FSQ_SCAN_ITEM:
		start(runner, &item);
		break;
	case FSQ_SCAN_REJECTED:
		reject(runner, item.id);
		break;
	case -ENOENT:
	case -EMFILE:
	case -ENFILE:
	case -ENOMEM:
		fail(runner, found, "scan");
		break;
	default:
		msg_warning("%s stays: %s", text_quote(item.id).text,
			strerror(-found));
		if (!runner->code)
			runner->code = EXIT_NO;
	}
}

static void fill(struct runner *runner)
{
	runner->wait_ns = 0;
	while (!runner->used_up && !stopped(runner) && free_job(runner)) {
		runner->wait_ns = fsq_rate_take(&runner->rate, clock_now());
		if (runner->wait_ns)
			return;
		claim(runner);
	}
}

static void settle(struct runner *runner)
{
	for (unsigned i = 0; i < runner->options->jobs; i++) {
		struct fsq_job *job = &runner->jobs[i];
		char place[FSQ_NAME_SIZE];
		struct fsq_verdict verdict;
		int error;

		if (!job->pid || !fsq_job_poll(job))
			continue;
		snprintf(place, sizeof(place), "%s", job->item.id);
		error = fsq_job_settle(job, &verdict, place);
		*job = (struct fsq_job){0};
		runner->nrunning--;
		if (error < 0)
			fail(runner, error, "finish an item of");
		else
			tell(runner, place, &verdict);
	}
}

/* Short enough that a signal just before it is no long wait either. */
static void wait_for_jobs(struct runner *runner)
{
	uint64_t until = clock_now() + SECOND_NS;

	if (runner->wait_ns && runner->wait_ns < until)
		until = runner->wait_ns;
	fsq_jobs_wait(runner->jobs, runner->options->jobs, NULL, 0, until);
}

/* List once and run all that can be claimed. */
static void run_list(struct runner *runner)
{
	int error = fsq_scan_list(runner->scan);

	if (error < 0) {
		fail(runner, error, "scan");
		return;
	}
	runner->used_up = false;
	for (;;) {
		fill(runner);
		if (!runner->nrunning && (runner->used_up || stopped(runner)))
			return;
		wait_for_jobs(runner);
		settle(runner);
	}
}

static void refuse_down(struct runner *runner)
{
	const char *name = fsq_name_of(runner->fsq);

	msg_error("queue %s is down", text_quote(name).text);
	msg_hint("try 'conc fsq up %s'", name);
	runner->code = EXIT_REFUSED;
}

static void scan_once(struct runner *runner)
{
	struct fsq_scan_state state;

	if (!runner->options->ignore_down && fsq_is_down(runner->fsq) == 1) {
		refuse_down(runner);
		return;
	}
	run_list(runner);
	fsq_scan_inspect(runner->scan, &state);
	if (state.ndown && !stopped(runner))
		refuse_down(runner);
}

static void scan_for_ever(struct runner *runner)
{
	struct fsq_watch *watch;
	int error = fsq_watch_open(&runner->fsq, 1, &watch);

	if (error < 0) {
		fail(runner, error, "watch");
		return;
	}
	while (!stopped(runner)) {
		fsq_watch_clear(watch);
		run_list(runner);
		if (!stopped(runner))
			fsq_watch_wait(watch, clock_now() + SECOND_NS);
	}
	fsq_watch_close(watch);
}

static int run_open(struct runner *runner, void (*how)(struct runner *runner))
{
	const struct fsq_scan_options options = {
		.ignore_down = runner->options->ignore_down,
	};
	int error = fsq_scan_open(&runner->fsq, 1, &options, &runner->scan);

	runner->jobs = calloc(runner->options->jobs, sizeof(*runner->jobs));
	if (!error && !runner->jobs)
		error = -ENOMEM;
	if (error < 0)
		fail(runner, error, "scan");
	else
		how(runner);
	free(runner->jobs);
	if (runner->scan)
		fsq_scan_close(runner->scan);
	/* What failed was said; 1 is no status of fsq. */
	return runner->code ? EXIT_REFUSED : EXIT_GOOD;
}

static void set_program(struct runner *runner, int noperands, char **operands)
{
	const struct scan_options *o = runner->options;

	runner->program.timeout_ns = o->timeout * SECOND_NS;
	runner->program.grace_ns = SECOND_NS;
	if (o->item_argv)
		return;
	runner->program.file = operands[1];
	runner->program.args = (const char *const *)operands + 2;
	runner->program.nargs = (size_t)noperands - 2;
}

static int run(const struct scan_options *o, int noperands, char **operands,
	void (*how)(struct runner *runner))
{
	struct runner runner = {.options = o};
	struct fsq_rules rules;
	int code = queue_rules(&rules);

	if (code)
		return code;
	if (o->item_argv != (noperands == 1)) {
		msg_error(o->item_argv ? "with --item-argv no program is named"
				       : "needs QUEUE and PROGRAM");
		msg_hint_help();
		return EXIT_USAGE;
	}
	rules.max_tries = o->tries;
	rules.ttl_s = o->ttl;
	code = queue_open(&rules, operands[0], &runner.fsq);
	if (code)
		return code;
	set_program(&runner, noperands, operands);
	fsq_rate_init(&runner.rate, o->rate);
	signal(SIGCHLD, SIG_DFL);
	interrupt_catch_unhurried();
	code = run_open(&runner, how);
	fsq_close(runner.fsq);
	return code;
}

static int run_scan(const void *options, int noperands, char **operands)
{
	return run(options, noperands, operands, scan_once);
}

static int run_watch(const void *options, int noperands, char **operands)
{
	return run(options, noperands, operands, scan_for_ever);
}

static const char notes[] =
	"The program gets the item's content as stdin, its arguments after "
	"those given here, and FSQ_ITEM_ID, FSQ_ITEM_TRIES and other "
	"variables. Its exit status says what becomes of the item: 0 is done, "
	"111 try again while --max-tries allows, all else failed.\n\n"
	"TERM or Ctrl-C starts nothing new and waits for what runs; a second "
	"one leaves that to itself: it keeps its item locked until it ends.";

static const struct command_example scan_examples[] = {
	{"conc fsq scan --jobs 4 thumbs ./thumb -w 200",
		"run ./thumb -w 200 ARGUMENTS for each item, four at once"},
	{"conc fsq scan -m 3 --timeout 60 mail ./send",
		"up to three tries, a minute each"},
	{NULL, NULL},
};

const struct command queue_scan = {
	.name = "scan",
	.summary = "run a program for each item that waits",
	.operands = "QUEUE PROGRAM [ARGUMENT]...",
	.operands_min = 1,
	.operands_max = -1,
	.options_first = true,
	.options = rows,
	.defaults = &defaults,
	.options_size = sizeof(struct scan_options),
	.examples = scan_examples,
	.notes = notes,
	.run = run_scan,
};

static const struct command_example watch_examples[] = {
	{"conc fsq watch thumbs ./thumb", "run ./thumb for what comes"},
	{NULL, NULL},
};

const struct command queue_watch = {
	.name = "watch",
	.summary = "scan, and then again whenever something comes",
	.operands = "QUEUE PROGRAM [ARGUMENT]...",
	.operands_min = 1,
	.operands_max = -1,
	.options_first = true,
	.options = rows,
	.defaults = &defaults,
	.options_size = sizeof(struct scan_options),
	.examples = watch_examples,
	.notes = notes,
	.run = run_watch,
};
