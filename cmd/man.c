/*
 * The man pages, in the man(7) macros, from the tables. Text is broken into
 * lines after each sentence and before column 80, as the macros want it.
 */
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/help.h"
#include "cmd/version.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	WIDTH = 72,
	DESCRIPTION_SIZE = 1000,
};

/* A character that roff would read in its own way. Returns its width. */
static int put_character(char c)
{
	static const struct {
		char from;
		const char *to;
	} special[] = {
		{'-', "\\-"},
		{'\\', "\\e"},
		{'\'', "\\(aq"},
		{'`', "\\(ga"},
		{'^', "\\(ha"},
		{'~', "\\(ti"},
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
		if (special[i].from == c)
			return printf("%s", special[i].to);
	putchar(c);
	return 1;
}

/* At the start of a line a dot would make it a request. */
static int put_word(const char *word, size_t length, bool starts_line)
{
	int width = 0;

	if (starts_line && *word == '.')
		width += printf("\\&");
	for (size_t i = 0; i < length; i++)
		width += put_character(word[i]);
	return width;
}

static bool ends_sentence(const char *word, size_t length)
{
	return length > 1 && strchr(".:", word[length - 1]);
}

/* Words up to end, in lines; the last line is ended. */
static void put_words(const char *text, const char *end)
{
	int column = 0;

	while (text < end) {
		size_t length = 0;

		while (text + length < end &&
			!isspace((unsigned char)text[length]))
			length++;
		if (column)
			column += printf(" ");
		column += put_word(text, length, column == 0);
		if (column > WIDTH - 20 || ends_sentence(text, length)) {
			putchar('\n');
			column = 0;
		}
		for (text += length;
			text < end && isspace((unsigned char)*text); text++)
			;
	}
	if (column)
		putchar('\n');
}

static void put_text(const char *text)
{
	put_words(text, text + strlen(text));
}

static void put_paragraphs(const char *text)
{
	while (*text) {
		const char *stop = strstr(text, "\n\n");
		const char *end = stop ? stop : text + strlen(text);

		puts(".PP");
		put_words(text, end);
		text = end + strspn(end, "\n");
	}
}

static void put_item(const char *label, const char *text)
{
	fputs(".TP\n.B ", stdout);
	put_word(label, strlen(label), false);
	putchar('\n');
	put_text(text);
}

/* \fB\-t\fR, \fB\-\-threads\fR=\fIN\fR */
static void put_option(const struct opt *row, const void *defaults)
{
	char text[DESCRIPTION_SIZE];

	puts(".TP");
	if (row->letter)
		printf("\\fB\\-%c\\fR, ", row->letter);
	fputs("\\fB\\-\\-", stdout);
	put_word(row->name, strlen(row->name), false);
	fputs("\\fR", stdout);
	if (opt_takes_argument(row))
		printf("=\\fI%s\\fR", row->argument);
	putchar('\n');
	help_describe(row, defaults, text, sizeof(text));
	put_text(text);
}

static void put_options(const struct opt *rows, const void *defaults)
{
	for (; rows && rows->name; rows++)
		put_option(rows, defaults);
}

/* Variables that rows name, and what they stand for. */
static void put_row_variables(const struct opt *rows)
{
	for (; rows && rows->name; rows++) {
		const char *name = rows->env;

		while (name && *name) {
			int length = (int)strcspn(name, " ");
			char text[200];

			printf(".TP\n.B %.*s\n", length, name);
			snprintf(text, sizeof(text),
				"the value of --%s where it is not given",
				rows->name);
			put_text(text);
			name += length;
			name += *name == ' ';
		}
	}
}

static void put_variables(const struct command *command)
{
	static const struct command_variable common[] = {
		{"NO_COLOR", "when not empty, no colors unless "
			     "--color=always asks for them"},
		{"TERM", "dumb: no colors, no line that is drawn over"},
		{"COLUMNS", "the width of the terminal"},
		{"LC_ALL, LC_CTYPE, LANG",
			"without UTF-8, tables and charts are drawn in ASCII"},
		{"XDG_CONFIG_HOME, HOME", "where the user's conc.conf is"},
		{NULL, NULL},
	};
	const struct command_variable *v = command ? command->environment
						   : NULL;

	puts(".SH ENVIRONMENT");
	put_row_variables(command ? command->options : NULL);
	for (; v && v->name; v++)
		put_item(v->name, v->text);
	put_row_variables(global_options);
	for (v = common; v->name; v++)
		put_item(v->name, v->text);
}

static void put_json(const struct command *command)
{
	if (!command->json)
		return;
	puts(".SH JSON");
	put_text("What --json prints has these members, as far as they apply. "
		 "Later versions may add some.");
	for (const struct command_member *m = command->json; m->names; m++)
		put_item(m->names, m->text);
}

static void put_files(void)
{
	puts(".SH FILES");
	put_item("./conc.conf",
		"settings of this directory, which beat the user's");
	put_item("$XDG_CONFIG_HOME/conc/conc.conf, ~/.config/conc/conc.conf",
		"the user's settings, which beat the system's");
	put_item(CONC_SYSCONFDIR "/conc.conf", "the system's settings");
	put_paragraphs(
		"A setting is a line such as \"color = never\": a long option "
		"without its dashes, and its value; yes or no for one that "
		"takes none. With the name of a command in front, as in "
		"\"primes.threads = 2\", it is for that command alone. A line "
		"that begins with # is a comment.");
}

static void put_exit_status(const struct command *command)
{
	puts(".SH EXIT STATUS");
	if (command && command->usage_status)
		printf("Of this command, 0 is good, %d a wrong command line "
		       "and %d\nan expected failure; of the others:\n",
			command->usage_status, command->refused_status);
	for (const struct exit_meaning *m = exit_meanings; m->code; m++)
		put_item(m->code, m->text);
}

static void put_examples(const struct command *command)
{
	for (const struct command_example *e = command->examples; e->line; e++)
		put_item(e->line, e->shows);
}

static void put_see_also(const struct command *command)
{
	const char *comma = "";

	puts(".SH SEE ALSO");
	if (command) {
		fputs(".BR conc (1)", stdout);
		comma = " ,\n";
	}
	for (size_t i = 0; command_at(i); i++) {
		if (command_at(i) == command)
			continue;
		printf("%s.BR conc\\-%s (1)", comma, command_at(i)->name);
		comma = " ,\n";
	}
	putchar('\n');
}

static void put_commands(void)
{
	puts(".SH COMMANDS");
	for (size_t i = 0; command_at(i); i++)
		put_item(command_at(i)->name, command_at(i)->summary);
}

static void put_title(const struct command *command)
{
	char name[64] = "CONC";

	if (command)
		snprintf(name, sizeof(name), "CONC-%s", command->name);
	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	fputs(".TH ", stdout);
	put_word(name, strlen(name), false);
	puts(" 1 " CONC_DATE " \"conc " CONC_VERSION "\" \"conc manual\"");
}

/* .SS enqueue, what it does, how, an example. */
static void put_verb(const struct command *command, const struct command *verb)
{
	fputs(".SS ", stdout);
	put_word(verb->name, strlen(verb->name), false);
	printf("\n.B conc %s %s\n[\\fIOPTION\\fR]...\n", command->name,
		verb->name);
	if (verb->operands)
		put_text(verb->operands);
	put_paragraphs(verb->about ? verb->about : verb->summary);
	if (verb->notes)
		put_paragraphs(verb->notes);
	put_options(verb->options, verb->defaults);
	put_examples(verb);
}

static void put_verbs(const struct command *command)
{
	if (!command->verbs)
		return;
	puts(".SH VERBS");
	for (size_t i = 0; command->verbs[i]; i++)
		put_verb(command, command->verbs[i]);
}

static void print_command(const struct command *command)
{
	put_title(command);
	printf(".SH NAME\nconc\\-%s \\- ", command->name);
	put_text(command->summary);
	printf(".SH SYNOPSIS\n.B conc %s\n[\\fIOPTION\\fR]...\n",
		command->name);
	if (command->operands)
		put_text(command->operands);
	puts(".SH DESCRIPTION");
	put_text(command->about ? command->about : command->summary);
	if (command->notes)
		put_paragraphs(command->notes);
	if (help_has_numbers(command))
		put_paragraphs(help_numbers);
	put_paragraphs(help_shortening);
	put_verbs(command);
	puts(".SH OPTIONS");
	put_options(command->options, command->defaults);
	puts(".SS Options of every command");
	put_options(global_options, &global);
	put_exit_status(command);
	put_variables(command);
	put_files();
	put_json(command);
	puts(".SH EXAMPLES");
	put_examples(command);
	put_see_also(command);
}

static void print_conc(void)
{
	put_title(NULL);
	puts(".SH NAME\nconc \\- shows concurrency at work");
	puts(".SH SYNOPSIS\n.B conc\n\\fICOMMAND\\fR [\\fIOPTION\\fR]... "
	     "[\\fIARGUMENT\\fR]...");
	puts(".SH DESCRIPTION");
	put_text(help_about);
	put_paragraphs(help_shortening);
	put_commands();
	puts(".SH OPTIONS");
	put_options(global_options, &global);
	put_exit_status(NULL);
	put_variables(NULL);
	put_files();
	puts(".SH EXAMPLES");
	for (size_t i = 0; command_at(i); i++)
		put_examples(command_at(i));
	put_see_also(NULL);
}

static int run(const void *options, int noperands, char **operands)
{
	const struct command *command = NULL;

	(void)options;
	if (noperands) {
		command = command_find(operands[0]);
		if (!command)
			return command_refuse(operands[0]);
	}
	if (command)
		print_command(command);
	else
		print_conc();
	puts(".SH REPORTING BUGS");
	put_text(VERSION_BUGS);
	return EXIT_GOOD;
}

static const struct command_example examples[] = {
	{"conc man >conc.1", "write the page of conc itself to a file"},
	{"conc man help | man -l -", "read the page of `conc help`"},
	{NULL, NULL},
};

const struct command command_man = {
	.name = "man",
	.summary = "print the source of a man page",
	.operands = "[COMMAND]",
	.operands_max = 1,
	.operand_choice = command_name,
	.ignores_settings = true,
	.examples = examples,
	.run = run,
};
