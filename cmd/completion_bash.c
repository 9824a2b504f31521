/*
 * Nothing of the bash-completion package is used: plain `bash --norc` is
 * enough. bash cuts `--name=value` into three words at the `=`.
 */
#include "cmd/completion_impl.h"

#include <stdio.h>

static const char head[] =
	"# bash completion for conc, from: conc completion bash\n"
	"_conc()\n"
	"{\n"
	"\tlocal cur prev command='' words='' files='' prefix='' i\n"
	"\tCOMPREPLY=()\n"
	"\tcur=${COMP_WORDS[COMP_CWORD]}\n"
	"\tprev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tif [[ $cur == = ]]; then\n"
	"\t\tcur=\n"
	"\telif [[ $prev == = ]]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\t[[ $command ]] || case ${COMP_WORDS[i]} in\n"
	"\t\t";

static const char after_commands[] = ")\n"
				     "\t\t\tcommand=${COMP_WORDS[i]}\n"
				     "\t\t\tcontinue ;;\n"
				     "\t\tesac\n"
				     "\t\tcase $command:${COMP_WORDS[i]} in\n";

static const char after_verbs[] = "\t\tesac\n"
				  "\tdone\n"
				  "\tcase $command:$prev in\n";

static const char tail[] =
	"\tesac\n"
	"\tif [[ $files ]]; then\n"
	"\t\twhile IFS= read -r i; do\n"
	"\t\t\tCOMPREPLY+=(\"$i\")\n"
	"\t\tdone < <(compgen -f -- \"$cur\")\n"
	"\t\treturn\n"
	"\tfi\n"
	"\t[[ $cur == *,* ]] && prefix=${cur%,*},\n"
	"\twhile IFS= read -r i; do\n"
	"\t\tCOMPREPLY+=(\"$i\")\n"
	"\tdone < <(compgen -P \"$prefix\" -W \"$words\" -- \"${cur##*,}\")\n"
	"}\n"
	"complete -F _conc conc\n";

/* A case that gives the words for what follows the option. */
static void put_argument(
	const char *command, const struct opt *row, bool letters)
{
	printf("\t%s:--%s", command, row->name);
	if (row->letter && letters)
		printf(" | %s:-%c", command, row->letter);
	fputs(") ", stdout);
	if (row->kind == OPT_CHOICE || row->kind == OPT_CHOICES) {
		fputs("words='", stdout);
		completion_put_choices(row);
		puts("' ;;");
	} else {
		puts(row->kind == OPT_TEXT ? "files=1 ;;" : ";;");
	}
}

static void put_arguments(
	const char *command, const struct opt *rows, bool letters)
{
	for (; rows && rows->name; rows++)
		if (opt_takes_argument(rows))
			put_argument(command, rows, letters);
}

static void put_long_names(const struct opt *rows)
{
	for (; rows && rows->name; rows++)
		printf(" --%s", rows->name);
}

static void put_names(const struct opt *rows)
{
	put_long_names(rows);
	for (; rows && rows->name; rows++)
		if (rows->letter)
			printf(" -%c", rows->letter);
}

/* `fsq:enqueue)` and so on: the command is fsq-enqueue from there on. */
static void put_verbs(const struct command *command)
{
	for (size_t i = 0; command->verbs && command->verbs[i]; i++) {
		const char *verb = command->verbs[i]->name;

		printf("\t\t%s:%s) command=%s-%s ;;\n", command->name, verb,
			command->name, verb);
	}
}

static void put_verb_arguments(const struct command *command)
{
	char name[64];

	for (size_t i = 0; command->verbs && command->verbs[i]; i++) {
		snprintf(name, sizeof(name), "%s-%s", command->name,
			command->verbs[i]->name);
		put_arguments(name, command->verbs[i]->options, true);
		put_arguments(name, command->options, false);
	}
}

/* Operands of verbs are files, or names that nobody can guess. */
static void put_verb_options(const struct command *command)
{
	for (size_t i = 0; command->verbs && command->verbs[i]; i++) {
		printf("\t%s-%s:*)\n\t\tfiles=1\n"
		       "\t\t[[ $cur == -* ]] && files='' words='",
			command->name, command->verbs[i]->name);
		put_names(command->verbs[i]->options);
		put_long_names(command->options);
		put_names(global_options);
		puts("' ;;");
	}
}

/* A case that gives the options, or what an operand may be. */
static void put_command(const struct command *command)
{
	printf("\t%s:*)\n\t\twords='", command->name);
	if (command->operand_choice)
		completion_put_words(command->operand_choice);
	fputs("'\n\t\t[[ $cur == -* ]] && words='", stdout);
	put_names(command->options);
	put_names(global_options);
	puts("' ;;");
}

void completion_bash(void)
{
	fputs(head, stdout);
	for (size_t i = 0; command_at(i); i++)
		printf("%s%s", i ? " | " : "", command_at(i)->name);
	fputs(after_commands, stdout);
	for (size_t i = 0; command_at(i); i++)
		put_verbs(command_at(i));
	fputs(after_verbs, stdout);
	for (size_t i = 0; command_at(i); i++) {
		put_arguments(
			command_at(i)->name, command_at(i)->options, true);
		put_verb_arguments(command_at(i));
	}
	put_arguments("*", global_options, true);
	for (size_t i = 0; command_at(i); i++)
		put_verb_options(command_at(i));
	for (size_t i = 0; command_at(i); i++)
		put_command(command_at(i));
	fputs("\t*)\n\t\twords='", stdout);
	completion_put_words(command_name);
	fputs("'\n\t\t[[ $cur == -* ]] && words='", stdout);
	put_names(global_options);
	puts("' ;;");
	fputs(tail, stdout);
}
