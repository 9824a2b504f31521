#include "cmd/help.h"

#include "cmd/msg.h"
#include "cmd/page.h"
#include "cmd/text.h"
#include "cmd/version.h"

#include <stdio.h>
#include <string.h>

enum {
	LEFT = 2,
	INDENT = 26,
	DESCRIPTION_SIZE = 1000,
	USAGE_EXAMPLES = 2,
};

const char help_about[] =
	"conc is for learning concurrency in C: lessons that are graded "
	"without luck, the same job done by each model, and the order of "
	"steps that breaks a program.";

const char help_numbers[] =
	"Numbers: 1000000, 1e6, 1.5e6, 10^6, 2**40; with k, M, G, T, P, E for "
	"powers of 1000 and Ki, Mi, Gi, ... for powers of 1024. Bounds can be "
	"sums and differences: 1e18+1e8, 2**64-1. Counts, such as a number of "
	"threads, are plain digits.";

const char help_shortening[] =
	"A long option may be shortened to any beginning that no other option "
	"has, and `--` ends the options.";

/* Numbers without a limit of their own say nothing about their range. */
static void describe_range(const struct opt *row, char *out, size_t size)
{
	char range[400];
	bool is_number = row->kind == OPT_NUMBER || row->kind == OPT_BOUND ||
			 row->kind == OPT_DURATION ||
			 row->kind == OPT_DURATIONS ||
			 row->kind == OPT_FRACTION;

	if (is_number && !row->max)
		return;
	opt_format_range(row, range, sizeof(range));
	if (*range)
		text_append(out, size, ": %s", range);
}

static void describe_default(
	const struct opt *row, const void *defaults, char *out, size_t size)
{
	char value[200] = "";

	if (row->default_text)
		text_append(value, sizeof(value), "%s", row->default_text);
	else if (defaults && opt_takes_argument(row))
		opt_format(row, defaults, value, sizeof(value));
	if (*value && strcmp(value, "0") != 0)
		text_append(out, size, " (default: %s)", value);
}

/* The names in a row's env are separated by single spaces. */
static void describe_environment(const char *names, char *out, size_t size)
{
	const char *mark = " [$";

	if (!names)
		return;
	while (*names) {
		int length = (int)strcspn(names, " ");

		text_append(out, size, "%s%.*s", mark, length, names);
		mark = ", $";
		names += length;
		names += *names == ' ';
	}
	text_append(out, size, "]");
}

void help_describe(
	const struct opt *row, const void *defaults, char *out, size_t size)
{
	*out = '\0';
	text_append(out, size, "%s", row->help);
	describe_range(row, out, size);
	describe_default(row, defaults, out, size);
	describe_environment(row->env, out, size);
}

static void print_option(
	const struct opt *row, const void *defaults, bool letters)
{
	char label[100] = "    ";
	char text[DESCRIPTION_SIZE];

	if (row->letter && letters)
		snprintf(label, sizeof(label), "-%c, ", row->letter);
	text_append(label, sizeof(label), "--%s", row->name);
	if (opt_takes_argument(row))
		text_append(label, sizeof(label), "=%s", row->argument);
	help_describe(row, defaults, text, sizeof(text));
	page_item(stdout, label, LEFT, INDENT, text);
}

static void print_rows(const char *heading, const struct opt *rows,
	const void *defaults, bool letters)
{
	if (!rows || !rows->name)
		return;
	printf("%s:\n", heading);
	for (; rows->name; rows++)
		print_option(rows, defaults, letters);
	putchar('\n');
}

static void print_options(
	const char *heading, const struct opt *rows, const void *defaults)
{
	print_rows(heading, rows, defaults, true);
}

static void print_example(FILE *out, const struct command_example *example)
{
	fprintf(out, "  %s\n      ", example->line);
	page_wrap(out, example->shows, 6, 6);
}

static void print_exit_status(void)
{
	puts("Exit status:");
	for (const struct exit_meaning *m = exit_meanings; m->code; m++)
		page_item(stdout, m->code, LEFT, 9, m->text);
	putchar('\n');
}

bool help_has_numbers(const struct command *command)
{
	for (const struct opt *row = command->options; row && row->name; row++)
		if (row->kind == OPT_NUMBER || row->kind == OPT_BOUND)
			return true;
	return false;
}

static void print_environment(const struct command_variable *variable)
{
	if (!variable || !variable->name)
		return;
	puts("Environment:");
	for (; variable->name; variable++)
		page_item(stdout, variable->name, LEFT, INDENT, variable->text);
	putchar('\n');
}

static void print_verbs(const struct command *command)
{
	if (!command->verbs)
		return;
	puts("Verbs:");
	for (size_t i = 0; command->verbs[i]; i++)
		page_item(stdout, command->verbs[i]->name, LEFT, 16,
			command->verbs[i]->summary);
	printf("\n`conc %s VERB --help` tells more about each.\n\n",
		command->name);
}

static void print_command(const struct command *command)
{
	const struct command *parent = command_parent(command);

	printf("Usage: conc %s%s%s [OPTION]...%s%s\n\n",
		parent ? parent->name : "", parent ? " " : "", command->name,
		command->operands ? " " : "",
		command->operands ? command->operands : "");
	page_paragraphs(
		stdout, command->about ? command->about : command->summary);
	puts("Examples:");
	for (const struct command_example *e = command->examples; e->line; e++)
		print_example(stdout, e);
	putchar('\n');
	print_verbs(command);
	print_options("Options", command->options, command->defaults);
	if (parent)
		print_rows("Options of every verb", parent->options,
			parent->shared, false);
	print_options("Options of every command", global_options, &global);
	print_environment(command->environment);
	if (command->notes)
		page_paragraphs(stdout, command->notes);
	if (help_has_numbers(command))
		page_paragraphs(stdout, help_numbers);
	page_paragraphs(stdout, help_shortening);
	puts(VERSION_BUGS);
}

