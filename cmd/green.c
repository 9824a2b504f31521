/*
 * conc green: green threads that take turns, as in the gevent tutorial, whose
 * lines these are.
 */
#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/report.h"
#include "lib/clock.h"
#include "lib/task_group.h"
#include "lib/task_poll.h"

#include <errno.h>
#include <string.h>
#include <sys/select.h>

enum {
	MOST_TASKS = 3
};

struct options {
	bool real_select;
	bool virtual_time;
	uint64_t second;
};

/* What the bodies of all tasks see. */
struct show {
	struct report *report;
	struct loop *loop;
	const struct options *options;
	uint64_t begun;
};

struct demo {
	const char *name;
	const char *summary;
	future_fn bodies[MOST_TASKS + 1];
	const char *seen, *why;
};

#define BODY(name)       \
	static int name( \
		void *arg, union future_value *value, struct failure *failure)

/* --- basic --- */

/* tag::basic[] */
BODY(foo)
{
	struct show *show = arg;

	(void)value, (void)failure;
	report_item(show->report, "Running in foo");
	task_sleep(0);
	report_item(show->report, "Explicit context switch to foo again");
	return 0;
}

BODY(bar)
{
	struct show *show = arg;

	(void)value, (void)failure;
	report_item(show->report, "Explicit context to bar");
	task_sleep(0);
	report_item(show->report, "Implicit context switch back to bar");
	return 0;
}
/* end::basic[] */

/* --- select --- */

static void say(const struct show *show, const char *what)
{
	uint64_t ns = loop_now(show->loop) - show->begun;

	report_item(show->report, "%s at %.1f seconds", what,
		(double)ns / (double)show->options->second);
}

/* select([], [], [], 2): the thread waits, or the task alone. */
static int select_nothing(const struct show *show)
{
	uint64_t ns = 2 * show->options->second;
	struct timeval timeout = {
		.tv_sec = (time_t)(ns / CLOCK_NS_PER_S),
		.tv_usec = (suseconds_t)(ns % CLOCK_NS_PER_S / 1000),
	};

	if (!show->options->real_select)
		return task_poll(NULL, 0, loop_now(show->loop) + ns);
	while (select(0, NULL, NULL, NULL, &timeout) < 0)
		if (errno != EINTR) /* else what is left of timeout */
			return -errno;
	return 0;
}

BODY(poll_for_a_while)
{
	struct show *show = arg;
	int status;

	(void)value, (void)failure;
	say(show, "Started Polling:");
	status = select_nothing(show);
	if (status == 0)
		say(show, "Ended Polling:");
	return status;
}

BODY(do_some_stuff)
{
	struct show *show = arg;

	(void)value, (void)failure;
	say(show, "Hey lets do some stuff while the greenlets poll,");
	return task_sleep(show->options->second);
}

static const struct demo demos[] = {
	{"basic", "two green threads that take turns", {foo, bar},
		"Spawning ran nothing; each sleep(0) let the other have its "
		"turn.",
		"One thread did it all, and changed places at the sleeps "
		"alone."},
	{"select", "two that wait in select, while a third does something",
		{poll_for_a_while, poll_for_a_while, do_some_stuff},
		"Both waited at the same time, and the third did not wait for "
		"them.",
		"This select gives up execution instead of blocking the "
		"thread."},
};

static const struct demo blocking = {
	.seen = "Each select blocked the only thread there is, and so "
		"everybody.",
	.why = "A blocking call is not a wait that the loop knows of: nothing "
	       "else runs.",
};

enum {
	NDEMOS = sizeof(demos) / sizeof(demos[0])
};

static const char *demo_name(size_t i)
{
	return i < NDEMOS ? demos[i].name : NULL;
}

static const struct demo *find_demo(const char *name)
{
	for (size_t i = 0; i < NDEMOS; i++) {
		if (!strcmp(demos[i].name, name))
			return &demos[i];
	}
	return NULL;
}

/* --- running --- */

struct program {
	const struct demo *demo;
	struct show *show;
	int error; /* of the first that failed */
};

static void keep_first(const struct failure *failure, void *arg)
{
	struct program *program = arg;

	if (!program->error)
		program->error = failure->code;
}

