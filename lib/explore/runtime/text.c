/* Text to numbers and back: strtol, sprintf and the like. */
#include "lib/explore/runtime/format.h"
#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/rt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READS(s) access_string(s, ANY_LENGTH, CALLER)

#define NUMBER(type, name)             \
	type WRAP(name)(const char *s) \
	{                              \
		READS(s);              \
		return name(s);        \
	}

NUMBER(int, atoi)
NUMBER(long, atol)
NUMBER(long long, atoll)
NUMBER(double, atof)

/* glibc has other names for these where C23 is asked for. */
#define INTEGER(type, name, real)                                         \
	type WRAP(name)(const char *s, char **end, int base)              \
	{                                                                 \
		READS(s);                                                 \
		if (end)                                                  \
			access_memory(                                    \
				end, sizeof(*end), ACCESS_WRITE, CALLER); \
		return real(s, end, base);                                \
	}

INTEGER(long, strtol, strtol)
INTEGER(unsigned long, strtoul, strtoul)
INTEGER(long long, strtoll, strtoll)
INTEGER(unsigned long long, strtoull, strtoull)
INTEGER(long, __isoc23_strtol, strtol)
INTEGER(unsigned long, __isoc23_strtoul, strtoul)
INTEGER(long long, __isoc23_strtoll, strtoll)
INTEGER(unsigned long long, __isoc23_strtoull, strtoull)

#define REAL(type, name)                                                  \
	type WRAP(name)(const char *s, char **end)                        \
	{                                                                 \
		READS(s);                                                 \
		if (end)                                                  \
			access_memory(                                    \
				end, sizeof(*end), ACCESS_WRITE, CALLER); \
		return name(s, end);                                      \
	}

REAL(float, strtof)
REAL(double, strtod)
REAL(long double, strtold)

/* As it is when its strings have been read. */
static int print(
	char *to, size_t size, const char *format, va_list args, uint64_t pc)
{
	char room[KEPT_ROOM];
	va_list copy;
	int n;

	format_prints(format, args, pc);
	va_copy(copy, args);
	n = vsnprintf(room, sizeof(room), format, copy);
	va_end(copy);
	if (n < 0 || size == 0)
		return n;
	if (size > (size_t)n)
		size = (size_t)n + 1;
	access_memory(to, size, ACCESS_WRITE, pc);
	if ((size_t)n >= sizeof(room))
		return vsnprintf(to, size, format, args);
	memcpy(to, room, size - 1);
	to[size - 1] = '\0';
	return n;
}

int WRAP(snprintf)(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print(to, size, format, args, CALLER);
	va_end(args);
	return n;
}

int WRAP(sprintf)(char *to, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print(to, SIZE_MAX / 2, format, args, CALLER);
	va_end(args);
	return n;
}

int WRAP(vsnprintf)(char *to, size_t size, const char *format, va_list args)
{
	return print(to, size, format, args, CALLER);
}

int WRAP(vsprintf)(char *to, const char *format, va_list args)
{
	return print(to, SIZE_MAX / 2, format, args, CALLER);
}

static int print_new(char **to, const char *format, va_list args, uint64_t pc)
{
	va_list copy;
	int n;

	va_copy(copy, args);
	n = vsnprintf(NULL, 0, format, copy);
	va_end(copy);
	*to = n < 0 ? NULL : heap_alloc((size_t)n + 1, HEAP_ALIGNMENT, pc);
	return *to ? print(*to, (size_t)n + 1, format, args, pc) : -1;
}

int WRAP(asprintf)(char **to, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print_new(to, format, args, CALLER);
	va_end(args);
	return n;
}

int WRAP(vasprintf)(char **to, const char *format, va_list args)
{
	return print_new(to, format, args, CALLER);
}

static int scan(const char *s, const char *format, va_list args, uint64_t pc)
{
	va_list places;
	int n;

	access_string(s, ANY_LENGTH, pc);
	va_copy(places, args);
	n = vsscanf(s, format, args);
	format_scanned(n, format, places, pc);
	va_end(places);
	return n;
}

#define SSCANF(name)                                           \
	int WRAP(name)(const char *s, const char *format, ...) \
	{                                                      \
		va_list args;                                  \
		int n;                                         \
		va_start(args, format);                        \
		n = scan(s, format, args, CALLER);             \
		va_end(args);                                  \
		return n;                                      \
	}

SSCANF(sscanf)
SSCANF(__isoc99_sscanf)
SSCANF(__isoc23_sscanf)

void WRAP(qsort)(void *base, size_t n, size_t size,
	int (*compare)(const void *, const void *))
{
	access_memory(base, n * size, ACCESS_WRITE, CALLER);
	qsort(base, n, size, compare);
}

void *WRAP(bsearch)(const void *key, const void *base, size_t n, size_t size,
	int (*compare)(const void *, const void *))
{
	return bsearch(key, base, n, size, compare);
}
