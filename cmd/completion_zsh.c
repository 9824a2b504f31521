#include "cmd/completion_impl.h"

#include <stdio.h>
#include <string.h>

/*
 * Inside single quotes; in a specification of _arguments or _describe,
 * brackets and colons have a meaning too.
 */
static void put_escaped(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr("[]:\\", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void put_action(const struct opt *row)
{
	printf(":%s:", row->argument);
	switch (row->kind) {
	case OPT_CHOICE:
		putchar('(');
		completion_put_choices(row);
		putchar(')');
		break;
	case OPT_CHOICES:
		printf("_values -s , %s ", row->argument);
		completion_put_choices(row);
		break;
	case OPT_TEXT:
		fputs("_files", stdout);
		break;
	default:
		putchar(' ');
	}
}

/* '(-t --threads)'{-t+,--threads=}'[how many workers]:N: ' */
static void put_option(const struct opt *row, bool letters)
{
	const char *equals = opt_takes_argument(row) ? "=" : "";
	const char *plus = opt_takes_argument(row) ? "+" : "";

	fputs(" \\\n\t\t", stdout);
	if (row->letter && letters)
		printf("'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name,
			row->letter, plus, row->name, equals);
	else
		printf("'--%s%s[", row->name, equals);
	put_escaped(row->help);
	putchar(']');
	if (opt_takes_argument(row))
		put_action(row);
	putchar('\'');
}

static void put_options(const struct opt *rows)
{
	for (; rows && rows->name; rows++)
		put_option(rows, true);
}

static void put_long_options(const struct opt *rows)
{
	for (; rows && rows->name; rows++)
		put_option(rows, false);
}

/* A case of its own for each verb, before that of the command alone. */
static void put_verbs(const struct command *command)
{
	if (!command->verbs)
		return;
	puts("\t\tcase $words[2] in");
	for (size_t i = 0; command->verbs[i]; i++) {
		printf("\t\t%s)\n\t\tshift words; ((CURRENT--))\n"
		       "\t\t_arguments",
			command->verbs[i]->name);
		put_options(command->verbs[i]->options);
		put_long_options(command->options);
		put_options(global_options);
		puts(" \\\n\t\t'*:argument:_files'; return ;;");
	}
	puts("\t\tesac");
}

static void put_command(const struct command *command)
{
	printf("\t%s)\n", command->name);
	put_verbs(command);
	fputs("\t\t_arguments", stdout);
	put_options(command->options);
	put_options(global_options);
	if (command->operand_choice) {
		fputs(" \\\n\t\t'*:argument:(", stdout);
		completion_put_words(command->operand_choice);
		fputs(")'", stdout);
	}
	puts(" ;;");
}

void completion_zsh(void)
{
	puts("#compdef conc\n"
	     "# zsh completion for conc, from: conc completion zsh\n"
	     "_conc()\n"
	     "{\n"
	     "\tlocal curcontext=$curcontext state line\n"
	     "\tlocal -A opt_args\n"
	     "\tlocal -a commands\n"
	     "\tcommands=(");
	for (size_t i = 0; command_at(i); i++) {
		printf("\t\t'%s:", command_at(i)->name);
		put_escaped(command_at(i)->summary);
		puts("'");
	}
	fputs("\t)\n\t_arguments -C", stdout);
	put_options(global_options);
	puts(" \\\n\t\t'1:command:->command' '*::argument:->argument'\n"
	     "\tcase $state in\n"
	     "\tcommand) _describe command commands; return ;;\n"
	     "\targument) ;;\n"
	     "\t*) return ;;\n"
	     "\tesac\n"
	     "\tcase $words[1] in");
	for (size_t i = 0; command_at(i); i++)
		put_command(command_at(i));
	puts("\tesac\n"
	     "}\n"
	     "if [[ $funcstack[1] == _conc ]]; then\n"
	     "\t_conc \"$@\"\n"
	     "else\n"
	     "\tcompdef _conc conc\n"
	     "fi");
}
