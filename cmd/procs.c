/*
 * conc procs: what it means that processes share no memory. Each
 * demonstration does what it tells of, in this run, and reports what it saw.
 */
#include "cmd/procs.h"

#include "cmd/command.h"
#include "cmd/msg.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const struct procs_demo demos[] = {
	{"noshare", "a child's change to a variable is not seen", procs_noshare,
		"fork copies the memory: each process has its own x, at the "
		"same address.",
		"With --shm both have one page, mapped before the fork."},
	{"status", "how a parent learns how its children ended", procs_status,
		"An exit status has 8 bits; a death by signal is told apart.",
		"It is kept until the parent waits, and told once."},
	{"zombies", "what is left of a child until it is waited for",
		procs_zombies,
		"A child that has ended stays in the process table, state Z,",
		"until its parent waits for it: only the status is left."},
	{"pipes", "bytes through a pipe, and when it ends", procs_pipes,
		"A pipe carries bytes, not messages: writes may be read "
		"together.",
		"It ends when the last writing end is closed, in any process."},
	{"crash", "one process crashes while the others go on", procs_crash,
		"What one process breaks is its own memory: the others finish.",
		"A thread that did the same has ended all of its process."},
};

enum {
	NDEMOS = sizeof(demos) / sizeof(demos[0])
};

static const char *demo_name(size_t i)
{
	return i < NDEMOS ? demos[i].name : NULL;
}

#define FIELD(field) offsetof(struct procs_options, field)

static const struct opt options[] = {
	{.name = "children",
		.letter = 'n',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(nchildren),
		.given = FIELD(nchildren_given),
		.min = 1,
		.max = PROCS_MOST_CHILDREN,
		.help = "with zombies and crash: how many child processes"},
	{.name = "shm",
		.kind = OPT_FLAG,
		.offset = FIELD(shm),
		.help = "with noshare: put the variable into shared memory"},
	OPT_END,
};

static const struct procs_demo *find_demo(const char *name)
{
	for (size_t i = 0; i < NDEMOS; i++) {
		if (!strcmp(demos[i].name, name))
			return &demos[i];
	}
	return NULL;
}

static bool takes_children(const struct procs_demo *demo)
{
	return demo->run == procs_zombies || demo->run == procs_crash;
}

/* Children crash on purpose, and nobody wants to look at their memory. */
static void leave_no_core(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
}

static int run_demo(
	const struct procs_demo *demo, const struct procs_options *chosen)
{
	struct report report;
	int status;

	report_begin(&report, "conc.procs");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	/* Or a child has a copy of what waits there, and a tool that watches
	 * over it may write that out at its end. */
	fflush(stdout);
	leave_no_core();
	status = demo->run(chosen, &report);
	if (status == 0)
		report_explain(&report, demo->seen, demo->why);
	report_end(&report);
	if (status < 0) {
		msg_error("cannot start the children: %s", strerror(-status));
		if (takes_children(demo))
			msg_hint(
				"try 'conc procs %s --children 1'", demo->name);
		else
			msg_hint("try 'ulimit -n -u' for what is allowed");
		return EXIT_REFUSED;
	}
	return EXIT_GOOD;
}

static int list_demos(void)
{
	msg_error("which demonstration?");
	for (size_t i = 0; i < NDEMOS; i++)
		fprintf(stderr, "  %-8s  %s\n", demos[i].name,
			demos[i].summary);
	msg_hint("try 'conc procs noshare'");
	return EXIT_USAGE;
}

static int run_procs(const void *given, int noperands, char **operands)
{
	const struct procs_options *chosen = given;
	const struct procs_demo *demo;

	if (!noperands)
		return list_demos();
	demo = find_demo(operands[0]);
	if (!demo) {
		msg_error("there is no demonstration '%s'", operands[0]);
		msg_hint("try 'conc procs', which lists them");
		return EXIT_USAGE;
	}
	if (chosen->nchildren_given && !takes_children(demo)) {
		msg_error("--children means nothing to '%s'", demo->name);
		msg_hint("try 'conc procs crash --children %u'",
			chosen->nchildren);
		return EXIT_USAGE;
	}
	if (chosen->shm && demo->run != procs_noshare) {
		msg_error("--shm means nothing to '%s'", demo->name);
		msg_hint("try 'conc procs noshare --shm'");
		return EXIT_USAGE;
	}
	return run_demo(demo, chosen);
}

static const struct command_example examples[] = {
	{"conc procs noshare",
		"a child sets x, and the parent does not see it"},
	{"conc procs noshare --shm", "the same in shared memory: it does"},
	{"conc procs crash --children 8", "one of eight crashes"},
	{NULL, NULL},
};

static const struct procs_options defaults = {.nchildren = 4};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "which one it was"},
	{"child_sees, parent_sees, address",
		"of noshare: x in either, and whether it is at the same "
		"address"},
	{"child_1, child_2, child_3, child_4, child_5, child_6, child_7, "
	 "again",
		"of status: how each ended, and what a second wait says"},
	{"ended, zombies, pages, own_pages, zombies_after",
		"of zombies: children, those in state Z before the wait, "
		"their pages of memory and ours, those in state Z after it"},
	{"writes, reads, bytes, while_held, end",
		"of pipes: how many of each, and what a read gives while a "
		"writing end is open, and when none is"},
	{"children, crashed, finished, threads, threads_finished",
		"of crash: of the child processes, and of threads in one "
		"process"},
	{NULL, NULL},
};

const struct command command_procs = {
	.name = "procs",
	.summary = "see what processes share and what they do not",
	.about = "Start child processes and report what was seen. DEMO is "
		 "noshare (memory is copied), status (how children ended), "
		 "zombies (children that nobody waited for), pipes (bytes "
		 "between processes) or crash (one crashes, the others go "
		 "on).",
	.operands = "DEMO",
	.operands_max = 1,
	.operand_choice = demo_name,
	.lesson = "01-processes",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct procs_options),
	.examples = examples,
	.json = members,
	.run = run_procs,
};
