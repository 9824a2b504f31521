/*
 * conc switch: a task moves into a thread and back.
 */
#include "cmd/switch.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "lib/clock.h"

#include <errno.h>
#include <string.h>

struct options {
	uint64_t block, beat;
	bool nested, await_inside, cancel, decorated;
};

struct demo {
	const char *name, *option;
	future_fn main;
	const char *seen, *why;
};

static const struct demo demos[] = {
	{"demo", NULL, switch_show_demo,
		"The task itself was in a thread, and its function went on "
		"there and came back.",
		"It may block in there: the loop, without it, goes on and "
		"ticks."},
	{"demo", "nested", switch_show_demo,
		"A task that is away cannot go further: it was refused, and "
		"stayed where it was.",
		"Its way back leads to its loop, and there is but one."},
	{"demo", "await-inside", switch_show_demo,
		"In a thread of the pool it is no task: what would wait as "
		"one refuses.",
		"Only the loop's thread may touch what belongs to the loop."},
	{"demo", "cancel", switch_show_demo,
		"A thread cannot be stopped: the task was told when it was "
		"back.",
		"Inside it may ask whether it shall stop, and come back "
		"sooner."},
	{"demo", "decorated", switch_show_decorated,
		"One function, called in both places: from the loop it went "
		"to a thread,",
		"and from a thread it ran right there, since that may block."},
	{"calls", NULL, switch_show_calls,
		"Each call gave a future at once, and the task awaited both.",
		"Nobody moves: a function of its own goes to a thread."},
	{"call-async", NULL, switch_show_call_async,
		"From a thread a function and a task were run in the loop, and "
		"came to a value.",
		"The loop itself would wait for itself, and is refused."},
};

static const char *demo_name(size_t i)
{
	static const char *const names[] = {"demo", "calls", "call-async"};

	return i < sizeof(names) / sizeof(names[0]) ? names[i] : NULL;
}

/* --- running --- */

static int run_tasks(struct switch_show *show, const struct demo *demo)
{
	struct failure failure;
	int status = tasks_create(show->loop, &show->tasks);

	if (status < 0)
		return status;
	tasks_enroll(show->tasks);
	report_list(show->report, "lines");
	status = tasks_run(
		show->tasks, "main", demo->main, show, NULL, &failure);
	report_list_end(show->report);
	tasks_destroy(show->tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_loop(struct switch_show *show, const struct demo *demo)
{
	int status = loop_create(NULL, &show->loop);

	if (status < 0)
		return status;
	status = run_tasks(show, demo);
	loop_destroy(show->loop);
	return status;
}

/* The pool goes first: what it runs uses the rest. */
static int run_all(struct switch_show *show, const struct demo *demo)
{
	const struct pool_options workers = {.size = 2, .name = "worker"};
	int status = future_create(&show->inside);

	if (status == 0)
		status = future_create(&show->told);
	if (status == 0)
		status = pool_create(&workers, &show->pool);
	if (status == 0)
		status = run_loop(show, demo);
	pool_destroy(show->pool);
	future_unref(show->told);
	future_unref(show->inside);
	return status;
}

static void tell(struct report *report, const struct switch_show *show,
	const struct demo *demo)
{
	if (demo->main == switch_show_demo) {
		report_time(report, "block", "the block took", show->block);
		report_count(report, "ticks", "ticks of the loop meanwhile",
			show->nticks);
	}
	report_explain(report, demo->seen, demo->why);
}

static int run_demo(const struct options *chosen, const struct demo *demo)
{
	struct report report;
	struct switch_show show = {
		.report = &report,
		.block = chosen->block,
		.beat = chosen->beat,
		.nested = chosen->nested,
		.await_inside = chosen->await_inside,
		.cancel = chosen->cancel,
	};
	int status;

	report_begin(&report, "conc.switch");
	if (report.is_json)
		report_say(&report, "demo", NULL,
			demo->option ? demo->option : demo->name);
	status = run_all(&show, demo);
	if (status == 0)
		tell(&report, &show, demo);
	report_end(&report);
	if (status == 0)
		return EXIT_GOOD;
	msg_error("cannot switch threads: %s", strerror(-status));
	msg_hint("try 'conc switch' again when memory and threads are left");
	return EXIT_REFUSED;
}

/* --- what was asked for --- */

static const struct demo *demo_called(const char *name, const char *option)
{
	for (size_t i = 0; i < sizeof(demos) / sizeof(demos[0]); i++) {
		const char *its = demos[i].option;

		if (!strcmp(demos[i].name, name) &&
			(option ? its && !strcmp(its, option) : !its))
			return &demos[i];
	}
	return NULL;
}

/* The option that was given; *more is a second one, or NULL. */
static const char *option_of(const struct options *chosen, const char **more)
{
	const struct {
		bool given;
		const char *name;
	} all[] = {
		{chosen->nested, "nested"},
		{chosen->await_inside, "await-inside"},
		{chosen->cancel, "cancel"},
		{chosen->decorated, "decorated"},
	};
	const char *first = NULL;

	*more = NULL;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].given && first)
			*more = all[i].name;
		else if (all[i].given)
			first = all[i].name;
	}
	return first;
}

