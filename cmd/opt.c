#include "cmd/opt.h"

#include "cmd/exit.h"
#include "cmd/msg.h"
#include "cmd/number.h"
#include "cmd/suggest.h"
#include "cmd/text.h"
#include "lib/must.h"

#include <stdio.h>
#include <string.h>

enum {
	RANGE_SIZE = 400,
};

typedef int (*number_fn)(const char *text, size_t length, uint64_t *value);

static const char *choice_of(const void *row, size_t i)
{
	return opt_choice(row, i);
}

static number_fn number_parser(enum opt_kind kind)
{
	switch (kind) {
	case OPT_NUMBER:
		return number_parse;
	case OPT_BOUND:
		return number_parse_sum;
	case OPT_DURATION:
	case OPT_DURATIONS:
		return number_parse_duration;
	case OPT_FRACTION:
		return number_parse_fraction;
	default:
		return number_parse_count;
	}
}

static const char *number_form(enum opt_kind kind)
{
	switch (kind) {
	case OPT_DURATION:
		return "time such as 250ms or 1.5s";
	case OPT_FRACTION:
		return "fraction such as 0.25";
	default:
		return "whole number";
	}
}

static int refuse_number(
	const struct opt *row, const char *what, const char *text)
{
	char range[RANGE_SIZE];

	opt_format_range(row, range, sizeof(range));
	msg_error("%s %s is not a %s from %s", what, text_quote(text).text,
		number_form(row->kind), range);
	msg_hint_help();
	return EXIT_USAGE;
}

/* Whether the text is a number of the row's kind within its limits. */
static bool read_number(
	const struct opt *row, const char *text, size_t length, uint64_t *value)
{
	uint64_t number;

	if (number_parser(row->kind)(text, length, &number) < 0)
		return false;
	if (number < row->min || number > opt_max(row))
		return false;
	*value = number;
	return true;
}

static int set_number(
	const struct opt *row, void *field, const char *what, const char *text)
{
	uint64_t value;

	if (!read_number(row, text, strlen(text), &value))
		return refuse_number(row, what, text);
	if (row->kind == OPT_COUNT)
		*(unsigned *)field = (unsigned)value;
	else
		*(uint64_t *)field = value;
	return 0;
}

static bool find_choice(
	const struct opt *row, const char *text, size_t length, unsigned *index)
{
	for (unsigned i = 0; opt_choice(row, i); i++) {
		const char *name = opt_choice(row, i);

		if (strlen(name) == length && memcmp(name, text, length) == 0) {
			*index = i;
			return true;
		}
	}
	return false;
}

static int refuse_choice(
	const struct opt *row, const char *what, const char *text)
{
	const char *near = suggest(text, choice_of, row);
	char range[RANGE_SIZE];

	opt_format_range(row, range, sizeof(range));
	msg_error("%s %s is not one of %s", what, text_quote(text).text, range);
	if (near)
		msg_hint("the most similar is '%s'", near);
	msg_hint_help();
	return EXIT_USAGE;
}

static bool list_add(struct opt_list *list, unsigned value)
{
	if (list->n == OPT_LIST_MOST)
		return false;
	list->values[list->n++] = value;
	return true;
}

/* One element of a list of counts: 4, or 1-8. */
static bool add_counts(const struct opt *row, struct opt_list *list,
	const char *text, size_t length)
{
	const char *dash = memchr(text, '-', length);
	size_t first_length = dash ? (size_t)(dash - text) : length;
	uint64_t first, last;

	if (!read_number(row, text, first_length, &first))
		return false;
	last = first;
	if (dash &&
		!read_number(row, dash + 1, length - first_length - 1, &last))
		return false;
	if (last < first || last - first >= OPT_LIST_MOST)
		return false;
	for (uint64_t i = first; i <= last; i++)
		if (!list_add(list, (unsigned)i))
			return false;
	return true;
}

static bool add_duration(const struct opt *row, struct opt_durations *list,
	const char *text, size_t length)
{
	return list->n < OPT_LIST_MOST &&
	       read_number(row, text, length, &list->values[list->n++]);
}

static int refuse_durations(
	const struct opt *row, const char *what, const char *text)
{
	char range[RANGE_SIZE];

	opt_format_range(row, range, sizeof(range));
	msg_error("%s %s is not a list such as 3,1,250ms of up to %d times "
		  "from %s",
		what, text_quote(text).text, OPT_LIST_MOST, range);
	msg_hint_help();
	return EXIT_USAGE;
}

