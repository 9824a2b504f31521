/*
 * conc gen: functions that stop in the middle and go on later, and what
 * comes of it.
 */
#include "cmd/gen.h"

#include "cmd/command.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/sanitizer.h"

#include <string.h>

static const struct demo {
	const char *name;
	int (*run)(const struct gen_options *options, struct report *report);
} demos[] = {
	{"squares", gen_squares},
	{"geometric", gen_geometric},
	{"send", gen_show_send},
	{"many", gen_many},
};

enum {
	NDEMOS = sizeof(demos) / sizeof(demos[0]),
	/* TSan takes each for a thread and has room for some 8,000. */
	MOST_LIVE = SANITIZER_THREAD ? 5000 : 1000000,
};

static const char *demo_name(size_t i)
{
	return i < NDEMOS ? demos[i].name : NULL;
}

static const char *const guards[] = {"best", "mprotect", "none", NULL};

#define FIELD(field) offsetof(struct gen_options, field)

static const struct opt options[] = {
	{.name = "zip",
		.letter = 'z',
		.kind = OPT_TEXT,
		.argument = "TEXT",
		.offset = FIELD(zip),
		.help = "with squares: pair them with the characters of TEXT"},
	{.name = "swap",
		.kind = OPT_FLAG,
		.offset = FIELD(swap),
		.help = "with squares: ask for the character first"},
	{.name = "p",
		.letter = 'p',
		.kind = OPT_FRACTION,
		.argument = "P",
		.offset = FIELD(p),
		.min = 1000000,
		.max = 1000000000,
		.help = "with geometric: stop after a number with this "
			"probability"},
	{.name = "seed",
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(seed),
		.help = "with geometric: the same seed, the same numbers"},
	{.name = "explain",
		.kind = OPT_FLAG,
		.offset = FIELD(explain),
		.help = "with send: who received what"},
	{.name = "live",
		.letter = 'n',
		.kind = OPT_NUMBER,
		.argument = "N",
		.offset = FIELD(live),
		.min = 1,
		.max = MOST_LIVE,
		.help = "with many: how many are alive at once"},
	{.name = "guard",
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.choices = guards,
		.offset = FIELD(guard),
		.help = "with many: what lies below each stack"},
	OPT_PRINT_CONFIG,
	OPT_END,
};

static const struct demo *find_demo(const char *name)
{
	for (size_t i = 0; i < NDEMOS; i++)
		if (strcmp(demos[i].name, name) == 0)
			return &demos[i];
	msg_error("there is no demonstration %s; there are squares, "
		  "geometric, send and many",
		text_quote(name).text);
	msg_hint("try 'conc gen send --explain'");
	return NULL;
}

static int run(const void *given, int noperands, char **operands)
{
	const struct demo *demo = find_demo(
		noperands ? operands[0] : "squares");
	struct report report;
	int status;

	if (!demo)
		return EXIT_USAGE;
	report_begin(&report, "conc.gen");
	if (report.is_json)
		report_say(&report, "demo", NULL, demo->name);
	status = demo->run(given, &report);
	report_end(&report);
	if (status >= 0)
		return status;
	msg_error("cannot make the generators: %s", strerror(-status));
	msg_hint("try 'conc gen squares'");
	return EXIT_REFUSED;
}

static const struct command_example examples[] = {
	{"conc gen squares --zip abcde", "zip asks for one too many"},
	{"conc gen squares --zip abcde --swap", "and here it does not"},
	{"conc gen geometric --p 0.1 --seed 7", "numbers until chance says so"},
	{"conc gen send --explain", "a value sent into a loop"},
	{"conc gen many --live 100000", "what so many weigh"},
	{NULL, NULL},
};

static const struct command_member members[] = {
	REPORT_MEMBERS,
	{"demo", "squares, geometric, send or many"},
	{"pairs, next_value, lost",
		"with squares: the lines, what the generator gave after "
		"them, and what zip had taken from it and dropped, or null"},
	{"numbers", "with geometric and send: the lines"},
	{"items, mean, expected_mean", "with geometric: how many numbers there "
				       "were, how many in the mean of 10000 "
				       "others, and 1/p"},
	{"calls, call, received, yielded, to",
		"with send: each call, what the generator received at its "
		"yield, what it yielded then, and who got that"},
	{"alive, guards, bytes_each, created_s, resumed_s",
		"with many: how many were, how their guards are laid, resident "
		"memory, and the time to make all and to resume all once"},
	{"wanted, limit", "with many: set when not all could be made"},
	{NULL, NULL},
};

static const struct gen_options defaults = {.zip = "abcde",
	.p = 100000000,
	.seed = 1,
	.live = MOST_LIVE < 10000 ? MOST_LIVE : 10000};

const struct command command_gen = {
	.name = "gen",
	.summary = "functions that give one value, wait, and go on",
	.about = "Generators, each on a stack of its own. DEMO is squares "
		 "(endless squares beside a finite list: who asks first "
		 "loses one), geometric (numbers until chance ends them), "
		 "send (a value sent back into a loop) or many (so many "
		 "alive at once, and what each weighs).",
	.operands = "[DEMO]",
	.operands_max = 1,
	.operand_choice = demo_name,
	.lesson = "20-generators",
	.options = options,
	.defaults = &defaults,
	.options_size = sizeof(struct gen_options),
	.examples = examples,
	.json = members,
	.run = run,
};