/* One example from each of the first commands. */
static void print_first_examples(FILE *out, size_t most)
{
	for (size_t i = 0; i < most && command_at(i); i++)
		print_example(out, command_at(i)->examples);
}

static void print_conc(void)
{
	puts("Usage: conc COMMAND [OPTION]... [ARGUMENT]...\n");
	page_paragraphs(stdout, help_about);
	puts("Examples:");
	print_first_examples(stdout, SIZE_MAX);
	puts("\nCommands:");
	for (size_t i = 0; command_at(i); i++)
		page_item(stdout, command_at(i)->name, LEFT, 16,
			command_at(i)->summary);
	puts("\n`conc help COMMAND` tells more about each.\n");
	print_options("Options of every command", global_options, &global);
	print_exit_status();
	page_paragraphs(stdout, help_shortening);
	puts(VERSION_BUGS);
}

void help_print(const struct command *command)
{
	if (command)
		print_command(command);
	else
		print_conc();
}

void help_print_usage(FILE *out)
{
	char names[1000] = "";

	fputs("Usage: conc COMMAND [OPTION]... [ARGUMENT]...\n\n", out);
	print_first_examples(out, USAGE_EXAMPLES);
	for (size_t i = 0; command_at(i); i++)
		text_append(names, sizeof(names), "%s ", command_at(i)->name);
	fputs("\nCommands: ", out);
	page_wrap(out, names, 10, 2);
	fputs("\ntry 'conc --help'\n", out);
}

struct help_options {
	bool list;
	bool verbs;
};

static const struct opt help_rows[] = {
	{
		.name = "list",
		.kind = OPT_FLAG,
		.offset = offsetof(struct help_options, list),
		.help = "for programs: the names of the commands or of the "
			"command's options, one per line",
	},
	{
		.name = "verbs",
		.kind = OPT_FLAG,
		.offset = offsetof(struct help_options, verbs),
		.help = "for programs: the verbs of commands that have them",
	},
	OPT_END,
};

/* Tab-separated: long, short or --, kind, range, environment variables. */
static void list_option(const struct opt *row, bool letters)
{
	static const char *const kinds[] = {
		[OPT_FLAG] = "flag",
		[OPT_COUNT] = "count",
		[OPT_NUMBER] = "number",
		[OPT_BOUND] = "bound",
		[OPT_DURATION] = "duration",
		[OPT_FRACTION] = "fraction",
		[OPT_CHOICE] = "choice",
		[OPT_TEXT] = "text",
		[OPT_COUNTS] = "counts",
		[OPT_DURATIONS] = "durations",
		[OPT_CHOICES] = "choices",
		[OPT_TEXTS] = "texts",
		[OPT_ACTION] = "action",
		[OPT_CONFIG] = "action",
	};
	char range[400];

	opt_format_range(row, range, sizeof(range));
	printf("--%s\t-%c\t%s\t%s\t%s\n", row->name,
		row->letter && letters ? row->letter : '-', kinds[row->kind],
		range, row->env ? row->env : "");
}

static void list_commands(void)
{
	for (size_t i = 0; command_at(i); i++)
		printf("%s\t%s\t%d\n", command_at(i)->name,
			command_at(i)->summary,
			command_status(command_at(i), EXIT_USAGE));
}

static void list_options(const struct opt *rows, bool letters)
{
	for (; rows && rows->name; rows++)
		list_option(rows, letters);
}

static void list_command(const struct command *command)
{
	const struct command *parent = command_parent(command);

	list_options(command->options, true);
	if (parent)
		list_options(parent->options, false);
	list_options(global_options, true);
}

static void list_verbs(const struct command *command)
{
	for (size_t i = 0; command->verbs && command->verbs[i]; i++)
		printf("%s %s\n", command->name, command->verbs[i]->name);
}

/* Returns 0, or EXIT_USAGE after saying that there is no such command. */
static int find(int noperands, char **operands, const struct command **found)
{
	const struct command *command = command_find(operands[0]);

	if (!command)
		return command_refuse(operands[0]);
	*found = command;
	if (noperands < 2)
		return 0;
	*found = command_verb(command, operands[1]);
	if (*found)
		return 0;
	if (command->verbs)
		return command_refuse_verb(command, operands[1]);
	msg_error("unexpected argument %s", text_quote(operands[1]).text);
	msg_hint_help();
	return EXIT_USAGE;
}

static int run(const void *options, int noperands, char **operands)
{
	const struct help_options *o = options;
	const struct command *command = NULL;

	int code = noperands ? find(noperands, operands, &command) : 0;

	if (code)
		return code;
	if (o->verbs) {
		for (size_t i = 0; command_at(i); i++)
			list_verbs(command_at(i));
	} else if (!o->list) {
		help_print(command);
	} else if (command) {
		list_command(command);
	} else {
		list_commands();
	}
	return EXIT_GOOD;
}

static const struct command_example examples[] = {
	{"conc help", "list the commands"},
	{"conc help help", "show this page, as `conc help --help` does"},
	{NULL, NULL},
};

const struct command command_help = {
	.name = "help",
	.summary = "explain conc or one of its commands",
	.operands = "[COMMAND [VERB]]",
	.operands_max = 2,
	.operand_choice = command_name,
	.options = help_rows,
	.options_size = sizeof(struct help_options),
	.ignores_settings = true,
	.examples = examples,
	.run = run,
};
