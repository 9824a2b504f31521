#include "cmd/msg.h"

#include "cmd/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	MESSAGE_SIZE = 1000,
};

static const char *command, *verb;
static bool quiet;
static int out_fd = STDERR_FILENO;
static void (*before_message)(void);

void msg_set_command(const char *name)
{
	command = name;
}

void msg_set_verb(const char *name)
{
	verb = name;
}

void msg_set_fd(int fd)
{
	out_fd = fd;
}

void msg_set_quiet(bool is_quiet)
{
	quiet = is_quiet;
}

void msg_set_before(void (*before)(void))
{
	before_message = before;
}

/* One write(2), so that messages of several threads stay whole lines. */
static void say(const char *kind, bool named, const char *format, va_list args)
{
	char plain[MESSAGE_SIZE], line[MESSAGE_SIZE];
	int n = 0;
	size_t length;

	if (before_message)
		before_message();
	if (named)
		n = snprintf(plain, sizeof(plain), "conc%s%s: %s",
			command ? " " : "", command ? command : "", kind);
	vsnprintf(plain + n, sizeof(plain) - (size_t)n, format, args);
	text_escape(line, sizeof(line) - 1, plain, strlen(plain));
	length = strlen(line);
	line[length++] = '\n';
	/* When even stderr fails there is nobody left to tell. */
	if (write(out_fd, line, length) < 0)
		return;
}

void msg_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", true, format, args);
	va_end(args);
}

void msg_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("warning: ", true, format, args);
	va_end(args);
}

void msg_note(const char *format, ...)
{
	va_list args;

	if (quiet)
		return;
	va_start(args, format);
	say("", true, format, args);
	va_end(args);
}

void msg_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", false, format, args);
	va_end(args);
}

void msg_hint_help(void)
{
	if (command && verb)
		msg_hint("try 'conc %s %s --help'", command, verb);
	else if (command)
		msg_hint("try 'conc %s --help'", command);
	else
		msg_hint("try 'conc --help'");
}
