#include "cmd/completion_impl.h"

#include <stdio.h>

/* Inside single quotes. */
static void put_escaped(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static void put_action(const struct opt *row)
{
	switch (row->kind) {
	case OPT_CHOICE:
		fputs(" -x -a '", stdout);
		completion_put_choices(row);
		putchar('\'');
		break;
	case OPT_CHOICES:
		fputs(" -x -a '(__fish_append , ", stdout);
		completion_put_choices(row);
		fputs(")'", stdout);
		break;
	case OPT_TEXT:
		fputs(" -r -F", stdout);
		break;
	default:
		fputs(" -x", stdout);
	}
}

static void put_option(const char *command, const struct opt *row, bool letters)
{
	fputs("complete -c conc", stdout);
	if (command)
		printf(" -n '__fish_seen_subcommand_from %s'", command);
	if (row->letter && letters)
		printf(" -s %c", row->letter);
	printf(" -l %s", row->name);
	if (opt_takes_argument(row))
		put_action(row);
	fputs(" -d '", stdout);
	put_escaped(row->help);
	puts("'");
}

static void put_options(
	const char *command, const struct opt *rows, bool letters)
{
	for (; rows && rows->name; rows++)
		put_option(command, rows, letters);
}

static void put_verbs(const struct command *command)
{
	char seen[100];

	for (size_t i = 0; command->verbs && command->verbs[i]; i++) {
		snprintf(seen, sizeof(seen),
			"%s; and __fish_seen_subcommand_from %s", command->name,
			command->verbs[i]->name);
		put_options(seen, command->verbs[i]->options, true);
	}
}

static void put_name(const struct command *command)
{
	printf("complete -c conc -n __fish_use_subcommand -a %s -d '",
		command->name);
	put_escaped(command->summary);
	puts("'");
}

static void put_operands(const struct command *command)
{
	if (!command->operand_choice)
		return;
	printf("complete -c conc -n '__fish_seen_subcommand_from %s' -a '",
		command->name);
	completion_put_words(command->operand_choice);
	puts("'");
}

void completion_fish(void)
{
	puts("# fish completion for conc, from: conc completion fish\n"
	     "complete -c conc -f");
	put_options(NULL, global_options, true);
	for (size_t i = 0; command_at(i); i++) {
		const struct command *command = command_at(i);

		put_name(command);
		/* A verb may have the letters for something else. */
		put_options(command->name, command->options, !command->verbs);
		put_operands(command);
		put_verbs(command);
	}
}
