/* mem... and str...: the memory they touch is touched by the program. */
#include "lib/explore/runtime/rt.h"

#include <string.h>

#define READS(p, n) access_memory(p, n, 0, CALLER)
#define WRITES(p, n) access_memory(p, n, ACCESS_WRITE, CALLER)

void *WRAP(memcpy)(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return memcpy(to, from, n);
}

void *WRAP(memmove)(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return memmove(to, from, n);
}

void *WRAP(memset)(void *to, int c, size_t n)
{
	WRITES(to, n);
	return memset(to, c, n);
}

int WRAP(memcmp)(const void *a, const void *b, size_t n)
{
	READS(a, n);
	READS(b, n);
	return memcmp(a, b, n);
}

void *WRAP(memchr)(const void *s, int c, size_t n)
{
	const char *found = memchr(s, c, n);

	READS(s, found ? (size_t)(found - (const char *)s) + 1 : n);
	return memchr(s, c, n);
}

size_t WRAP(strlen)(const char *s)
{
	size_t n = strlen(s);

	READS(s, n + 1);
	return n;
}

size_t WRAP(strnlen)(const char *s, size_t most)
{
	size_t n = strnlen(s, most);

	READS(s, n);
	return n;
}

char *WRAP(strcpy)(char *to, const char *from)
{
	size_t n = strlen(from) + 1;

	READS(from, n);
	WRITES(to, n);
	return memcpy(to, from, n);
}

char *WRAP(strncpy)(char *to, const char *from, size_t n)
{
	READS(from, strnlen(from, n));
	WRITES(to, n);
	return strncpy(to, from, n);
}

char *WRAP(strcat)(char *to, const char *from)
{
	size_t at = strlen(to), n = strlen(from) + 1;

	READS(from, n);
	READS(to, at);
	WRITES(to + at, n);
	memcpy(to + at, from, n);
	return to;
}

char *WRAP(strncat)(char *to, const char *from, size_t most)
{
	READS(from, strnlen(from, most));
	WRITES(to + strlen(to), strnlen(from, most) + 1);
	return strncat(to, from, most);
}

int WRAP(strcmp)(const char *a, const char *b)
{
	READS(a, strlen(a) + 1);
	READS(b, strlen(b) + 1);
	return strcmp(a, b);
}

int WRAP(strncmp)(const char *a, const char *b, size_t n)
{
	READS(a, strnlen(a, n));
	READS(b, strnlen(b, n));
	return strncmp(a, b, n);
}

char *WRAP(strchr)(const char *s, int c)
{
	READS(s, strlen(s) + 1);
	return strchr(s, c);
}

char *WRAP(strrchr)(const char *s, int c)
{
	READS(s, strlen(s) + 1);
	return strrchr(s, c);
}

char *WRAP(strstr)(const char *s, const char *what)
{
	READS(s, strlen(s) + 1);
	READS(what, strlen(what) + 1);
	return strstr(s, what);
}

char *WRAP(stpcpy)(char *to, const char *from)
{
	size_t n = strlen(from) + 1;

	READS(from, n);
	WRITES(to, n);
	return stpcpy(to, from);
}

int WRAP(strcasecmp)(const char *a, const char *b)
{
	READS(a, strlen(a) + 1);
	READS(b, strlen(b) + 1);
	return strcasecmp(a, b);
}

int WRAP(strncasecmp)(const char *a, const char *b, size_t n)
{
	READS(a, strnlen(a, n));
	READS(b, strnlen(b, n));
	return strncasecmp(a, b, n);
}

int WRAP(strcoll)(const char *a, const char *b)
{
	READS(a, strlen(a) + 1);
	READS(b, strlen(b) + 1);
	return strcoll(a, b);
}

size_t WRAP(strspn)(const char *s, const char *set)
{
	READS(s, strlen(s) + 1);
	READS(set, strlen(set) + 1);
	return strspn(s, set);
}

size_t WRAP(strcspn)(const char *s, const char *set)
{
	READS(s, strlen(s) + 1);
	READS(set, strlen(set) + 1);
	return strcspn(s, set);
}

char *WRAP(strpbrk)(const char *s, const char *set)
{
	READS(s, strlen(s) + 1);
	READS(set, strlen(set) + 1);
	return strpbrk(s, set);
}

void *WRAP(memrchr)(const void *s, int c, size_t n)
{
	READS(s, n);
	return memrchr(s, c, n);
}

void *WRAP(mempcpy)(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return mempcpy(to, from, n);
}

void WRAP(bzero)(void *to, size_t n)
{
	WRITES(to, n);
	memset(to, 0, n);
}

void *__tsan_memcpy(void *to, const void *from, size_t n);
void *__tsan_memcpy(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return memcpy(to, from, n);
}

void *__tsan_memmove(void *to, const void *from, size_t n);
void *__tsan_memmove(void *to, const void *from, size_t n)
{
	READS(from, n);
	WRITES(to, n);
	return memmove(to, from, n);
}

void *__tsan_memset(void *to, int c, size_t n);
void *__tsan_memset(void *to, int c, size_t n)
{
	WRITES(to, n);
	return memset(to, c, n);
}
