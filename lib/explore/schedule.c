#include "lib/explore/schedule.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LETTERS = 26,
	CHECK_SIZE = 4,
};

struct out {
	char *text;
	size_t size, length;
	bool flushes; /* capital letters are stores that reach memory */
};

__attribute__((format(printf, 2, 3))) static void add(
	struct out *out, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(
		out->text + out->length, out->size - out->length, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < out->size - out->length)
		out->length += (size_t)n;
	else
		out->text[out->length] = '\0';
}

/* The letters for text[0..n). */
static void make_check(const char *text, size_t n, char check[CHECK_SIZE + 1])
{
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT32_C(0x01000193);
	for (int i = 0; i < CHECK_SIZE; i++) {
		check[i] = (char)('a' + hash % LETTERS);
		hash /= LETTERS;
	}
	check[CHECK_SIZE] = '\0';
}

static void add_run(struct out *out, unsigned thread, unsigned n)
{
	if (thread < LETTERS)
		add(out, "%c", 'a' + (int)thread);
	else if (out->flushes && thread - WIRE_FLUSHERS < LETTERS)
		add(out, "%c", 'A' + (int)(thread - WIRE_FLUSHERS));
	else
		add(out, "(%u)", thread);
	if (n > 1)
		add(out, "%u", n);
}

static void add_choices(
	struct out *out, const struct choice *choices, uint32_t n)
{
	uint32_t i = 0;

	while (i < n) {
		uint32_t run = 1;

		if (choices[i].is_value) {
			add(out, ".%u", choices[i++].pick);
			continue;
		}
		while (i + run < n && !choices[i + run].is_value &&
			choices[i + run].pick == choices[i].pick)
			run++;
		add_run(out, choices[i].pick, run);
		i += run;
	}
}

static const char memory_letters[] = {
	[MEMORY_SC] = 0, [MEMORY_TSO] = 't', [MEMORY_C11] = 'c'};

static const char end_letters[FOUND_NKINDS] = {
	[FOUND_RACE] = 'd',
	[FOUND_WAIT_ONCE] = 'l',
	[FOUND_MAIN_LEFT] = 'm',
	[FOUND_THREAD_LEFT] = 'j',
	[FOUND_LOCK_LEFT] = 'k',
	[FOUND_LEAK] = 'f',
	[FOUND_EXIT_CODE] = 'x',
};

static enum finding_kind end_of_letter(char letter)
{
	unsigned kind = FOUND_NKINDS - 1;

	while (kind > 0 && end_letters[kind] != letter)
		kind--;
	return (enum finding_kind)kind;
}

static void add_options(struct out *out, const struct schedule *schedule)
{
	add(out, ".s%u", schedule->spurious);
	if (memory_letters[schedule->memory])
		add(out, "%c", memory_letters[schedule->memory]);
	if (schedule->processes)
		add(out, "p");
	if (schedule->isolate)
		add(out, "i");
	if (schedule->wait_all)
		add(out, "w");
	if (schedule->outputs)
		add(out, "o");
	if (end_letters[schedule->ends_with])
		add(out, "%c", end_letters[schedule->ends_with]);
}

size_t schedule_format(
	const struct schedule *schedule, char *text, size_t text_size)
{
	struct out out = {text, text_size, 0, schedule->memory == MEMORY_TSO};
	char check[CHECK_SIZE + 1];

	add(&out, "x1.%08x", schedule->hash);
	add_options(&out, schedule);
	for (unsigned i = 0; i < schedule->nlines; i++) {
		add(&out, "%s", i ? "," : ".r");
		if (schedule->lines[i].file > 1)
			add(&out, "%u:", schedule->lines[i].file);
		add(&out, "%u", schedule->lines[i].line);
	}
	add(&out, "-");
	add_choices(&out, schedule->choices, schedule->nchoices);
	make_check(out.text, out.length, check);
	add(&out, "-%s", check);
	return out.length;
}

/* At most 9 digits: no overflow, and no number here is larger. */
static bool number(const char **at, unsigned *result)
{
	const char *p = *at;
	unsigned n = 0, digits = 0;

	while (*p >= '0' && *p <= '9' && digits++ < 9)
		n = n * 10 + (unsigned)(*p++ - '0');
	if (p == *at || (*p >= '0' && *p <= '9'))
		return false;
	*at = p;
	*result = n;
	return true;
}

