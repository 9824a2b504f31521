/*
 * conc lock: what a lock costs those who want it, whose it is, and how two of
 * them make a deadlock.
 */
#include "cmd/lock.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/text.h"

#include <string.h>

static const struct demo {
	const char *name;
	int (*run)(const struct lock_options *options, struct report *report);
} demos[] = {
	{"contention", lock_contention},
	{"abba", lock_abba},
	{"release", lock_release},
	{"handoff", lock_hand_off},
};

enum {
	NDEMOS = sizeof(demos) / sizeof(demos[0])
};

static const char *demo_name(size_t i)
{
	return i < NDEMOS ? demos[i].name : NULL;
}

static const char *const kinds[] = {"mutex", "ticket", NULL};
static const char *const handoffs[] = {"mutex", "sem", NULL};

#define FIELD(field) offsetof(struct lock_options, field)

static const struct opt options[] = {
	{.name = "threads",
		.letter = 't',
		.kind = OPT_COUNT,
		.argument = "N",
		.offset = FIELD(threads),
		.min = 1,
		.max = LOCK_MOST_THREADS,
		.help = "with contention: how many threads"},
	{.name = "n",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(n),
		.min = 1,
		.max = UINT64_C(1000000000000),
		.help = "how often the locks are taken in all"},
	{.name = "kind",
		.letter = 'k',
		.kind = OPT_CHOICE,
		.argument = "KIND",
		.choices = kinds,
		.offset = FIELD(kind),
		.help = "with contention: whoever comes first, or in the order "
			"of asking"},
	{.name = "handoff",
		.kind = OPT_CHOICE,
		.argument = "WHAT",
		.choices = handoffs,
		.offset = FIELD(handoff),
		.default_text = "mutex with handoff, else none",
		.help = "lock in one thread and release in another"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

/* NULL after saying that there is none of that name. */
static const struct demo *choose(
	const struct lock_options *chosen, const char *name)
{
	if (!name)
		name = chosen->handoff == OPT_UNSET ? "contention" : "handoff";
	for (size_t i = 0; i < NDEMOS; i++)
		if (strcmp(demos[i].name, name) == 0)
			return &demos[i];
	msg_error("there is no demonstration %s; there are contention, abba, "
		  "release and handoff",
		text_quote(name).text);
	msg_hint("try 'conc lock abba'");
	return NULL;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct lock_options *chosen = given;
	const struct demo *demo = choose(
		chosen, noperands ? operands[0] : NULL);
	struct report report;
	int status;

	if (!demo)
		return EXIT_USAGE;
	report_begin(&report, "conc.lock");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	status = demo->run(chosen, &report);
	report_end(&report);
	if (status >= 0)
		return status;
	msg_error("cannot start the threads: %s", strerror(-status));
	msg_hint("try 'conc lock --threads 2'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc lock", "four threads want one lock"},
	{"conc lock abba", "two threads, two locks, a deadlock and its cure"},
	{"conc lock --handoff mutex", "release what another thread has locked"},
	{"conc lock release", "all that one can do wrong with a mutex"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "contention, abba, release or handoff"},
	{"threads", "with contention: one object for each of them"},
	{"thread, taken, share_percent, waited",
		"its name, how often it had the lock, what part of all that "
		"is, and how often the lock was not free"},
	{"kind, acquisitions, fewest, most, handovers, ns_each",
		"the lock, how often it was taken, by one of them at least and "
		"at most, how often it went to another thread, and the time of "
		"each"},
	{"deadlock, cycle", "with abba: whether there was one, and the threads "
			    "in it"},
	{"holds, wants, held_by", "what a thread has, what it waits for, and "
				  "who has that"},
	{"fix, taken_both", "how often both locks were taken in "
			    "one order"},
	{"calls, call, result, means", "with release: what came of each"},
	{"locked, released, refused, again",
		"with handoff: who took it, and what came of giving and of "
		"taking it again"},
	{NULL, NULL},
};

static const struct lock_options defaults = {
	.threads = 4, .n = 400000, .handoff = OPT_UNSET};

const struct command command_lock = {
	.name = "lock",
	.summary = "see what locks cost, whose they are, how they jam",
	.about = "DEMO is contention (threads want one lock: who gets it how "
		 "often), abba (two threads take two locks in two orders: the "
		 "deadlock is found in the wait-for graph, and mended by an "
		 "order), release (all that one can do wrong with a mutex) or "
		 "handoff (release in another thread: a semaphore can).",
	.operands = "[DEMO]",
	.operands_max = 1,
	.operand_choice = demo_name,
	.lesson = "08-deadlock",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct lock_options),
	.examples = examples,
	.json = members,
	.run = run,
};
