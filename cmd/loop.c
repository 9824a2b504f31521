/*
 * conc loop: what an event loop does, turn by turn, and what happens to it
 * when something blocks.
 */
#include "cmd/loop.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "lib/clock.h"

#include <string.h>

static const struct demo {
	const char *name;
	const char *summary;
	loop_demo_fn run;
	const char *seen, *why;
} demos[] = {
	{"trace", "ready list, timers and descriptors in each turn",
		loop_show_turns,
		"A task gives up by waiting; the loop chooses from the front "
		"of the ready list;",
		"a timer or a descriptor makes the task ready again, and it "
		"goes on."},
	{"block", "a call that blocks: the heartbeat stops", loop_block,
		"The loop has one thread: while that sleeps or computes, "
		"nothing else runs.",
		"The ticks that were due meanwhile came late, as one, or not "
		"at all."},
	{"offload", "the same in another thread: it goes on", loop_offload,
		"The work blocked a thread of a pool; the task that awaited it "
		"only waited.",
		"Its end was posted to the loop, which had ticked all the "
		"while."},
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

static int run_demo(const struct demo *demo, const struct loop_options *chosen)
{
	struct report report;
	int status;

	report_begin(&report, "conc.loop");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	status = demo->run(chosen, &report);
	if (status == 0)
		report_explain(&report, demo->seen, demo->why);
	report_end(&report);
	if (status == 0)
		return EXIT_GOOD;
	msg_error("cannot run the loop: %s", strerror(-status));
	msg_hint("try 'conc loop %s' again when memory and descriptors are "
		 "left",
		demo->name);
	return EXIT_REFUSED;
}

static int list_demos(void)
{
	msg_error("which demonstration?");
	for (size_t i = 0; i < NDEMOS; i++)
		fprintf(stderr, "  %-8s  %s\n", demos[i].name,
			demos[i].summary);
	msg_hint("try 'conc loop trace'");
	return EXIT_USAGE;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct demo *demo;

	if (!noperands)
		return list_demos();
	demo = find_demo(operands[0]);
	if (!demo) {
		msg_error("there is no demonstration '%s'", operands[0]);
		msg_hint("try 'conc loop', which lists them");
		return EXIT_USAGE;
	}
	return run_demo(demo, given);
}

#define FIELD(field) offsetof(struct loop_options, field)

static const struct opt options[] = {
	{.name = "work",
		.letter = 'w',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(work),
		.max = 3600 * CLOCK_NS_PER_S,
		.help = "with block and offload: how long the work takes"},
	{.name = "beat",
		.letter = 'b',
		.kind = OPT_DURATION,
		.argument = "TIME",
		.offset = FIELD(beat),
		.min = CLOCK_NS_PER_MS / 10,
		.max = 60 * CLOCK_NS_PER_S,
		.help = "with block and offload: the time between two ticks"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct command_example examples[] = {
	{"conc loop trace", "each turn of a loop with four tasks"},
	{"conc loop block", "a heartbeat stops while the loop is blocked"},
	{"conc loop offload", "it goes on while a thread is blocked instead"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "the name of the demonstration"},
	{"turns, turn, time_ms, ready, timers, fds",
		"of trace: each turn, its time, what was ready and ran, the "
		"timers with their times, the descriptors watched"},
	{"work_s, beat_s", "how long the work took; between two ticks"},
	{"ticks_during", "ticks while the work was done"},
	{"longest_gap_s", "the longest time between two ticks"},
	{NULL, NULL},
};

static const struct loop_options defaults = {
	.work = 500 * CLOCK_NS_PER_MS, .beat = 50 * CLOCK_NS_PER_MS};

const struct command command_loop = {
	.name = "loop",
	.summary = "see an event loop turn, and what blocks it",
	.about = "Run an event loop and report what was seen. DEMO is trace "
		 "(what each turn had before it, in virtual time), block (work "
		 "that blocks the loop) or offload (the same work in a "
		 "thread).",
	.operands = "DEMO",
	.operands_max = 1,
	.operand_choice = demo_name,
	.lesson = "22-event-loop",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct loop_options),
	.examples = examples,
	.json = members,
	.run = run,
};
