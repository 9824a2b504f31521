#include "cmd/command.h"

#include "cmd/msg.h"
#include "cmd/suggest.h"
#include "cmd/text.h"

#include <ctype.h>
#include <string.h>

#define COMMAND(name) extern const struct command command_##name;
#include "cmd/list.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "cmd/list.def"
#undef COMMAND
	NULL,
};

const struct command *command_at(size_t i)
{
	return commands[i];
}

const char *command_name(size_t i)
{
	return commands[i] ? commands[i]->name : NULL;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

const struct command *command_verb(
	const struct command *command, const char *name)
{
	for (size_t i = 0; command->verbs && command->verbs[i]; i++)
		if (strcmp(command->verbs[i]->name, name) == 0)
			return command->verbs[i];
	return NULL;
}

const struct command *command_parent(const struct command *verb)
{
	for (size_t i = 0; commands[i]; i++)
		for (size_t k = 0; commands[i]->verbs && commands[i]->verbs[k];
			k++)
			if (commands[i]->verbs[k] == verb)
				return commands[i];
	return NULL;
}

int command_status(const struct command *command, int code)
{
	if (command && code == EXIT_USAGE && command->usage_status)
		return command->usage_status;
	if (command && code == EXIT_REFUSED && command->refused_status)
		return command->refused_status;
	return code;
}

static const char *verb_name_of(const void *from, size_t i)
{
	const struct command *command = from;

	return command->verbs[i] ? command->verbs[i]->name : NULL;
}

static bool has_verb(const struct command *command, const char *name)
{
	for (size_t i = 0; command->verbs[i]; i++) {
		if (!strcmp(command->verbs[i]->name, name))
			return true;
	}
	return false;
}

/* A number, or what begins with one, is a lesson: to be shown, then. */
int command_refuse_verb(const struct command *command, const char *name)
{
	const char *near = suggest(name, verb_name_of, command);

	if (near) {
		msg_error("%s is not a verb of conc %s; most similar: %s",
			text_quote(name).text, command->name, near);
		msg_hint("try 'conc %s %s --help'", command->name, near);
	} else {
		msg_error("%s is not a verb of conc %s", text_quote(name).text,
			command->name);
		if (isdigit((unsigned char)name[0]) &&
			has_verb(command, "show"))
			msg_hint("try 'conc %s show %s'", command->name, name);
		else
			msg_hint("try 'conc %s --help'", command->name);
	}
	return EXIT_USAGE;
}

static const char *name_of(const void *from, size_t i)
{
	(void)from;
	return command_name(i);
}

int command_refuse(const char *name)
{
	const char *near = suggest(name, name_of, NULL);

	if (near) {
		msg_error("%s is not a conc command; most similar: %s",
			text_quote(name).text, near);
		msg_hint("try 'conc %s --help'", near);
	} else {
		msg_error("%s is not a conc command", text_quote(name).text);
		msg_hint("try 'conc help'");
	}
	return EXIT_USAGE;
}
