/* What the C library keeps, by the names of our variables for it. */
#include "cmd/explore_library.h"

#include "cmd/explore.h"

#include <stdio.h>
#include <string.h>

/* What functions of the C library keep from call to call is ours here. */
static const struct {
	const char *ours, *name;
} kept[] = {
	{"kept_by_libc.strtok", "strtok's own static"},
	{"kept_by_libc.tm", "localtime's (and gmtime's) own result"},
	{"kept_by_libc.text", "asctime's (and ctime's) own result"},
	{"kept_by_libc.random", "rand's own static"},
	{"kept_by_libc.at_exit", "the list of atexit"},
	{"kept_by_libc.keys", "the list of keys"},
};

void explore_name_of_library(char *words)
{
	char rest[EXPLORE_WORDS_SIZE / 2];

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		size_t n = strlen(kept[i].ours);

		if (strncmp(words, kept[i].ours, n) != 0)
			continue;
		snprintf(rest, sizeof(rest), "%.90s", words + n);
		snprintf(words, EXPLORE_WORDS_SIZE, "%s%s%s",
			rest[0] == '.' ? rest + 1 : rest, rest[0] ? " of " : "",
			kept[i].name);
		return;
	}
}