static bool hash(const char **at, uint32_t *result)
{
	uint32_t value = 0;

	for (int i = 0; i < 8; i++) {
		const char *digits = "0123456789abcdef";
		const char *digit = **at ? strchr(digits, **at) : NULL;

		if (!digit)
			return false;
		value = value << 4 | (uint32_t)(digit - digits);
		(*at)++;
	}
	*result = value;
	return true;
}

static bool options(const char **at, struct schedule *schedule)
{
	if (strncmp(*at, ".s", 2) != 0)
		return false;
	*at += 2;
	if (!number(at, &schedule->spurious))
		return false;
	for (;; (*at)++) {
		switch (**at) {
		case 't':
			schedule->memory = MEMORY_TSO;
			break;
		case 'c':
			schedule->memory = MEMORY_C11;
			break;
		case 'w':
			schedule->wait_all = true;
			break;
		case 'p':
			schedule->processes = true;
			break;
		case 'i':
			schedule->isolate = true;
			break;
		case 'o':
			schedule->outputs = true;
			break;
		default:
			if (!**at || !end_of_letter(**at))
				return true;
			schedule->ends_with = end_of_letter(**at);
		}
	}
}

static bool line(const char **at, struct schedule *schedule)
{
	struct schedule_line line = {.file = 1};

	if (schedule->nlines == SCHEDULE_MAX_LINES || !number(at, &line.line))
		return false;
	if (**at == ':') {
		(*at)++;
		line.file = line.line;
		if (line.file == 0 || !number(at, &line.line))
			return false;
	}
	schedule->lines[schedule->nlines++] = line;
	return true;
}

static bool lines(const char **at, struct schedule *schedule)
{
	if (strncmp(*at, ".r", 2) != 0)
		return true;
	*at += 1;
	do {
		(*at)++;
		if (!line(at, schedule))
			return false;
	} while (**at == ',');
	return true;
}

static bool thread(const char **at, enum memory_model memory, unsigned *result)
{
	if (**at >= 'a' && **at <= 'z') {
		*result = (unsigned)(*(*at)++ - 'a');
		return true;
	}
	if (memory == MEMORY_TSO && **at >= 'A' && **at <= 'Z') {
		*result = WIRE_FLUSHERS + (unsigned)(*(*at)++ - 'A');
		return true;
	}
	if (**at != '(')
		return false;
	(*at)++;
	if (!number(at, result) || *result >= WIRE_MAX_THREADS || **at != ')')
		return false;
	(*at)++;
	return true;
}

static bool put(
	struct schedule *schedule, unsigned pick, bool is_value, unsigned n)
{
	if (n == 0 || n > WIRE_MAX_CHOICES - schedule->nchoices)
		return false;
	while (n--)
		schedule->choices[schedule->nchoices++] = (struct choice){
			.pick = (uint16_t)pick, .is_value = is_value};
	return true;
}

static bool choice(const char **at, struct schedule *schedule)
{
	unsigned pick, n = 1;

	if (**at == '.') {
		(*at)++;
		return number(at, &pick) && pick < WIRE_MAX_THREADS &&
		       put(schedule, pick, true, 1);
	}
	if (!thread(at, schedule->memory, &pick))
		return false;
	if (**at >= '0' && **at <= '9' && !number(at, &n))
		return false;
	return put(schedule, pick, false, n);
}

int schedule_parse(
	struct schedule *schedule, const char *text, const char **bad)
{
	struct choice *choices = schedule->choices;
	const char *at = text;
	char check[CHECK_SIZE + 1];

	*schedule = (struct schedule){.choices = choices};
	*bad = at;
	if (strncmp(at, "x1.", 3) != 0)
		return -EINVAL;
	at += 3;
	if (!hash(&at, &schedule->hash) || !options(&at, schedule) ||
		!lines(&at, schedule) || *at != '-') {
		*bad = at;
		return -EINVAL;
	}
	at++;
	while (*at && *at != '-') {
		*bad = at;
		if (!choice(&at, schedule))
			return -EINVAL;
	}
	make_check(text, (size_t)(at - text), check);
	*bad = at + (*at == '-');
	return strcmp(*bad, check) == 0 ? 0 : -EBADMSG;
}
