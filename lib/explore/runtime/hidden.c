/*
 * Functions that keep something from one call to the next, for all threads
 * together: what they keep is a variable of ours, so that the race on it is
 * found and has a name, and each execution begins without it.
 */
#include "lib/explore/runtime/hidden.h"
#include "lib/explore/runtime/memory.h"
#include "lib/explore/runtime/rt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* In the program's data, which the snapshot puts back. */
static struct {
	char *strtok;
	struct tm tm;
	char text[64];
	uint64_t random, at_exit, keys;
} kept_by_libc;

#define CHANGES(field) \
	access_memory(&(field), sizeof(field), ACCESS_WRITE, CALLER)

/* Where it goes on the next time. */
static void keep(char **rest, char *next, uint64_t pc)
{
	access_memory(rest, sizeof(*rest), ACCESS_WRITE, pc);
	*rest = next;
}

/* Ends the token at one of the set, and keeps what comes behind that. */
static char *cut(char *s, const char *set, char **rest, uint64_t pc)
{
	char *end = s + strcspn(s, set), *next = *end ? end + 1 : NULL;

	access_memory(s, (size_t)(end - s) + 1, *end ? ACCESS_WRITE : 0, pc);
	if (next)
		*end = '\0';
	keep(rest, next, pc);
	return s;
}

static char *kept_in(char **rest, uint64_t pc)
{
	access_memory(rest, sizeof(*rest), 0, pc);
	return *rest;
}

static char *token(char *s, const char *set, char **rest, uint64_t pc)
{
	access_string(set, ANY_LENGTH, pc);
	if (!s)
		s = kept_in(rest, pc);
	if (!s)
		return NULL;
	s += strspn(s, set);
	if (*s)
		return cut(s, set, rest, pc);
	keep(rest, NULL, pc);
	return NULL;
}

char *WRAP(strtok)(char *s, const char *set)
{
	return token(s, set, &kept_by_libc.strtok, CALLER);
}

char *WRAP(strtok_r)(char *s, const char *set, char **rest)
{
	return token(s, set, rest, CALLER);
}

char *WRAP(__strtok_r)(char *s, const char *set, char **rest)
{
	return token(s, set, rest, CALLER);
}

char *WRAP(strsep)(char **rest, const char *set)
{
	char *s = kept_in(rest, CALLER);

	return s ? cut(s, set, rest, CALLER) : NULL;
}

/* In UTC: the place where it runs is no part of the program. */
struct tm *WRAP(localtime)(const time_t *time)
{
	CHANGES(kept_by_libc.tm);
	return gmtime_r(time, &kept_by_libc.tm);
}

struct tm *WRAP(gmtime)(const time_t *time)
{
	CHANGES(kept_by_libc.tm);
	return gmtime_r(time, &kept_by_libc.tm);
}

struct tm *WRAP(localtime_r)(const time_t *time, struct tm *result)
{
	CHANGES(*result);
	return gmtime_r(time, result);
}

time_t WRAP(mktime)(struct tm *tm)
{
	CHANGES(*tm);
	return timegm(tm);
}

char *WRAP(asctime)(const struct tm *tm)
{
	CHANGES(kept_by_libc.text);
	return asctime_r(tm, kept_by_libc.text);
}

char *WRAP(ctime)(const time_t *time)
{
	struct tm tm;

	CHANGES(kept_by_libc.text);
	return asctime_r(gmtime_r(time, &tm), kept_by_libc.text);
}

size_t WRAP(strftime)(
	char *to, size_t size, const char *format, const struct tm *tm)
{
	size_t n = strftime(to, size, format, tm);

	access_memory(to, n + 1, ACCESS_WRITE, CALLER);
	return n;
}

/* The C library locks what these keep: no race, but whose turn it is shows. */
static void take_turn(enum op_kind kind, const uint64_t *kept, uint64_t pc)
{
	struct op op = {
		.kind = (uint8_t)kind,
		.size = sizeof(*kept),
		.pc = pc,
		.object = (uint64_t)(uintptr_t)kept,
	};

	if (rt->nthreads <= 1)
		return; /* there are none yet before main */
	point(&op);
	trace_flags(trace_op(&op), EVENT_UNMADE);
}

void hidden_at_exit(uint64_t pc)
{
	take_turn(OP_ATOMIC_UPDATE, &kept_by_libc.at_exit, pc);
}

void hidden_keys(enum op_kind kind, uint64_t pc)
{
	take_turn(kind, &kept_by_libc.keys, pc);
}

static uint64_t draw(uint64_t pc)
{
	take_turn(OP_ATOMIC_UPDATE, &kept_by_libc.random, pc);
	return program_random();
}

int WRAP(rand)(void)
{
	return (int)(draw(CALLER) >> 33);
}

long WRAP(random)(void)
{
	return (long)(draw(CALLER) >> 33);
}

double WRAP(drand48)(void)
{
	return (double)(draw(CALLER) >> 11) / (double)(UINT64_C(1) << 53);
}

long WRAP(lrand48)(void)
{
	return (long)(draw(CALLER) >> 33);
}
