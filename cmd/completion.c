#include "cmd/completion_impl.h"

#include "cmd/msg.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	void (*write)(void);
} shells[] = {
	{"bash", completion_bash},
	{"zsh", completion_zsh},
	{"fish", completion_fish},
};

enum {
	NSHELLS = sizeof(shells) / sizeof(*shells),
};

static const char *shell_name(size_t i)
{
	return i < NSHELLS ? shells[i].name : NULL;
}

void completion_put_words(opt_choice_fn word)
{
	for (size_t i = 0; word(i); i++)
		printf("%s%s", i ? " " : "", word(i));
}

void completion_put_choices(const struct opt *row)
{
	for (size_t i = 0; opt_choice(row, i); i++)
		printf("%s%s", i ? " " : "", opt_choice(row, i));
}

static int run(const void *options, int noperands, char **operands)
{
	(void)options;
	(void)noperands;
	for (size_t i = 0; i < NSHELLS; i++) {
		if (strcmp(operands[0], shells[i].name) == 0) {
			shells[i].write();
			return EXIT_GOOD;
		}
	}
	msg_error("%s is not one of bash, zsh or fish",
		text_quote(operands[0]).text);
	msg_hint("try 'conc completion bash'");
	return EXIT_USAGE;
}

static const struct command_example examples[] = {
	{"source <(conc completion bash)", "complete in this bash, at once"},
	{"conc completion fish >~/.config/fish/completions/conc.fish",
		"complete in each fish from now on"},
	{NULL, NULL},
};

const struct command command_completion = {
	.name = "completion",
	.summary = "print completions for a shell",
	.about = "Print a script that makes the shell complete commands, "
		 "options and their values.",
	.operands = "bash|zsh|fish",
	.operands_min = 1,
	.operands_max = 1,
	.operand_choice = shell_name,
	.ignores_settings = true,
	.examples = examples,
	.run = run,
};
