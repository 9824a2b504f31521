/* The words for accesses to memory, and the values that they found there. */
#include "cmd/explore.h"

#include "cmd/text.h"
#include "lib/explore/values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	NULL_PAGE = 4096, /* nothing is ever put there */
	MOST_FIELDS = 8, /* in eight bytes, which is all that is known */
};

struct value {
	char text[80];
};

/* What is accessed, as far as that is known. */
struct target {
	const struct event *event;
	const char *name;
	struct symbols_spot spot;
	bool has_spot;
	unsigned n;
	struct value_field fields[MOST_FIELDS];
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

static uint64_t bits_of(uint64_t value, const struct value_field *field)
{
	value >>= field->at;
	return field->nbits < 64 ? value & ((UINT64_C(1) << field->nbits) - 1)
				 : value;
}

static long long with_sign(uint64_t value, unsigned nbits)
{
	unsigned rest = nbits < 64 ? 64 - nbits : 0;

	return (long long)(value << rest) >> rest;
}

/* Memory of malloc, and of stacks, that nobody has written to yet. */
static bool is_unset(uint64_t value, unsigned nbits)
{
	return nbits >= 8 && nbits <= 64 &&
	       value == UINT64_C(0xaaaaaaaaaaaaaaaa) >> (64 - nbits);
}

static void add_real(uint64_t bits, unsigned nbits, struct value *out)
{
	double number = 0;
	float small;

	memcpy(&number, &bits, sizeof(number));
	if (nbits == 8 * sizeof(small)) {
		memcpy(&small, &bits, sizeof(small));
		number = (double)small;
	}
	snprintf(out->text, sizeof(out->text), "%g", number);
}

static void add_character(uint64_t bits, struct value *out)
{
	if (isprint((int)bits))
		snprintf(out->text, sizeof(out->text), "'%c'", (int)bits);
	else
		snprintf(out->text, sizeof(out->text), "%lld",
			with_sign(bits, 8));
}

static void add_enumerator(struct explore_view *view,
	const struct value_field *field, uint64_t bits, struct value *out)
{
	long long number = with_sign(bits, field->nbits);
	const char *name = values_enumerator(
		view->symbols, field->type, number);

	if (name)
		snprintf(out->text, sizeof(out->text), "%.60s", name);
	else
		snprintf(out->text, sizeof(out->text), "%lld", number);
}

static void add_pointer(struct explore_view *view, uint64_t address,
	const struct explore_pointer *pointer, bool is_string,
	struct value *out)
{
	char name[EXPLORE_WORDS_SIZE];

	if (address == 0)
		snprintf(out->text, sizeof(out->text), "NULL");
	else if (explore_pointer_name(view, address, pointer, name) ||
		 (is_string && explore_text_name(view, address, name)))
		snprintf(out->text, sizeof(out->text), "%.70s", name);
	else
		snprintf(out->text, sizeof(out->text), "0x%llx",
			(unsigned long long)address);
}

/* See thread_of in the runtime: it is the number plus one. */
static bool is_thread(const struct explore_view *view,
	const struct value_field *field, uint64_t bits)
{
	return field->kind == VALUE_THREAD && bits > 0 &&
	       bits <= view->wire->nthreads;
}

static void add_thread(
	const struct explore_view *view, uint64_t bits, struct value *out)
{
	static const struct value_field field = {.kind = VALUE_THREAD};
	char who[EXPLORE_WORDS_SIZE];

	if (is_thread(view, &field, bits))
		snprintf(out->text, sizeof(out->text), "%.20s",
			explore_thread_name((unsigned)bits - 1, who));
	else
		snprintf(out->text, sizeof(out->text), "%llu",
			(unsigned long long)bits);
}

static struct value value_of(struct explore_view *view,
	const struct value_field *field, const char *name, uint64_t value)
{
	const struct explore_pointer pointer = {name, field->type};
	uint64_t bits = bits_of(value, field);
	struct value out;

	if (is_unset(bits, field->nbits)) {
		snprintf(out.text, sizeof(out.text), "not set");
		return out;
	}
	switch (field->kind) {
	case VALUE_POINTER:
	case VALUE_STRING:
		add_pointer(view, bits, &pointer, field->kind == VALUE_STRING,
			&out);
		break;
	case VALUE_ENUM:
		add_enumerator(view, field, bits, &out);
		break;
	case VALUE_CHARACTER:
		add_character(bits, &out);
		break;
	case VALUE_REAL:
		add_real(bits, field->nbits, &out);
		break;
	case VALUE_THREAD:
		add_thread(view, bits, &out);
		break;
	case VALUE_TRUTH:
		snprintf(out.text, sizeof(out.text), "%s",
			bits ? "true" : "false");
		break;
	case VALUE_NATURAL:
		snprintf(out.text, sizeof(out.text), "%llu",
			(unsigned long long)bits);
		break;
	default:
		snprintf(out.text, sizeof(out.text), "%lld",
			with_sign(bits, field->nbits));
	}
	return out;
}

/* What is so large is an address rather than a number. */
static struct value guess(
	struct explore_view *view, const struct target *target, uint64_t value)
{
	unsigned size = target->event->op.size;
	char block[EXPLORE_WORDS_SIZE];
	struct value out;