/* As set_list, for values that an unsigned would not hold. */
static int set_durations(
	const struct opt *row, void *field, const char *what, const char *text)
{
	struct opt_durations list = {0};
	const char *at = text;

	for (;; at++) {
		size_t length = strcspn(at, ",");

		if (!add_duration(row, &list, at, length))
			return refuse_durations(row, what, text);
		at += length;
		if (*at == '\0')
			break;
	}
	*(struct opt_durations *)field = list;
	return 0;
}

static int refuse_counts(
	const struct opt *row, const char *what, const char *text)
{
	char range[RANGE_SIZE];

	opt_format_range(row, range, sizeof(range));
	msg_error("%s %s is not a list such as 1,2,4 or 1-8 of up to %d whole "
		  "numbers from %s",
		what, text_quote(text).text, OPT_LIST_MOST, range);
	msg_hint_help();
	return EXIT_USAGE;
}

/* A name too long to be a choice is shown cut, which is enough. */
static int refuse_listed_choice(const struct opt *row, const char *what,
	const char *text, size_t length)
{
	char name[64];
	size_t n = length < sizeof(name) ? length : sizeof(name) - 1;

	memcpy(name, text, n);
	name[n] = '\0';
	return refuse_choice(row, what, name);
}

static int add_choice(const struct opt *row, struct opt_list *list,
	const char *what, const char *text, size_t length)
{
	unsigned index;

	if (!find_choice(row, text, length, &index))
		return refuse_listed_choice(row, what, text, length);
	if (list_add(list, index))
		return 0;
	msg_error("%s names more than %d choices", what, OPT_LIST_MOST);
	msg_hint_help();
	return EXIT_USAGE;
}

/* Elements separated by commas; the field changes only when all are good. */
static int set_list(
	const struct opt *row, void *field, const char *what, const char *text)
{
	struct opt_list list = {0};
	const char *at = text;

	for (;;) {
		size_t length = strcspn(at, ",");

		if (row->kind == OPT_COUNTS) {
			if (!add_counts(row, &list, at, length))
				return refuse_counts(row, what, text);
		} else {
			int code = add_choice(row, &list, what, at, length);
			if (code)
				return code;
		}
		if (at[length] == '\0')
			break;
		at += length + 1;
	}
	*(struct opt_list *)field = list;
	return 0;
}

static int set_choice(
	const struct opt *row, void *field, const char *what, const char *text)
{
	if (!find_choice(row, text, strlen(text), field))
		return refuse_choice(row, what, text);
	return 0;
}

/* Flags have an argument only in conc.conf and in the environment. */
static int set_flag(void *field, const char *what, const char *text)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{"yes", true},
		{"no", false},
		{"true", true},
		{"false", false},
		{"on", true},
		{"off", false},
		{"1", true},
		{"0", false},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i].word) == 0) {
			*(bool *)field = words[i].value;
			return 0;
		}
	}
	msg_error("%s %s is neither yes nor no", what, text_quote(text).text);
	msg_hint_help();
	return EXIT_USAGE;
}

static int add_text(void *field, const char *what, const char *text)
{
	struct opt_texts *texts = field;

	if (texts->n == OPT_LIST_MOST) {
		msg_error(
			"%s is given more than %d times", what, OPT_LIST_MOST);
		msg_hint_help();
		return EXIT_USAGE;
	}
	texts->values[texts->n++] = text;
	return 0;
}

int opt_set(
	const struct opt *row, void *base, const char *what, const char *text)
{
	void *field = (char *)base + row->offset;

	switch (row->kind) {
	case OPT_FLAG:
	case OPT_ACTION:
		return set_flag(field, what, text);
	case OPT_COUNT:
	case OPT_NUMBER:
	case OPT_BOUND:
	case OPT_DURATION:
	case OPT_FRACTION:
		return set_number(row, field, what, text);
	case OPT_DURATIONS:
		return set_durations(row, field, what, text);
	case OPT_CHOICE:
		return set_choice(row, field, what, text);
	case OPT_COUNTS:
	case OPT_CHOICES:
		return set_list(row, field, what, text);
	case OPT_TEXT:
		*(const char **)field = text;
		return 0;
	case OPT_TEXTS:
		return add_text(field, what, text);
	case OPT_CONFIG:
		break;
	}
	return 0;
}

int opt_operand(const char *what, enum opt_kind kind, uint64_t min,
	uint64_t max, const char *text, uint64_t *value)
{
	const struct opt row = {
		.name = what,
		.kind = kind,
		.min = min,
		.max = max,
	};

	must(kind == OPT_NUMBER || kind == OPT_BOUND || kind == OPT_DURATION);
	return opt_set(&row, value, what, text);
}
