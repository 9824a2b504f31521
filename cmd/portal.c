/*
 * conc portal: other threads call into a running loop.
 */
#include "cmd/portal.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "lib/clock.h"

#include <errno.h>
#include <string.h>

enum {
	FROM_THREAD,
	FROM_LOOP,
	MOST_SECONDS = 60
};

struct options {
	uint64_t second;
	unsigned from, close;
	uint64_t cancel;
};

struct demo {
	const char *name;
	future_fn main;
	const char *seen, *why;
};

static const struct demo event = {
	"event",
	portal_show_event,
	"The worker did not touch the event: it had the loop's thread set it.",
	"Only one thread touches what belongs to the loop, so that no lock is "
	"needed.",
};

static const struct demo from_loop = {
	"event",
	portal_show_event,
	"The loop's own thread was refused at once instead of waiting.",
	"It would wait for a call that only it could run: a deadlock of one.",
};

static const struct demo spawn = {
	"spawn",
	portal_show_spawn,
	"All tasks slept at the same time, and the longest alone counted.",
	"The worker waited for futures, and the tasks took turns on one loop.",
};

static const struct demo closing[] = {
	[PORTAL_DRAIN] = {"close", portal_show_close,
		"Closing waited for the tasks, and each caller got its answer.",
		"What an open portal has accepted has one outcome, and is not "
		"lost."},
	[PORTAL_CANCEL] = {"close", portal_show_close,
		"Closing cancelled the tasks, and nobody was left waiting.",
		"A caller is told that its call was cancelled: that is an "
		"outcome, too."},
};

static const struct demo bare[] = {
	{"run", portal_show_run,
		"The thread was blocked until the task had ended; the loop "
		"went on and ticked.",
		"A call must not wait, since it runs between the tasks; a task "
		"may."},
	{"share", portal_show_share,
		"One loop served all who were in: the first started it, the "
		"last "
		"ended it.",
		"Whoever is in may call, and nobody has to own a loop of their "
		"own."},
};

enum {
	NBARE = sizeof(bare) / sizeof(bare[0])
};

static const struct demo *find_bare(const char *name)
{
	for (size_t i = 0; i < NBARE; i++) {
		if (!strcmp(bare[i].name, name))
			return &bare[i];
	}
	return NULL;
}

static const char *demo_name(size_t i)
{
	static const char *const names[] = {
		"event", "run", "spawn", "share", NULL};

	return i < 4 ? names[i] : NULL;
}

/* --- running --- */