BODY(run_all)
{
	struct program *program = arg;
	struct task_group group;
	int status = task_group_begin(&group);

	(void)value, (void)failure;
	for (size_t i = 0; program->demo->bodies[i] && status == 0; i++)
		status = task_group_spawn(&group, "green",
			program->demo->bodies[i], program->show);
	status = task_group_end(&group, status, keep_first, program);
	return status == FUTURE_FAILED ? program->error : status;
}

static int run_tasks(struct show *show, const struct demo *demo)
{
	struct program program = {.demo = demo, .show = show};
	struct tasks *tasks;
	struct failure failure;
	int status = tasks_create(show->loop, &tasks);

	if (status < 0)
		return status;
	tasks_enroll(tasks);
	show->begun = loop_now(show->loop);
	report_list(show->report, "lines");
	status = tasks_run(tasks, "main", run_all, &program, NULL, &failure);
	report_list_end(show->report);
	tasks_destroy(tasks);
	return status == FUTURE_FAILED ? failure.code : status;
}

static int run_demo(const struct demo *demo, const struct options *chosen)
{
	const struct loop_rules rules = {.virtual_time = chosen->virtual_time};
	const struct demo *told = chosen->real_select ? &blocking : demo;
	struct report report;
	struct show show = {.report = &report, .options = chosen};
	int status = loop_create(&rules, &show.loop);

	report_begin(&report, "conc.green");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	if (status == 0) {
		status = run_tasks(&show, demo);
		loop_destroy(show.loop);
	}
	if (status == 0)
		report_explain(&report, told->seen, told->why);
	report_end(&report);
	if (status < 0) {
		msg_error(
			"cannot run the green threads: %s", strerror(-status));
		msg_hint("try 'conc green %s' again when memory and "
			 "descriptors are left",
			demo->name);
		return EXIT_REFUSED;
	}
	return EXIT_GOOD;
}

static int refuse(const char *hint)
{
	msg_hint("try '%s'", hint);
	return EXIT_USAGE;
}

static int list_demos(void)
{
	msg_error("which demonstration?");
	for (size_t i = 0; i < NDEMOS; i++)
		fprintf(stderr, "  %-8s  %s\n", demos[i].name,
			demos[i].summary);
	return refuse("conc green basic");
}

static int run(const void *given, int noperands, char **operands)
{
	const struct options *chosen = given;
	const struct demo *demo;

	if (!noperands)
		return list_demos();
	demo = find_demo(operands[0]);
	if (!demo) {
		msg_error("there is no demonstration '%s'", operands[0]);
		return refuse("conc green");
	}
	if (chosen->real_select && strcmp(demo->name, "select") != 0) {
		msg_error("--real-select means nothing to '%s'", demo->name);
		return refuse("conc green select --real-select");
	}
	if (chosen->real_select && chosen->virtual_time) {
		msg_error("a call that blocks takes real time: not "
			  "--real-select with --virtual");
		return refuse("conc green select --real-select");
	}
	return run_demo(demo, chosen);
}

#define FIELD(field) offsetof(struct options, field)

static const struct opt options[] = {
	{.name = "real-select",
		.kind = OPT_FLAG,
		.offset = FIELD(real_select),
		.help = "with select: call select(2), which blocks the thread"},
	{.name = "virtual",
		.kind = OPT_FLAG,
		.offset = FIELD(virtual_time),
		.help = "let time jump to the next timer when all wait"},
	{.name = "second",
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(second),
		.min = CLOCK_NS_PER_MS,
		.max = 60 * CLOCK_NS_PER_S,
		.help = "with select: how long a second of it takes"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc green basic", "two that take turns"},
	{"conc green select", "two wait for 2 s, at the same time"},
	{"conc green select --real-select", "the same with a call that blocks"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "the name of the demonstration"},
	{"lines", "what the green threads said, in the order of saying"},
	{NULL, NULL},
};

static const struct options defaults = {.second = CLOCK_NS_PER_S};

const struct command command_green = {
	.name = "green",
	.summary = "see green threads take turns",
	.about = "Run functions that have stacks of their own and share one "
		 "thread. DEMO is basic (two that give up execution in turn) "
		 "or select (two that wait in select while a third goes on).",
	.operands = "DEMO",
	.operands_max = 1,
	.operand_choice = demo_name,
	.lesson = "21-green-threads",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct options),
	.examples = examples,
	.json = members,
	.run = run,
};
