#include "cmd/command.h"

#include "cmd/msg.h"
#include "cmd/suggest.h"
#include "cmd/text.h"

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