	if (is_unset(value, 8 * size))
		snprintf(out.text, sizeof(out.text), "not set");
	else if (size == sizeof(void *) &&
		 explore_block_name(view, value, block) &&
		 strcmp(block, target->name) != 0)
		snprintf(out.text, sizeof(out.text), "%.70s", block);
	else if (size == 8 && value >> 28 && value >> 48 == 0)
		snprintf(out.text, sizeof(out.text), "0x%llx",
			(unsigned long long)value);
	else
		snprintf(out.text, sizeof(out.text), "%lld",
			with_sign(value, 8 * size));
	return out;
}

/* Many characters are a text. */
static bool is_text(const struct target *target)
{
	for (unsigned i = 0; i < target->n; i++) {
		if (target->fields[i].kind != VALUE_CHARACTER)
			return false;
	}
	return target->n > 1;
}

static size_t text_size(const struct target *target, uint64_t value)
{
	char characters[sizeof(value)];

	memcpy(characters, &value, sizeof(value));
	return strnlen(characters, target->n);
}

static struct value text_of(const struct target *target, uint64_t value)
{
	char characters[sizeof(value)], text[40];
	struct value out;

	memcpy(characters, &value, sizeof(value));
	text_escape(text, sizeof(text), characters, text_size(target, value));
	snprintf(out.text, sizeof(out.text), "\"%s\"", text);
	return out;
}

/* "title[0]" is one character: a text that ends there is title. */
static void name_text(const struct target *target, uint64_t value, char *name)
{
	size_t n = (size_t)snprintf(name, EXPLORE_WORDS_SIZE, "%.*s",
		EXPLORE_WORDS_SIZE - 1, target->name);

	if (is_text(target) && text_size(target, value) < target->n && n > 3 &&
		!strcmp(name + n - 3, "[0]"))
		name[n - 3] = '\0';
}

/* "queue.len" is "queue.full" where that is a bit-field in the same byte. */
static void name_bits(char *name, const char *bits)
{
	char *dot = strrchr(name, '.'), *arrow = strrchr(name, '>');
	char *end = arrow > dot ? arrow : dot;

	if (end)
		snprintf(end + 1, EXPLORE_WORDS_SIZE - (size_t)(end + 1 - name),
			"%.60s", bits);
}

static void name_of(struct explore_view *view, const struct target *target,
	const struct value_field *field, char *name)
{
	struct symbols_spot spot = target->spot;

	spot.offset += field->at / 8;
	if (spot.name)
		explore_spot_name(view, &spot, 0, 0, name);
	else
		explore_object_in_step(
			view, target->event->op.object + field->at / 8, name);
	if (field->bits)
		name_bits(name, field->bits);
}

static const char *verb_of(const struct event *event)
{
	switch (event->op.kind) {
	case OP_READ:
	case OP_ATOMIC_READ:
		return "reads";
	case OP_ATOMIC_UPDATE:
		return event->result ? "finds" : "changes";
	default:
		return "writes";
	}
}

/* An address of nothing, as what is left on a stack. */
static bool is_rubbish(const struct value *value)
{
	return !strncmp(value->text, "0x", 2);
}

/* What is there before, and after. */
static void add_values(const struct event *event, const char *name,
	const struct value *before, const struct value *after, char *out)
{
	switch (event->op.kind) {
	case OP_READ:
	case OP_ATOMIC_READ:
		text_append(out, EXPLORE_WORDS_SIZE, "%.80s = %s", name,
			before->text);
		break;
	case OP_ATOMIC_UPDATE:
		text_append(out, EXPLORE_WORDS_SIZE,
			event->result ? "%.80s = %s" : "%.80s from %s to %s",
			name, before->text, after->text);
		break;
	case OP_FLUSH:
		text_append(out, EXPLORE_WORDS_SIZE, "%.80s = %s", name,
			after->text);
		break;
	default:
		text_append(out, EXPLORE_WORDS_SIZE, "%.80s = %s", name,
			after->text);
		if (!is_rubbish(before))
			text_append(out, EXPLORE_WORDS_SIZE, " (was %s)",
				before->text);
	}
}

/* Of several fields, those that a write leaves as they are go without. */
static void add_field(struct explore_view *view, const struct target *target,
	const struct value_field *field, char *out)
{
	const struct event *event = target->event;
	char name[EXPLORE_WORDS_SIZE];
	struct value before, after;

	name_of(view, target, field, name);
	before = value_of(view, field, name, event->before);
	after = value_of(view, field, name, event->after);
	if (event->op.kind == OP_WRITE &&
		is_thread(view, field, bits_of(event->after, field)))
		text_append(out, EXPLORE_WORDS_SIZE, "%.80s, the handle of %s",
			name, after.text);
	else
		add_values(event, name, &before, &after, out);
}

static void add_fields(
	struct explore_view *view, const struct target *target, char *out)
{
	const struct event *event = target->event;
	struct value before, after;
	char name[EXPLORE_WORDS_SIZE];

