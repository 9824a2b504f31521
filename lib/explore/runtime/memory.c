/* mem... and str...: the memory they touch is touched by the program. */
#include "lib/explore/runtime/memory.h"

#include "lib/explore/runtime/rt.h"

#include <string.h>

#define READS(p, n) access_memory(p, n, 0, CALLER)
#define READS_STRING(s) access_string(s, ANY_LENGTH, CALLER)
#define WRITES(p, n) access_memory(p, n, ACCESS_WRITE, CALLER)

/* How many bytes are looked at to find c. */
static size_t reach(const char *s, int c, size_t most)
{
	const char *found = memchr(s, c, most);

	return found ? (size_t)(found - s) + 1 : most;
}

/* Others may have moved it further away: then that is read, too. */
static size_t access_until(const char *s, int c, size_t most, uint64_t pc)
{
	size_t n = reach(s, c, most), read;

	do {
		read = n;
		access_memory(s, read, 0, pc);
		n = reach(s, c, most);
	} while (n > read);
	return n;
}

size_t access_string(const char *s, size_t most, uint64_t pc)
{
	size_t n = access_until(s, '\0', most, pc);

	return n > 0 && !s[n - 1] ? n - 1 : n;
}

const void *kept(char *room, const void *from, size_t n)
{
	return n <= KEPT_ROOM ? memcpy(room, from, n) : from;
}

static const char *kept_string(
	char *room, const char *s, size_t most, uint64_t pc)
{
	size_t n = access_string(s, most, pc);

	return kept(room, s, n < most ? n + 1 : n);
}

#define KEPT_STRING(s) kept_string(room, s, ANY_LENGTH, CALLER)

static void *copy(void *to, const void *from, size_t n, uint64_t pc)
{
	char room[KEPT_ROOM];

	access_memory(from, n, 0, pc);
	from = kept(room, from, n);
	access_memory(to, n, ACCESS_WRITE, pc);
	return memmove(to, from, n);
}

void *WRAP(memcpy)(void *to, const void *from, size_t n)
{
	return copy(to, from, n, CALLER);
}

void *WRAP(memmove)(void *to, const void *from, size_t n)
{
	return copy(to, from, n, CALLER);
}

void *WRAP(mempcpy)(void *to, const void *from, size_t n)
{
	return (char *)copy(to, from, n, CALLER) + n;
}

void *__tsan_memcpy(void *to, const void *from, size_t n);
void *__tsan_memcpy(void *to, const void *from, size_t n)
{
	return copy(to, from, n, CALLER);
}

void *__tsan_memmove(void *to, const void *from, size_t n);
void *__tsan_memmove(void *to, const void *from, size_t n)
{
	return copy(to, from, n, CALLER);
}

void *WRAP(memset)(void *to, int c, size_t n)
{
	WRITES(to, n);
	return memset(to, c, n);
}

void *__tsan_memset(void *to, int c, size_t n);
void *__tsan_memset(void *to, int c, size_t n)
{
	WRITES(to, n);
	return memset(to, c, n);
}

void WRAP(bzero)(void *to, size_t n)
{
	WRITES(to, n);
	memset(to, 0, n);
}

int WRAP(memcmp)(const void *a, const void *b, size_t n)
{
	char room[KEPT_ROOM];

	READS(a, n);
	a = kept(room, a, n);
	READS(b, n);
	return memcmp(a, b, n);
}

void *WRAP(memchr)(const void *s, int c, size_t n)
{
	access_until(s, c, n, CALLER);
	return memchr(s, c, n);
}

void *WRAP(memrchr)(const void *s, int c, size_t n)
{
	READS(s, n);
	return memrchr(s, c, n);
}

size_t WRAP(strlen)(const char *s)
{
	return READS_STRING(s);
}

size_t WRAP(strnlen)(const char *s, size_t most)
{
	return access_string(s, most, CALLER);
}

/* Its end is where the copy has its null byte. */
static char *copy_string(char *to, const char *from, uint64_t pc)
{
	char room[KEPT_ROOM];
	size_t n = access_string(from, ANY_LENGTH, pc);

	from = kept(room, from, n + 1);
	access_memory(to, n + 1, ACCESS_WRITE, pc);
	memmove(to, from, n + 1);
	return to + n;
}

char *WRAP(strcpy)(char *to, const char *from)
{
	copy_string(to, from, CALLER);
	return to;
}

char *WRAP(stpcpy)(char *to, const char *from)
{
	return copy_string(to, from, CALLER);
}

char *WRAP(strncpy)(char *to, const char *from, size_t n)
{
	char room[KEPT_ROOM];

	from = kept_string(room, from, n, CALLER);
	WRITES(to, n);
	return strncpy(to, from, n);
}

static char *append(char *to, const char *from, size_t most, uint64_t pc)
{
	char room[KEPT_ROOM];
	size_t n = access_string(from, most, pc), at;

	from = kept(room, from, n);
	at = access_string(to, ANY_LENGTH, pc);
	access_memory(to + at, n + 1, ACCESS_WRITE, pc);
	memmove(to + at, from, n);
	to[at + n] = '\0';
	return to;
}

char *WRAP(strcat)(char *to, const char *from)
{
	return append(to, from, ANY_LENGTH, CALLER);
}

char *WRAP(strncat)(char *to, const char *from, size_t most)
{
	return append(to, from, most, CALLER);
}

#define OF_TWO_STRINGS(type, name)                    \
	type WRAP(name)(const char *a, const char *b) \
	{                                             \
		char room[KEPT_ROOM];                 \
                                                      \
		a = KEPT_STRING(a);                   \
		READS_STRING(b);                      \
		return name(a, b);                    \
	}

OF_TWO_STRINGS(int, strcmp)
OF_TWO_STRINGS(int, strcasecmp)
OF_TWO_STRINGS(int, strcoll)
OF_TWO_STRINGS(size_t, strspn)
OF_TWO_STRINGS(size_t, strcspn)

#define COMPARES_AT_MOST(name)                                 \
	int WRAP(name)(const char *a, const char *b, size_t n) \
	{                                                      \
		char room[KEPT_ROOM];                          \
                                                               \
		a = kept_string(room, a, n, CALLER);           \
		access_string(b, n, CALLER);                   \
		return name(a, b, n);                          \
	}

COMPARES_AT_MOST(strncmp)
COMPARES_AT_MOST(strncasecmp)

char *WRAP(strchr)(const char *s, int c)
{
	READS_STRING(s);
	return strchr(s, c);
}

char *WRAP(strrchr)(const char *s, int c)
{
	READS_STRING(s);
	return strrchr(s, c);
}

/* What was found in the copy, in the string itself. */
static char *at_same_place(const char *s, const char *copy, const char *found)
{
	return found ? (char *)s + (found - copy) : NULL;
}

#define FINDS(name)                                              \
	char *WRAP(name)(const char *s, const char *what)        \
	{                                                        \
		char room[KEPT_ROOM];                            \
		const char *read = KEPT_STRING(s);               \
                                                                 \
		READS_STRING(what);                              \
		return at_same_place(s, read, name(read, what)); \
	}

FINDS(strstr)
FINDS(strpbrk)