static int refuse(const char *hint)
{
	msg_hint("try 'conc switch %s'", hint);
	return EXIT_USAGE;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	const char *name = noperands ? operands[0] : "demo", *more;
	const char *option = option_of(chosen, &more);
	const struct demo *demo = demo_called(name, option);

	if (!demo_called(name, NULL)) {
		msg_error("there is no such demonstration");
		return refuse("demo");
	}
	if (!demo) {
		msg_error("--%s means nothing to '%s'", option, name);
		return refuse(name);
	}
	if (more) {
		msg_error("--%s and --%s are two demonstrations", option, more);
		return refuse("--cancel");
	}
	return run_demo(chosen, demo);
}

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "block",
		.letter = 'b',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(block),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "how long the task blocks the thread that it is in"},
	{.name = "beat",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(beat),
		.min = CLOCK_NS_PER_MS,
		.max = 60 * CLOCK_NS_PER_S,
		.help = "the time between two ticks of the loop"},
	{.name = "nested",
		.kind = OPT_FLAG,
		.offset = FIELD(nested),
		.help = "switch once more, inside"},
	{.name = "await-inside",
		.kind = OPT_FLAG,
		.offset = FIELD(await_inside),
		.help = "wait as a task, inside"},
	{.name = "cancel",
		.kind = OPT_FLAG,
		.offset = FIELD(cancel),
		.help = "cancel the task while it is inside"},
	{.name = "decorated",
		.kind = OPT_FLAG,
		.offset = FIELD(decorated),
		.help = "call a function that runs in a thread in any case"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc switch", "loop, worker, loop: where one function is"},
	{"conc switch --cancel", "a cancel that waits for the way back"},
	{"conc switch --nested", "a second switch is refused"},
	{"conc switch --decorated", "a function that finds a thread itself"},
	{"conc switch calls", "two calls in two threads, and their futures"},
	{"conc switch call-async", "from the thread back into the loop"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "demo, calls or call-async, or the option that was given"},
	{"lines", "what was said, in the order of saying"},
	{"block_s", "how long the task blocked its thread"},
	{"ticks", "how often the loop ticked meanwhile"},
	{NULL, NULL},
};

static const struct options defaults = {
	.block = CLOCK_NS_PER_S, .beat = 50 * CLOCK_NS_PER_MS};

const struct command command_switch = {
	.name = "switch",
	.summary = "see a task move into a thread and back",
	.about = "A task switches into a thread of a pool in the middle of its "
		 "function, blocks there while the loop goes on, and switches "
		 "back. DEMO is demo (that), calls (functions that run in "
		 "threads, and their futures) or call-async (from a thread "
		 "into the loop).",
	.operands = "[DEMO]",
	.operands_max = 1,
	.operand_choice = demo_name,
	.lesson = "23-offload-and-portal",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
