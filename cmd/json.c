#include "cmd/json.h"

#include "cmd/text.h"
#include "lib/must.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void quoted(FILE *out, const char *text)
{
	size_t length = strlen(text);

	putc('"', out);
	for (size_t at = 0; at < length;) {
		uint32_t c;
		size_t n = text_decode(text + at, length - at, &c);

		if (c == TEXT_BAD)
			fputs("\\ufffd", out);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", (int)c);
		else if (c == '\n')
			fputs("\\n", out);
		else if (text_is_unsafe(c))
			fprintf(out, "\\u%04x", c);
		else
			fwrite(text + at, 1, n, out);
		at += n;
	}
	putc('"', out);
}

static void new_line(struct json *json)
{
	putc('\n', json->out);
	for (unsigned i = 0; i < json->depth; i++)
		fputs("  ", json->out);
}

/* All that comes before a value. */
static void member(struct json *json, const char *key)
{
	if (json->depth > 0) {
		unsigned top = json->depth - 1;

		must(json->level[top].is_array == !key);
		if (json->level[top].has_members)
			putc(',', json->out);
		json->level[top].has_members = true;
		new_line(json);
	}
	if (key) {
		quoted(json->out, key);
		fputs(": ", json->out);
	}
}

static void open_level(
	struct json *json, const char *key, bool is_array, char bracket)
{
	member(json, key);
	must(json->depth < JSON_DEPTH_MOST);
	putc(bracket, json->out);
	json->level[json->depth].is_array = is_array;
	json->level[json->depth].has_members = false;
	json->depth++;
}

void json_object(struct json *json, const char *key)
{
	open_level(json, key, false, '{');
}

void json_array(struct json *json, const char *key)
{
	open_level(json, key, true, '[');
}

void json_end(struct json *json)
{
	unsigned top = json->depth - 1;

	must(json->depth > 0);
	json->depth--;
	if (json->level[top].has_members)
		new_line(json);
	putc(json->level[top].is_array ? ']' : '}', json->out);
}

void json_begin(struct json *json, FILE *out, const char *schema)
{
	json->out = out;
	json->depth = 0;
	json_object(json, NULL);
	json_string(json, "schema", schema);
	json_uint(json, "version", 1);
}

void json_finish(struct json *json)
{
	must(json->depth == 1);
	json_end(json);
	putc('\n', json->out);
}

void json_string(struct json *json, const char *key, const char *value)
{
	member(json, key);
	quoted(json->out, value);
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	member(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_int(struct json *json, const char *key, int64_t value)
{
	member(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	member(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	member(json, key);
	fputs("null", json->out);
}

void json_real(struct json *json, const char *key, double value, int decimals)
{
	if (!isfinite(value)) {
		json_null(json, key);
		return;
	}
	member(json, key);
	fprintf(json->out, "%.*f", decimals, value);
}
