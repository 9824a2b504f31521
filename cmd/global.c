#include "cmd/global.h"

#include "cmd/msg.h"
#include "cmd/progress.h"
#include "cmd/term.h"

struct global global = {
	.color = TERM_AUTO,
	.progress = PROGRESS_AUTO,
};

static const char *const color_choices[] = {
	[TERM_AUTO] = "auto",
	[TERM_ALWAYS] = "always",
	[TERM_NEVER] = "never",
	NULL,
};

static const char *const progress_choices[] = {
	[PROGRESS_AUTO] = "auto",
	[PROGRESS_PLAIN] = "plain",
	[PROGRESS_NONE] = "none",
	NULL,
};

const struct opt global_options[] = {
	{
		.name = "help",
		.letter = 'h',
		.kind = OPT_ACTION,
		.offset = offsetof(struct global, help),
		.help = "print this help and do nothing else",
	},
	{
		.name = "version",
		.kind = OPT_ACTION,
		.offset = offsetof(struct global, version),
		.help = "print the version and do nothing else",
	},
	{
		.name = "json",
		.kind = OPT_FLAG,
		.offset = offsetof(struct global, json),
		.help = "print data as JSON",
	},
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPT_FLAG,
		.offset = offsetof(struct global, quiet),
		.help = "no notes and no progress, only results, warnings and "
			"errors",
	},
	{
		.name = "plain",
		.kind = OPT_FLAG,
		.offset = offsetof(struct global, plain),
		.env = "CONC_ACCESSIBLE ACCESSIBLE",
		.help = "print tables as lines 'label: value', progress as "
			"lines of text",
	},
	{
		.name = "color",
		.kind = OPT_CHOICE,
		.argument = "WHEN",
		.offset = offsetof(struct global, color),
		.choices = color_choices,
		.help = "use colors",
	},
	{
		.name = "no-color",
		.kind = OPT_ACTION,
		.offset = offsetof(struct global, no_color),
		.help = "the same as --color=never",
	},
	{
		.name = "progress",
		.kind = OPT_CHOICE,
		.argument = "HOW",
		.offset = offsetof(struct global, progress),
		.choices = progress_choices,
		.help = "show progress on stderr; plain prints a line for "
			"every 10 %",
	},
	OPT_END,
};

void global_apply(void)
{
	term_set_color(global.no_color ? TERM_NEVER : global.color);
	msg_set_quiet(global.quiet);
}
