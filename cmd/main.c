/*
 * conc COMMAND ...: find the command, give it its options, check what it
 * wrote, and end as it says.
 */
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/global.h"
#include "cmd/help.h"
#include "cmd/interrupt.h"
#include "cmd/msg.h"
#include "cmd/output.h"
#include "cmd/settings.h"
#include "cmd/taskdump.h"
#include "cmd/text.h"
#include "cmd/unretrieved.h"
#include "cmd/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_given(struct settings *settings, const char *name)
{
	struct setting *setting = settings_find(settings, name);

	return setting && setting->given;
}

static int check_operands(
	const struct command *command, int noperands, char **operands)
{
	if (noperands < command->operands_min)
		msg_error("needs %s", command->operands);
	else if (command->operands_max >= 0 &&
		 noperands > command->operands_max)
		msg_error("unexpected argument %s",
			text_quote(operands[command->operands_max]).text);
	else
		return 0;
	msg_hint_help();
	return EXIT_USAGE;
}

static int run_resolved(struct settings *settings,
	const struct command *command, const void *options, int noperands,
	char **operands)
{
	int code = settings_resolve(settings, !command->ignores_settings);

	if (code)
		return code;
	global_apply();
	if (is_given(settings, "print-config")) {
		settings_print(settings, stdout);
		return EXIT_GOOD;
	}
	code = check_operands(command, noperands, operands);
	if (code)
		return code;
	return command->run(options, noperands, operands);
}

/* The version needs no settings but --json. */
static int answer(struct settings *settings, const struct command *command)
{
	if (is_given(settings, "help"))
		help_print(command);
	else
		version_print(is_given(settings, "json"));
	return EXIT_GOOD;
}

static int run_alone(struct settings *settings, const struct command *command,
	int argc, char **argv)
{
	void *options = calloc(1, command->options_size + 1);
	int first, code;

	if (!options) {
		msg_error("out of memory");
		return EXIT_REFUSED;
	}
	if (command->defaults)
		memcpy(options, command->defaults, command->options_size);
	settings_add(settings, command->options, options);
	first = args_read(settings, argc, argv, command->options_first);
	if (first < 0)
		code = -first;
	else if (is_given(settings, "help") || is_given(settings, "version"))
		code = answer(settings, command);
	else
		code = run_resolved(
			settings, command, options, argc - first, argv + first);
	free(options);
	return code;
}

/* No verb is named: by one who asks for something else, or by mistake. */
static int run_verbless(struct settings *settings,
	const struct command *command, int argc, char **argv, int first)
{
	const char *wrong = first < argc ? argv[first] : NULL;

	/* What stands behind a wrong word may ask for help. */
	first = args_read(settings, argc, argv, false);
	if (first < 0)
		return -first;
	if (is_given(settings, "help") || is_given(settings, "version"))
		return answer(settings, command);
	if (wrong && !is_given(settings, "print-config"))
		return command_refuse_verb(command, wrong);
	return run_resolved(settings, command, command->shared, wrong ? 1 : 0,
		argv + first);
}

static int run_verbs(struct settings *settings, const struct command *command,
	int argc, char **argv)
{
	const struct command *verb;
	int first;

	settings_add(settings, command->options, command->shared);
	first = args_read(settings, argc, argv, true);
	if (first < 0)
		return -first;
	verb = first < argc ? command_verb(command, argv[first]) : NULL;
	if (!verb)
		return run_verbless(settings, command, argc, argv, first);
	msg_set_verb(verb->name);
	settings_drop_letters(settings);
	return run_alone(settings, verb, argc - first, argv + first);
}

static int run_command(struct settings *settings, const struct command *command,
	int argc, char **argv)
{
	msg_set_command(command->name);
	settings->command = command->name;
	if (command->verbs)
		return run_verbs(settings, command, argc, argv);
	return run_alone(settings, command, argc, argv);
}

static int run(int argc, char **argv, const struct command **found)
{
	struct settings settings = {0};
	const struct command *command;
	int first;

	settings_add(&settings, global_options, &global);
	first = args_read(&settings, argc, argv, true);
	if (first < 0)
		return -first;
	command = first < argc ? command_find(argv[first]) : NULL;
	*found = command;
	if (command)
		return run_command(
			&settings, command, argc - first, argv + first);
	if (is_given(&settings, "help") || is_given(&settings, "version"))
		return answer(&settings, NULL);
	if (first < argc)
		return command_refuse(argv[first]);
	help_print_usage(stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const struct command *command = NULL;
	int code;

	output_prepare();
	taskdump_prepare();
	code = output_finish(run(argc, argv, &command));
	unretrieved_report();
	code = command_status(command, code);
	if (interrupt_requested())
		interrupt_die(interrupt_requested());
	return code;
}
