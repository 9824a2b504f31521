/* What a call is about, by the name that the program has for it. */
#include "cmd/explore_descriptors.h"

#include "cmd/explore_way.h"
#include "cmd/text.h"
#include "lib/explore/descriptor.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	MOST_LINES = 2000,
	MOST_NAME = 40,
};

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind "pipe(" in that line; NULL: not there, or more than once. */
static const char *behind_call(const char *line)
{
	static const char *const calls[] = {"pipe(", "pipe2("};
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const char *p = line;

		while ((p = strstr(p, calls[i]))) {
			bool begins = p == line || !is_of_word(p[-1]);

			p += strlen(calls[i]);
			if (begins && found)
				return NULL;
			if (begins)
				found = p;
		}
	}
	return found;
}

/* The variable that the line gives to pipe; false: it is more than a name. */
static bool argument_of(const char *line, char name[MOST_NAME])
{
	const char *p = behind_call(line);
	size_t n = 0;

	while (p && n < MOST_NAME - 1 && is_of_word(p[n]))
		n++;
	if (!n || isdigit((unsigned char)p[0]) || !strchr(",)", p[n]))
		return false;
	snprintf(name, MOST_NAME, "%.*s", (int)n, p);
	return true;
}

/* "int up[2], down[2];": of no function's head, and of no call. */
static bool declares(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (!text_has_word(line, "int"))
		return false;
	for (const char *p = line; (p = strstr(p, name)); p += n) {
		if ((p == line || !is_of_word(p[-1])) &&
			!strncmp(p + n, "[2]", 3))
			return !memchr(line, '(', (size_t)(p - line));
	}
	return false;
}

/* How many lines of the file do. */
static unsigned ndeclared(
	struct explore_view *view, struct place place, const char *name)
{
	unsigned n = 0;

	for (place.line = 1; place.line <= MOST_LINES; place.line++)
		n += declares(explore_line(view, &place), name);
	return n;
}

/* The function that the place is in does, before that. */
static bool is_declared_there(
	struct explore_view *view, struct place place, const char *name)
{
	const char *function = explore_function_name(place.function);

	for (; place.line > 0; place.line--) {
		const char *line = explore_line(view, &place);

		if (declares(line, name))
			return true;
		if (text_has_word(line, function))
			break;
	}
	return false;
}

/* Wherever the frame was: the compiler knows what lies so far below its top. */
static bool element_name(struct explore_view *view, const struct op *op,
	unsigned element, char *words)
{
	const uint64_t top = UINT64_C(1) << 40;
	uint64_t below = op->second_size - element;

	return op->second_size &&
	       symbols_local(view->symbols, op->second, top,
		       top - below * sizeof(int), words, EXPLORE_WORDS_SIZE);
}

/* The local array that was given to pipe there: no other has its name. */
static bool local_name(struct explore_view *view, uint64_t pc, char *name)
{
	struct place place;

	return symbols_place(view->symbols, pc, &place) && place.function &&
	       place.line <= MOST_LINES &&
	       argument_of(explore_line(view, &place), name) &&
	       is_declared_there(view, place, name) &&
	       ndeclared(view, place, name) == 1;
}

bool explore_descriptor_name(
	struct explore_view *view, const struct op *op, char *words)
{
	const struct wire *wire = view->wire;
	char name[MOST_NAME];

	if (op->kind != OP_CALL)
		return false;
	switch (op->order) {
	case DESCRIPTOR_IN:
		return symbols_variable(
			view->symbols, op->second, words, EXPLORE_WORDS_SIZE);
	case DESCRIPTOR_FIRST:
	case DESCRIPTOR_SECOND:
		if (element_name(
			    view, op, op->order == DESCRIPTOR_SECOND, words))
			return true;
		if (!local_name(view, op->second, name))
			return false;
		snprintf(words, EXPLORE_WORDS_SIZE, "%s[%d]", name,
			op->order == DESCRIPTOR_SECOND);
		return true;
	case DESCRIPTOR_FILE:
		text_escape(words, EXPLORE_WORDS_SIZE,
			wire->output + op->second, op->second_size);
		return true;
	default:
		return false;
	}
}

bool explore_descriptor_words(
	struct explore_view *view, const struct op *op, char *words)
{
	char place[EXPLORE_WORDS_SIZE];

	if (op->kind != OP_CALL || (op->order != DESCRIPTOR_READS &&
					   op->order != DESCRIPTOR_WRITES))
		return false;
	snprintf(words, EXPLORE_WORDS_SIZE,
		"the %s end of a pipe that was made at %.80s",
		op->order == DESCRIPTOR_READS ? "reading" : "writing",
		explore_line_name(view, op->second, place));
	return true;
}

/* Where its number stands: behind the first "(" that has one. */
static char *number_in(char *call)
{
	char *p = call;

	while ((p = strchr(p, '('))) {
		if (isdigit((unsigned char)*++p))
			return p;
	}
	return NULL;
}

void explore_shown_call(struct explore_view *view, const struct op *op,
	char *words, size_t size)
{
	char call[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char *number;

	explore_call_words(view->wire, op, words, size);
	snprintf(call, sizeof(call), "%s", words);
	number = number_in(call);
	if (!number || !explore_descriptor_name(view, op, name))
		return;
	snprintf(words, size, "%.*s%.80s%s", (int)(number - call), call, name,
		number + strspn(number, "0123456789"));
}
