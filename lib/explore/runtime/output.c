/*
 * What the program prints, kept instead of written: it belongs to one
 * execution of many. With config.outputs each piece is a step.
 */
#include "lib/explore/runtime/format.h"
#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void keep(const char *data, size_t size)
{
	struct wire *wire = rt->wire;

	memcpy(wire->output + wire->output_size, data, size);
	wire->output_size += (uint32_t)size;
}

/* By a constructor, before main: the beginning of what each execution prints */
static void print_first(const char *data, size_t size)
{
	size_t room = WIRE_MAX_OUTPUT - rt->wire->output_size;

	keep(data, size < room ? size : room);
}

void output_write(const char *data, size_t size, uint64_t pc)
{
	struct wire *wire = rt->wire;
	char room[KEPT_ROOM];

	if (!rt->in_execution) {
		print_first(data, size);
		return;
	}
	trace_settle(self());
	if (wire->config.outputs) {
		data = kept(room, data, size);
		point_at(OP_OUTPUT, NULL, NULL, pc);
	}
	if (size > WIRE_MAX_OUTPUT - wire->output_size)
		fail(FOUND_OUTPUT_LIMIT, pc, "prints more than %d bytes",
			WIRE_MAX_OUTPUT);
	if (wire->config.outputs || rt->tracing)
		trace_output(
			trace(OP_OUTPUT, pc, NULL), wire->output_size, size);
	await_forget();
	keep(data, size);
}

/* To standard error: no part of what the program does, but of what it tells. */
void error_write(const char *data, size_t size, uint64_t pc)
{
	struct wire *wire = rt->wire;
	struct event *event;

	if (!rt->tracing)
		return;
	trace_settle(self());
	if (size > WIRE_MAX_OUTPUT - wire->errors_size)
		size = WIRE_MAX_OUTPUT - wire->errors_size;
	event = trace(OP_OUTPUT, pc, NULL);
	trace_output(event, wire->errors_size, size);
	trace_flags(event, EVENT_STDERR);
	memcpy(wire->errors + wire->errors_size, data, size);
	wire->errors_size += (uint32_t)size;
}

static void write_to(bool out, const char *data, size_t size, uint64_t pc)
{
	if (out)
		output_write(data, size, pc);
	else
		error_write(data, size, pc);
}

/* Other streams than these two are files, which are not undone. */
static bool to_file(const FILE *stream, const char *name, uint64_t pc)
{
	if (stream == stdout || stream == stderr)
		return false;
	file_call(name, pc);
	return true;
}

static int print(bool out, uint64_t pc, const char *format, va_list args)
{
	char text[4096];
	int n;

	format_prints(format, args, pc);
	n = vsnprintf(text, sizeof(text), format, args);

	if (n < 0)
		return n;
	if ((size_t)n >= sizeof(text))
		fail(FOUND_REFUSED, pc, "prints %d bytes in one call", n);
	write_to(out, text, (size_t)n, pc);
	return n;
}

static int print_to(FILE *stream, uint64_t pc, const char *format, va_list args)
{
	if (to_file(stream, "fprintf", pc))
		return vfprintf(stream, format, args);
	return print(stream == stdout, pc, format, args);
}

int WRAP(printf)(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print(true, CALLER, format, args);
	va_end(args);
	return n;
}

int WRAP(__printf_chk)(int flag, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = print(true, CALLER, format, args);
	va_end(args);
	return n;
}

int WRAP(vprintf)(const char *format, va_list args)
{
	return print(true, CALLER, format, args);
}

int WRAP(fprintf)(FILE *stream, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print_to(stream, CALLER, format, args);
	va_end(args);
	return n;
}

int WRAP(vfprintf)(FILE *stream, const char *format, va_list args)
{
	return print_to(stream, CALLER, format, args);
}

int WRAP(dprintf)(int fd, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	if (fd == STDOUT_FILENO || fd == STDERR_FILENO) {
		n = print(fd == STDOUT_FILENO, CALLER, format, args);
	} else {
		file_call("dprintf", CALLER);
		n = vdprintf(fd, format, args);
	}
	va_end(args);
	return n;
}

int WRAP(puts)(const char *s)
{
	char text[4096];
	int n;

	access_string(s, ANY_LENGTH, CALLER);
	n = snprintf(text, sizeof(text), "%s\n", s);
	if ((size_t)n >= sizeof(text))
		fail(FOUND_REFUSED, CALLER, "prints %d bytes in one call", n);
	output_write(text, (size_t)n, CALLER);
	return n;
}

int WRAP(fputs)(const char *s, FILE *stream)
{
	size_t n = access_string(s, ANY_LENGTH, CALLER);

	if (to_file(stream, "fputs", CALLER))
		return fputs(s, stream);
	write_to(stream == stdout, s, n, CALLER);
	return 1;
}

static int put(bool out, int c, uint64_t pc)
{
	char byte = (char)c;

	write_to(out, &byte, 1, pc);
	return (unsigned char)byte;
}

int WRAP(putchar)(int c)
{
	return put(true, c, CALLER);
}

static int put_to(int c, FILE *stream, uint64_t pc)
{
	if (to_file(stream, "fputc", pc))
		return fputc(c, stream);
	return put(stream == stdout, c, pc);
}

int WRAP(fputc)(int c, FILE *stream)
{
	return put_to(c, stream, CALLER);
}

int WRAP(putc)(int c, FILE *stream)
{
	return put_to(c, stream, CALLER);
}

size_t WRAP(fwrite)(const void *data, size_t size, size_t n, FILE *stream)
{
	access_memory(data, size * n, 0, CALLER);
	if (to_file(stream, "fwrite", CALLER))
		return fwrite(data, size, n, stream);
	write_to(stream == stdout, data, size * n, CALLER);
	return n;
}

int WRAP(fflush)(FILE *stream)
{
	if (stream == stdout || stream == stderr)
		return 0;
	file_step(CALLER);
	return stream ? fflush(stream) : 0;
}

ssize_t WRAP(write)(int fd, const void *data, size_t size)
{
	access_memory(data, size, 0, CALLER);
	if (fd != STDOUT_FILENO && fd != STDERR_FILENO) {
		file_call("write", CALLER);
		return write(fd, data, size);
	}
	write_to(fd == STDOUT_FILENO, data, size, CALLER);
	return (ssize_t)size;
}

void WRAP(perror)(const char *s)
{
	char text[4096];
	const char *error = strerror(errno);
	int n = s && *s ? snprintf(text, sizeof(text), "%s: %s\n", s, error)
			: snprintf(text, sizeof(text), "%s\n", error);

	if (n > 0)
		error_write(text,
			(size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1,
			CALLER);
}
