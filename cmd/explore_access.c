/* The words for accesses to memory that have no value to tell of. */
#include "cmd/explore.h"

#include "cmd/text.h"

#include <stdio.h>

enum {
	NULL_PAGE = 4096, /* nothing is ever put there */
};

/* What a pointer that leads nowhere was made from. */
static void nowhere_words(
	const struct event *event, const char *name, char *out)
{
	unsigned long long address = event->op.object;

	snprintf(out, EXPLORE_WORDS_SIZE, "%s %.80s: no such memory",
		event->op.kind == OP_WRITE ? "writes" : "reads", name);
	if (address == 0)
		text_append(out, EXPLORE_WORDS_SIZE, " (NULL)");
	else if (address < NULL_PAGE)
		text_append(out, EXPLORE_WORDS_SIZE, " (NULL + %llu)", address);
}

/* Several members at once, or elements: they have no value in common. */
static bool is_no_number(const struct event *event)
{
	unsigned size = event->op.size;

	return (event->op.kind == OP_READ || event->op.kind == OP_WRITE) &&
	       size != 1 && size != 2 && size != 4 && size != 8;
}

bool explore_valueless_words(
	const struct event *event, const char *name, char *words)
{
	const char *verb = event->op.kind == OP_READ ? "reads" : "writes";

	if (event->flags & EVENT_NOWHERE)
		nowhere_words(event, name, words);
	else if (is_no_number(event))
		snprintf(words, EXPLORE_WORDS_SIZE, "%s %u bytes at %.80s",
			verb, event->op.size, name);
	else if (event->flags & EVENT_UNMADE)
		snprintf(words, EXPLORE_WORDS_SIZE, "writes %.80s", name);
	else
		return false;
	return true;
}
