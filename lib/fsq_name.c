#include "lib/fsq_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool is_ascii(char c)
{
	return c > 0 && (unsigned char)c < 0x80;
}

static bool usable(char c)
{
	return is_ascii(c) && c != '/';
}

int fsq_grammar_check(const struct fsq_grammar *grammar)
{
	if (!usable(grammar->delimiter) || !usable(grammar->escape) ||
		grammar->delimiter == grammar->escape)
		return -EINVAL;
	return grammar->time_format && *grammar->time_format ? 0 : -EINVAL;
}

/* A name as it grows; what does not fit is counted all the same. */
struct out {
	char *text;
	size_t size;
	char delimiter, escape;
};

static void put(struct out *out, char c)
{
	if (out->size < FSQ_NAME_MAX)
		out->text[out->size] = c;
	out->size++;
}

static void put_field(struct out *out, const char *field)
{
	static const char hex[] = "0123456789abcdef";

	put(out, out->delimiter);
	for (; *field && out->size <= FSQ_NAME_MAX; field++) {
		if (*field != out->delimiter && *field != out->escape &&
			*field != '/') {
			put(out, *field);
			continue;
		}
		put(out, out->escape);
		put(out, hex[*field >> 4]);
		put(out, hex[*field & 15]);
	}
}

static void put_number(struct out *out, uint64_t number)
{
	char digits[24];
	char *at = digits + sizeof(digits);

	*--at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	put_field(out, at);
}

static int finish(struct out *out)
{
	if (out->size > FSQ_NAME_MAX)
		return -ENAMETOOLONG;
	out->text[out->size] = '\0';
	return (int)out->size;
}

static int put_time(struct out *out, const char *format, int64_t when)
{
	char text[FSQ_NAME_SIZE];
	time_t seconds = (time_t)when;
	struct tm tm;

	if (!localtime_r(&seconds, &tm) ||
		!strftime(text, sizeof(text), format, &tm))
		return -EINVAL;
	put_field(out, text);
	return 0;
}

int fsq_name_encode(const struct fsq_grammar *grammar,
	const struct fsq_stamp *stamp, const char *const *args, size_t nargs,
	char out_text[FSQ_NAME_SIZE])
{
	struct out out = {.text = out_text,
		.delimiter = grammar->delimiter,
		.escape = grammar->escape};
	int error = put_time(&out, grammar->time_format, stamp->enqueued);

	if (error)
		return error;
	put_number(&out, stamp->counter);
	put_number(&out, (uint64_t)stamp->pid);
	put_field(&out, stamp->host);
	put_number(&out, stamp->tries);
	for (size_t i = 0; i < nargs && out.size <= FSQ_NAME_MAX; i++)
		put_field(&out, args[i]);
	return finish(&out);
}

int fsq_name_recount(const struct fsq_grammar *grammar,
	const struct fsq_name *name, enum fsq_field field, uint64_t number,
	char out_text[FSQ_NAME_SIZE])
{
	struct out out = {.text = out_text,
		.delimiter = name->delimiter,
		.escape = grammar->escape};

	for (int i = 0; i < name->nfields; i++) {
		if (i == (int)field)
			put_number(&out, number);
		else
			put_field(&out, name->text + name->at[i]);
	}
	return finish(&out);
}

int fsq_name_retry(const struct fsq_grammar *grammar,
	const struct fsq_name *name, char out[FSQ_NAME_SIZE])
{
	if (name->tries == UINT64_MAX)
		return -EOVERFLOW;
	return fsq_name_recount(
		grammar, name, FSQ_FIELD_TRIES, name->tries + 1, out);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/*
 * The character behind the escape at text[*i], which is moved to its end.
 * Returns '\0' for what is no escape, or one of a byte that is not allowed.
 */
static char unescape(const char *text, size_t size, size_t *i)
{
	int high, low;

	if (size - *i < 3)
		return '\0';
	high = hex_digit(text[*i + 1]);
	low = hex_digit(text[*i + 2]);
	if (high < 0 || high > 7 || low < 0)
		return '\0';
	*i += 2;
	return (char)(high << 4 | low);
}

int fsq_name_split(
	char escape, const char *text, size_t size, struct fsq_name *name)
{
	size_t used = 0;

	name->nfields = 0;
	if (!size || size > FSQ_NAME_MAX || !usable(*text) || *text == escape)
		return -EINVAL;
	name->delimiter = *text;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c == name->delimiter) {
			if (name->nfields)
				name->text[used++] = '\0';
			name->at[name->nfields++] = (uint8_t)used;
			continue;
		}
		if (c == escape)
			c = unescape(text, size, &i);
		else if (c == '/')
			c = '\0';
		if (!c)
			return -EINVAL;
		name->text[used++] = c;
	}
	name->text[used] = '\0';
	if (size == 1)
		name->nfields = 0;
	return 0;
}