static int run_tasks(struct portal_show *show, const struct demo *demo)
{
	struct failure failure;
	int status = portal_create(show->tasks, &show->portal);

	if (status < 0)
		return status;
	report_list(show->report, "lines");
	status = tasks_run(
		show->tasks, "main", demo->main, show, NULL, &failure);
	report_list_end(show->report);
	portal_unref(show->portal);
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_with_pool(struct portal_show *show, const struct demo *demo)
{
	const struct pool_options workers = {.size = 2, .name = "worker"};
	int status = pool_create(&workers, &show->pool);

	if (status < 0)
		return status;
	status = tasks_create(show->loop, &show->tasks);
	if (status == 0) {
		tasks_enroll(show->tasks);
		status = run_tasks(show, demo);
		tasks_destroy(show->tasks);
	}
	pool_destroy(show->pool);
	return status;
}

static int run_demo(struct portal_show *show, const struct demo *demo)
{
	struct report report;
	int status = loop_create(NULL, &show->loop);

	show->report = &report;
	show->loop_thread = pthread_self();
	report_begin(&report, "conc.portal");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	if (status == 0) {
		status = run_with_pool(show, demo);
		loop_destroy(show->loop);
	}
	if (status == 0)
		report_explain(&report, demo->seen, demo->why);
	report_end(&report);
	if (status == 0)
		return EXIT_GOOD;
	msg_error("cannot call into the loop: %s", strerror(-status));
	msg_hint("try 'conc portal' again when memory and descriptors are "
		 "left");
	return EXIT_REFUSED;
}

/* --- what was asked for --- */

static int refuse(const char *hint)
{
	msg_hint("try '%s'", hint);
	return EXIT_USAGE;
}

static int read_numbers(struct portal_show *show, int n, char **operands)
{
	static const char *const usual[] = {"1", "2", "3", "4"};
	int status = 0;

	show->nnumbers = n ? n : 4;
	for (int i = 0; i < show->nnumbers && status == 0; i++)
		status = opt_operand("N", OPT_NUMBER, 1, MOST_SECONDS,
			n ? operands[i] : usual[i], &show->numbers[i]);
	return status;
}

static bool is_number_of(const struct portal_show *show, uint64_t number)
{
	for (int i = 0; i < show->nnumbers; i++) {
		if (show->numbers[i] == number)
			return true;
	}
	return false;
}

static int run_spawn(struct portal_show *show, const struct options *chosen,
	int n, char **at)
{
	int status = read_numbers(show, n, at);

	if (status)
		return status;
	if (chosen->from != OPT_UNSET || chosen->close != OPT_UNSET) {
		msg_error("--from and --close mean nothing to 'spawn'");
		return refuse("conc portal spawn 1 2 3 4");
	}
	show->cancel = chosen->cancel;
	if (show->cancel && !is_number_of(show, show->cancel)) {
		msg_error("--cancel %llu: no task has that number",
			(unsigned long long)show->cancel);
		return refuse("conc portal spawn 1 2 3 4 --cancel 3");
	}
	return run_demo(show, &spawn);
}

static int run_event(struct portal_show *show, const struct options *chosen)
{
	if (chosen->cancel) {
		msg_error("--cancel means nothing without 'spawn'");
		return refuse("conc portal spawn 1 2 3 4 --cancel 3");
	}
	if (chosen->from != OPT_UNSET && chosen->close != OPT_UNSET) {
		msg_error("--from and --close are two demonstrations");
		return refuse("conc portal --close drain");
	}
	show->from_loop = chosen->from == FROM_LOOP;
	if (chosen->close != OPT_UNSET) {
		show->how = (enum portal_close)chosen->close;
		return run_demo(show, &closing[chosen->close]);
	}
	return run_demo(show, show->from_loop ? &from_loop : &event);
}

/* Those that no option is for. */
static int run_bare(struct portal_show *show, const struct options *chosen,
	const struct demo *demo)
{
	if (!chosen->cancel && chosen->from == OPT_UNSET &&
		chosen->close == OPT_UNSET)
		return run_demo(show, demo);
	msg_error("--cancel, --from and --close mean nothing to '%s'",
		demo->name);
	msg_hint("try 'conc portal %s'", demo->name);
	return EXIT_USAGE;
}

static int refuse_numbers(const char *name)
{
	msg_error("'%s' takes no numbers", name);
	msg_hint("try 'conc portal %s'", name);
	return EXIT_USAGE;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	struct portal_show show = {.second = chosen->second};
	const struct demo *demo;

	if (!noperands || !strcmp(operands[0], "event"))
		return noperands < 2 ? run_event(&show, chosen)
				     : refuse_numbers("event");
	demo = find_bare(operands[0]);
	if (demo)
		return noperands < 2 ? run_bare(&show, chosen, demo)
				     : refuse_numbers(demo->name);
	if (!strcmp(operands[0], "spawn"))
		return run_spawn(&show, chosen, noperands - 1, operands + 1);
	msg_error("there is no such demonstration");
	return refuse("conc portal spawn");
}

#define FIELD(field) offsetof(struct options, field)

static const char *const threads[] = {"thread", "loop", NULL};
static const char *const ways[] = {"drain", "cancel", NULL};

static const struct opt options[] = {
	{.name = "cancel",
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(cancel),
		.max = MOST_SECONDS,
		.default_text = "none",
		.help = "with spawn: cancel the task of that number"},
	{.name = "from",
		.kind = OPT_CHOICE,
		.argument = "WHERE",
		.offset = FIELD(from),
		.choices = threads,
		.default_text = "thread",
		.help = "with event: who calls through the portal"},
	{.name = "close",
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.offset = FIELD(close),
		.choices = ways,
		.default_text = "neither",
		.help = "see what becomes of two callers when it is closed"},
	{.name = "second",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(second),
		.min = CLOCK_NS_PER_MS,
		.max = 60 * CLOCK_NS_PER_S,
		.help = "how long a second takes"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc portal", "a worker has the loop set an event"},
	{"conc portal run", "a worker has a task run, and waits for it"},
	{"conc portal spawn 1 2 3 4", "four tasks in 5 s, not in 14"},
	{"conc portal spawn 1 2 3 4 --cancel 3", "one of them is cancelled"},
	{"conc portal --from loop", "the loop's own thread is refused"},
	{"conc portal --close cancel", "who waits is told"},
	{"conc portal share", "one loop for all who need one just now"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "event, run, spawn, close or share"},
	{"lines", "what was said, in the order of saying"},
	{NULL, NULL},
};

static const struct options defaults = {
	.second = CLOCK_NS_PER_S, .from = OPT_UNSET, .close = OPT_UNSET};

const struct command command_portal = {
	.name = "portal",
	.summary = "see other threads call into a running loop",
	.about = "A worker thread sends calls and tasks to an event loop and "
		 "gets back what they came to. DEMO is event (a worker has an "
		 "event set), run (a worker waits for a task), spawn (a worker "
		 "starts tasks that sleep N "
		 "seconds each) or share (threads that share one loop).",
	.operands = "[DEMO [N]...]",
	.operands_max = 1 + PORTAL_MOST_TASKS,
	.operand_choice = demo_name,
	.lesson = "23-offload-and-portal",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
