/* err.h: what begins with the name of the program, and may end it. */
#include "lib/explore/runtime/format.h"
#include "lib/explore/runtime/process.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	TEXT_SIZE = 4096,
};

static void add(char *text, const char *what)
{
	size_t n = strlen(text);

	snprintf(text + n, TEXT_SIZE - n, "%s", what);
}

/* Without an error there is none to be named. */
static void complain(int error, const char *format, va_list args, uint64_t pc)
{
	char text[TEXT_SIZE] = "";
	size_t n;

	add(text, program_invocation_short_name);
	if (format) {
		add(text, ": ");
		n = strlen(text);
		format_prints(format, args, pc);
		vsnprintf(text + n, TEXT_SIZE - n, format, args);
	}
	if (error) {
		add(text, ": ");
		add(text, strerror(error));
	}
	n = strlen(text);
	text[n < TEXT_SIZE - 1 ? n++ : n - 1] = '\n';
	error_write(text, n, pc);
}

void WRAP(warn)(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	complain(error, format, args, CALLER);
	va_end(args);
}

void WRAP(warnx)(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(0, format, args, CALLER);
	va_end(args);
}

void WRAP(err)(int status, const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	complain(error, format, args, CALLER);
	va_end(args);
	process_exit(status, CALLER);
}

void WRAP(errx)(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(0, format, args, CALLER);
	va_end(args);
	process_exit(status, CALLER);
}