/* Plain decimal digits, one at least; not beyond 64 bits. */
static int parse_number(const char *text, uint64_t *result)
{
	uint64_t number = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' ||
			__builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(
				number, (uint64_t)(*text - '0'), &number))
			return -EINVAL;
	}
	*result = number;
	return 0;
}

static int read_time(const char *text, const char *format, int64_t *result)
{
	struct tm tm = {.tm_mday = 1, .tm_isdst = -1};
	const char *end = strptime(text, format, &tm);
	time_t seconds;

	if (!end || *end)
		return -EINVAL;
	seconds = mktime(&tm);
	if (seconds == (time_t)-1)
		return -EINVAL;
	*result = seconds;
	return 0;
}

/* What decides which moment a text means: itself, the format, the zone. */
struct moment {
	char text[32], format[32], zone[64];
	int64_t seconds;
};

static bool fits(const char *text, size_t size)
{
	return strlen(text) < size;
}

/*
 * Many items are of the same second, and mktime looks at /etc/localtime each
 * time, which costs more than all else that is done with a name.
 */
static int parse_time(const char *text, const char *format, int64_t *result)
{
	static _Thread_local struct moment last;
	const char *zone = getenv("TZ");
	int error;

	zone = zone ? zone : "";
	if (*text && !strcmp(text, last.text) && !strcmp(format, last.format) &&
		!strcmp(zone, last.zone)) {
		*result = last.seconds;
		return 0;
	}
	error = read_time(text, format, result);
	if (error || !fits(text, sizeof(last.text)) ||
		!fits(format, sizeof(last.format)) ||
		!fits(zone, sizeof(last.zone)))
		return error;
	strcpy(last.text, text);
	strcpy(last.format, format);
	strcpy(last.zone, zone);
	last.seconds = *result;
	return 0;
}

int fsq_name_decode(const struct fsq_grammar *grammar, const char *text,
	size_t size, struct fsq_name *name)
{
	if (fsq_name_split(grammar->escape, text, size, name) ||
		name->nfields < FSQ_NFIELDS)
		return -EINVAL;
	if (parse_number(fsq_name_field(name, FSQ_FIELD_TRIES), &name->tries))
		return -EINVAL;
	return parse_time(fsq_name_field(name, FSQ_FIELD_TIME),
		grammar->time_format, &name->enqueued);
}

const char *fsq_name_field(const struct fsq_name *name, enum fsq_field field)
{
	return name->text + name->at[field];
}

size_t fsq_name_nargs(const struct fsq_name *name)
{
	return name->nfields < FSQ_NFIELDS ? 0 : name->nfields - FSQ_NFIELDS;
}

const char *fsq_name_arg(const struct fsq_name *name, size_t i)
{
	return name->text + name->at[FSQ_NFIELDS + i];
}

/* The digits at *at, at most 19 of them, up to the delimiter before it. */
static uint64_t read_key(const char *text, size_t size, size_t *at)
{
	uint64_t number = 0;
	size_t first = *at + 1, i = first;

	if (first >= size || text[*at] != *text)
		return UINT64_MAX;
	while (i < size && i < first + 19 && text[i] >= '0' && text[i] <= '9')
		number = number * 10 + (uint64_t)(text[i++] - '0');
	if (i == first || i == size || text[i] != *text)
		return UINT64_MAX;
	*at = i;
	return number;
}

void fsq_name_key(const char *text, size_t size, struct fsq_key *key)
{
	size_t at = 0;

	key->time = read_key(text, size, &at);
	key->counter = read_key(text, size, &at);
	key->pid = read_key(text, size, &at);
	if (key->pid == UINT64_MAX)
		*key = (struct fsq_key){UINT64_MAX, UINT64_MAX, UINT64_MAX};
}

int fsq_key_compare(const struct fsq_key *a, const struct fsq_key *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->counter != b->counter)
		return a->counter < b->counter ? -1 : 1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

bool fsq_name_plain(const char *name)
{
	return *name && strcmp(name, ".") && strcmp(name, "..") &&
	       !strchr(name, '/') && strlen(name) <= FSQ_NAME_MAX;
}
