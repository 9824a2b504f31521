/*
 * What the program reads: the same text in every execution, from the wire.
 * Where it is in that text is shared by all threads, so that each read is a
 * step.
 */
#include "lib/explore/runtime/cancel.h"
#include "lib/explore/runtime/format.h"
#include "lib/explore/runtime/rt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void ask(uint64_t pc)
{
	point_at(OP_INPUT, NULL, NULL, pc);
	trace(OP_INPUT, pc, NULL);
	if (cancel_due())
		cancel_now();
}

/* Other streams are files: see files.c. */
static bool from_file(FILE *stream, const char *name, uint64_t pc)
{
	if (stream != stdin) {
		file_call(name, pc);
		return true;
	}
	ask(pc);
	return false;
}

static size_t left(void)
{
	return rt->wire->input_size - rt->input_at;
}

static const char *here(void)
{
	return rt->wire->input + rt->input_at;
}

static int next_byte(void)
{
	if (left() == 0) {
		rt->input_ended = true;
		return EOF;
	}
	return (unsigned char)rt->wire->input[rt->input_at++];
}

/* Up to and with the delimiter, at most n bytes. */
static size_t piece(size_t n, int delimiter)
{
	const char *end;

	if (n > left())
		n = left();
	end = memchr(here(), delimiter, n);
	return end ? (size_t)(end - here()) + 1 : n;
}

static void take(void *to, size_t n, uint64_t pc)
{
	access_memory(to, n, ACCESS_WRITE, pc);
	memcpy(to, here(), n);
	rt->input_at += (uint32_t)n;
}

int WRAP(getchar)(void)
{
	ask(CALLER);
	return next_byte();
}

int WRAP(fgetc)(FILE *stream)
{
	if (from_file(stream, "fgetc", CALLER))
		return fgetc(stream);
	return next_byte();
}

int WRAP(getc)(FILE *stream)
{
	if (from_file(stream, "getc", CALLER))
		return getc(stream);
	return next_byte();
}

int WRAP(ungetc)(int c, FILE *stream)
{
	if (from_file(stream, "ungetc", CALLER))
		return ungetc(c, stream);
	if (c == EOF || rt->input_at == 0 ||
		rt->wire->input[rt->input_at - 1] != (char)c)
		return EOF;
	rt->input_at--;
	rt->input_ended = false;
	return c;
}

char *WRAP(fgets)(char *s, int size, FILE *stream)
{
	size_t n;

	if (from_file(stream, "fgets", CALLER))
		return fgets(s, size, stream);
	n = size > 1 ? piece((size_t)size - 1, '\n') : 0;
	if (n == 0) {
		rt->input_ended = left() == 0;
		return NULL;
	}
	access_memory(s, n + 1, ACCESS_WRITE, CALLER);
	take(s, n, CALLER);
	s[n] = '\0';
	return s;
}

static ssize_t line(char **text, size_t *size, int delimiter, uint64_t pc)
{
	size_t n = piece(left(), delimiter);

	if (n == 0) {
		rt->input_ended = true;
		return -1;
	}
	if (!*text || *size < n + 1) {
		*text = heap_moved(*text, n + 1, pc);
		*size = n + 1;
	}
	if (!*text)
		return -1;
	take(*text, n, pc);
	(*text)[n] = '\0';
	return (ssize_t)n;
}

ssize_t WRAP(getline)(char **text, size_t *size, FILE *stream)
{
	if (from_file(stream, "getline", CALLER))
		return getline(text, size, stream);
	return line(text, size, '\n', CALLER);
}

ssize_t WRAP(getdelim)(char **text, size_t *size, int delimiter, FILE *stream)
{
	if (from_file(stream, "getdelim", CALLER))
		return getdelim(text, size, delimiter, stream);
	return line(text, size, delimiter, CALLER);
}

size_t WRAP(fread)(void *to, size_t size, size_t n, FILE *stream)
{
	if (from_file(stream, "fread", CALLER))
		return fread(to, size, n, stream);
	if (size == 0)
		return 0;
	if (n > left() / size) {
		n = left() / size;
		rt->input_ended = true;
	}
	take(to, n * size, CALLER);
	return n;
}

ssize_t WRAP(read)(int fd, void *to, size_t n)
{
	if (fd != STDIN_FILENO) {
		file_call("read", CALLER);
		return read(fd, to, n);
	}
	ask(CALLER);
	if (n > left())
		n = left();
	take(to, n, CALLER);
	return (ssize_t)n;
}

int WRAP(feof)(FILE *stream)
{
	return stream == stdin ? rt->input_ended : feof(stream);
}

int WRAP(ferror)(FILE *stream)
{
	return stream == stdin ? 0 : ferror(stream);
}

void WRAP(clearerr)(FILE *stream)
{
	if (stream == stdin)
		rt->input_ended = false;
	else
		clearerr(stream);
}

/* The C library's own, on what is left, which tells how far it came. */
static int scan(uint64_t pc, const char *format, va_list args)
{
	FILE *stream;
	va_list places;
	int n = EOF;

	if (left() == 0) {
		rt->input_ended = true;
		return EOF;
	}
	stream = fmemopen((void *)(uintptr_t)here(), left(), "r");
	if (!stream)
		fail(FOUND_REFUSED, pc, "its input cannot be read: %s",
			strerror(errno));
	va_copy(places, args);
	n = vfscanf(stream, format, args);
	rt->input_at += (uint32_t)ftell(stream);
	rt->input_ended = feof(stream);
	fclose(stream);
	format_scanned(n, format, places, pc);
	va_end(places);
	return n;
}

#define SCANF(name)                                         \
	int WRAP(name)(const char *format, ...)             \
	{                                                   \
		va_list args;                               \
		int n;                                      \
		ask(CALLER);                                \
		va_start(args, format);                     \
		n = scan(CALLER, format, args);             \
		va_end(args);                               \
		return n;                                   \
	}                                                   \
	int WRAP(v##name)(const char *format, va_list args) \
	{                                                   \
		ask(CALLER);                                \
		return scan(CALLER, format, args);          \
	}

#define FSCANF(name)                                           \
	int WRAP(name)(FILE * stream, const char *format, ...) \
	{                                                      \
		bool file = from_file(stream, #name, CALLER);  \
		va_list args;                                  \
		int n;                                         \
		va_start(args, format);                        \
		n = file ? vfscanf(stream, format, args)       \
			 : scan(CALLER, format, args);         \
		va_end(args);                                  \
		return n;                                      \
	}

SCANF(scanf)
SCANF(__isoc99_scanf)
SCANF(__isoc23_scanf)
FSCANF(fscanf)
FSCANF(__isoc99_fscanf)
FSCANF(__isoc23_fscanf)

int WRAP(__isoc99_vscanf)(const char *format, va_list args)
{
	ask(CALLER);
	return scan(CALLER, format, args);
}
