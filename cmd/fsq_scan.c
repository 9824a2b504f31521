/* The verbs scan and watch: run a program for what waits, once or for ever. */
#include "cmd/fsq.h"
#include "cmd/fsq_runner.h"

#include "cmd/interrupt.h"
#include "cmd/json.h"
#include "cmd/msg.h"

#include <signal.h>
#include <stdio.h>

enum {
	JOBS_MOST = 256,
	YEAR_S = 366 * 24 * 60 * 60,
	STATUS_MOST = 255,
};

#define SECOND_NS UINT64_C(1000000000)

static const struct runner_options defaults = {
	.tries = 1,
	.jobs = 1,
	.fail_tmp = 111,
	.fail_perm = 100,
};

#define FIELD(field) offsetof(struct runner_options, field)

#define STATUS_ROW(long_name, short_name, field, variable, text)               \
	{                                                                      \
		.name = (long_name), .letter = (short_name),                   \
		.kind = OPT_NUMBER, .argument = "STATUS",                      \
		.offset = FIELD(field), .max = STATUS_MOST, .env = (variable), \
		.help = (text)                                                 \
	}

static const struct opt rows[] = {
	{
		.name = "jobs",
		.letter = 'j',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(jobs),
		.min = 1,
		.max = JOBS_MOST,
		.help = "run that many at once",
	},
	{
		.name = "timeout",
		.kind = OPT_NUMBER,
		.argument = "S",
		.offset = FIELD(timeout),
		.max = YEAR_S,
		.help = "after S seconds end a program, with TERM and then "
			"KILL; 0: never",
	},
	{
		.name = "max-tries",
		.letter = 'm',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(tries),
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
		.offset = FIELD(ttl),
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
		.offset = FIELD(rate),
		.max = 1000000000,
		.help = "begin at most N items a second; 0: no limit",
	},
	{
		.name = "ignore-down",
		.letter = 'i',
		.kind = OPT_ACTION,
		.offset = FIELD(ignore_down),
		.help = "run items of a queue that is down, too",
	},
	{
		.name = "all-hosts",
		.letter = 'a',
		.kind = OPT_ACTION,
		.offset = FIELD(all_hosts),
		.help = "scan the queues of all hosts, oldest item first",
	},
	{
		.name = "host",
		.letter = 'A',
		.kind = OPT_TEXTS,
		.argument = "HOST",
		.offset = FIELD(hosts),
		.help = "scan the queue of this host; may be given again",
	},
	{
		.name = "no-open",
		.letter = 'n',
		.kind = OPT_ACTION,
		.offset = FIELD(no_open),
		.help = "the program's stdin is empty; the item is locked all "
			"the same",
	},
	{
		.name = "item-argv",
		.letter = 'k',
		.kind = OPT_ACTION,
		.offset = FIELD(item_argv),
		.help = "the item's first argument is the program; trust who "
			"may enqueue",
	},
	STATUS_ROW("success", 'S', success, "FSQ_SUCCESS",
		"of a program: the item is done"),
	STATUS_ROW("fail-tmp", 'T', fail_tmp, "FSQ_FAIL_TMP",
		"of a program: the item is to be tried again"),
	STATUS_ROW("fail-perm", 'F', fail_perm, "FSQ_FAIL_PERM",
		"of a program: the item has failed, as with any other"),
	{
		.name = "no-lock",
		.letter = 'L',
		.kind = OPT_ACTION,
		.offset = FIELD(no_lock),
		.help = "do not lock items: only where nobody else scans",
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPT_ACTION,
		.offset = FIELD(verbose),
		.help = "say what becomes of each item, and how many there "
			"were",
	},
	OPT_END,
};

static void set_program(struct runner *runner, int noperands, char **operands)
{
	const struct runner_options *o = runner->options;

	runner->program.timeout_ns = o->timeout * SECOND_NS;
	runner->program.grace_ns = SECOND_NS;
	runner->program.no_stdin = o->no_open;
	if (o->item_argv)
		return;
	runner->program.file = operands[1];
	runner->program.args = (const char *const *)operands + 2;
	runner->program.nargs = (size_t)noperands - 2;
}

static int check(const struct runner_options *o, int noperands)
{
	if (o->item_argv != (noperands == 1))
		msg_error(o->item_argv ? "with --item-argv no program is named"
				       : "needs QUEUE and PROGRAM");
	else if (o->all_hosts && o->hosts.n)
		msg_error("--all-hosts and --host exclude each other");
	else if (o->no_lock && queue_shared.lock)
		msg_error("--lock and --no-lock exclude each other");
	else if (o->success == o->fail_tmp)
		msg_error("--success and --fail-tmp are both %d",
			(int)o->success);
	else
		return 0;
	msg_hint_help();
	return EXIT_USAGE;
}

static int set_rules(const struct runner_options *o, struct fsq_rules *rules)
{
	int code = queue_rules(rules);

	rules->max_tries = o->tries;
	rules->ttl_s = o->ttl;
	rules->success = (unsigned)o->success;
	rules->fail_tmp = (unsigned)o->fail_tmp;
	rules->fail_perm = (unsigned)o->fail_perm;
	if (o->no_lock)
		rules->lock = false;
	return code;
}

static void sum_up(const struct runner *runner)
{
	const uint64_t *ended = runner->ended;
	struct json json;

	if (global.json) {
		json_begin(&json, stdout, "conc.fsq.scan");
		json_string(&json, "queue", fsq_name_of(runner->fsq));
		json_uint(&json, "done", ended[FSQ_END_DONE]);
		json_uint(&json, "failed", ended[FSQ_END_FAIL]);
		json_uint(&json, "retried", ended[FSQ_END_RETRY]);
		json_finish(&json);
	} else if (runner->options->verbose) {
		msg_note("%d done, %d failed, %d to be tried again",
			(int)ended[FSQ_END_DONE], (int)ended[FSQ_END_FAIL],
			(int)ended[FSQ_END_RETRY]);
	}
}

static int run(const struct runner_options *o, int noperands, char **operands,
	int (*how)(struct runner *runner))
{
	struct runner runner = {.options = o};
	struct fsq_rules rules;
	int code = check(o, noperands);

	if (!code)
		code = set_rules(o, &rules);
	if (!code)
		code = queue_open(&rules, operands[0], &runner.fsq);
	if (code)
		return code;
	set_program(&runner, noperands, operands);
	fsq_rate_init(&runner.rate, o->rate);
	signal(SIGCHLD, SIG_DFL);
	interrupt_catch_unhurried();
	code = runner_open(&runner);
	if (!code) {
		code = how(&runner);
		sum_up(&runner);
	}
	runner_close(&runner);
	fsq_close(runner.fsq);
	return code;
}

static int run_scan(const void *options, int noperands, char **operands)
{
	return run(options, noperands, operands, runner_once);
}

static int run_watch(const void *options, int noperands, char **operands)
{
	return run(options, noperands, operands, runner_for_ever);
}

static const char notes[] =
	"The program gets the item's content as stdin, its arguments after "
	"those given here, and FSQ_ITEM_ID, FSQ_ITEM_TRIES and other "
	"variables. Its exit status says what becomes of the item: 0 is done, "
	"111 try again while --max-tries allows, all else failed.\n\n"
	"Ours is 0 when nothing failed, and 111 when an item did, was to be "
	"tried no longer, or could not be run because the queue is down.\n\n"
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
	.options_size = sizeof(struct runner_options),
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
	.options_size = sizeof(struct runner_options),
	.examples = watch_examples,
	.notes = notes,
	.run = run_watch,
};