	if (target->n > 0 && !is_text(target)) {
		for (unsigned i = 0; i < target->n; i++) {
			text_append(
				out, EXPLORE_WORDS_SIZE, "%s", i ? ", " : "");
			add_field(view, target, &target->fields[i], out);
		}
		return;
	}
	before = target->n ? text_of(target, event->before)
			   : guess(view, target, event->before);
	after = target->n ? text_of(target, event->after)
			  : guess(view, target, event->after);
	name_text(target,
		event->op.kind == OP_READ ? event->before : event->after, name);
	add_values(event, name, &before, &after, out);
}

/* The store that reaches memory; EVENT_DELAYED: it has not yet. */
static void add_flush(
	struct explore_view *view, const struct target *target, char *out)
{
	struct value before;

	text_append(out, EXPLORE_WORDS_SIZE, " reaches memory");
	if (target->event->flags & EVENT_DELAYED || target->n > 1)
		return;
	before = target->n ? value_of(view, target->fields, target->name,
				     target->event->before)
			   : guess(view, target, target->event->before);
	text_append(out, EXPLORE_WORDS_SIZE, " (was %s)", before.text);
}

static bool is_plain(const struct event *event)
{
	return event->op.kind == OP_READ || event->op.kind == OP_WRITE;
}

/* What it has no room for, and what is a part of a number, has no value. */
static bool is_range(const struct target *target)
{
	unsigned size = target->event->op.size;

	if (!is_plain(target->event))
		return false;
	return (size != 1 && size != 2 && size != 4 && size != 8) ||
	       (target->has_spot && target->n == 0);
}

/* "to, 16 bytes", or "12 bytes at to.b". */
static void range_words(
	struct explore_view *view, const struct target *target, char *out)
{
	unsigned size = target->event->op.size;
	const char *verb = verb_of(target->event);
	char name[EXPLORE_WORDS_SIZE];

	if (target->spot.name &&
		explore_spot_name(view, &target->spot, 0, size, name) == size)
		snprintf(out, EXPLORE_WORDS_SIZE, "%s %.80s, %u bytes", verb,
			name, size);
	else
		snprintf(out, EXPLORE_WORDS_SIZE, "%s %u byte%s at %.80s", verb,
			size, text_plural(size), target->name);
}

/* Nobody writes there. */
static bool is_literal(const struct target *target)
{
	return target->name[0] == '"';
}

static void find_fields(struct explore_view *view, struct target *target)
{
	const struct event *event = target->event;

	target->has_spot = explore_spot(view, event->op.object, &target->spot);
	if (target->has_spot && event->op.size <= sizeof(event->before))
		target->n = values_fields(view->symbols, &target->spot,
			event->op.size, target->fields, MOST_FIELDS);
}

void explore_access_words(struct explore_view *view, const struct event *event,
	const char *name, char *words)
{
	struct target target = {.event = event, .name = name};

	if (event->flags & EVENT_NOWHERE) {
		nowhere_words(event, name, words);
		return;
	}
	if (is_literal(&target)) {
		snprintf(words, EXPLORE_WORDS_SIZE, "reads %s", name);
		return;
	}
	find_fields(view, &target);
	if (is_range(&target)) {
		range_words(view, &target, words);
		return;
	}
	snprintf(words, EXPLORE_WORDS_SIZE, "%s ", verb_of(event));
	if (event->op.kind == OP_FLUSH)
		words[0] = '\0';
	if (event->flags & EVENT_UNMADE)
		text_append(words, EXPLORE_WORDS_SIZE, "%.80s", name);
	else
		add_fields(view, &target, words);
	if (event->op.kind == OP_FLUSH)
		add_flush(view, &target, words);
	if (event->op.kind == OP_ATOMIC_UPDATE && event->result)
		text_append(words, EXPLORE_WORDS_SIZE, ", not as expected");
}
