#include "cmd/explore_pointers.h"

#include "lib/explore/values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	MOST_LINES = 64, /* that use it */
	MOST_HOLDERS = 32, /* variables that its address was in */
	MOST_NAME = 64,
};

static bool is_in(const struct memory_place *place, uint64_t address)
{
	return address >= place->from && address < place->to;
}

static bool is_use(const struct memory_place *place, const struct op *op)
{
	return is_in(place, op->object) || is_in(place, op->second);
}

static bool is_access(const struct op *op)
{
	return op->kind >= OP_READ && op->kind <= OP_FLUSH;
}

static bool is_read(const struct op *op)
{
	return op->kind == OP_READ || op->kind == OP_ATOMIC_READ;
}

static bool is_pointer_access(const struct op *op)
{
	return is_access(op) && op->size == sizeof(void *);
}

/* What is there from that access on; an old value, or none, is not. */
static void follow(const struct event *event, uint64_t *value)
{
	if (is_read(&event->op) && !(event->flags & (EVENT_OWN | EVENT_STALE)))
		*value = event->before;
	if (!is_read(&event->op) && !(event->flags & EVENT_UNMADE))
		*value = event->after;
}

static bool overlaps(const struct op *op, uint64_t variable)
{
	return is_access(op) && op->object < variable + sizeof(void *) &&
	       variable < op->object + op->size;
}

/* What it holds before any step. */
static uint64_t first_value(const struct wire *wire, uint64_t variable)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.object == variable &&
			is_pointer_access(&event->op))
			return event->before;
	}
	return 0;
}

/* Somebody is about to use it, or waits there. */
static bool will_be_used(
	const struct wire *wire, const struct memory_place *place)
{
	for (uint32_t i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];

		if (standing->state != STANDING_NONE &&
			standing->state != STANDING_ENDED &&
			is_use(place, &standing->pending))
			return true;
	}
	return false;
}

/* Whenever it is used, the variable leads to it. */
static bool leads_there(const struct wire *wire,
	const struct memory_place *place, uint64_t variable)
{
	uint64_t value = first_value(wire, variable);

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (is_use(place, &event->op) && value != place->from)
			return false;
		if (event->op.object == variable &&
			is_pointer_access(&event->op))
			follow(event, &value);
		else if (overlaps(&event->op, variable))
			return false;
	}
	return value == place->from || !will_be_used(wire, place);
}

/* The variables that its address was in, as the steps show it. */
struct holders {
	unsigned n;
	uint64_t variables[MOST_HOLDERS];
};

static void add_holder(struct holders *holders, uint64_t variable)
{
	for (unsigned i = 0; i < holders->n; i++) {
		if (holders->variables[i] == variable)
			return;
	}
	if (holders->n < MOST_HOLDERS)
		holders->variables[holders->n++] = variable;
}

static struct holders holders_of(
	const struct wire *wire, const struct memory_place *place)
{
	struct holders holders = {0};

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (is_pointer_access(&event->op) &&
			(event->before == place->from ||
				event->after == place->from))
			add_holder(&holders, event->op.object);
	}
	return holders;
}

static bool is_in_any(const struct wire *wire, uint64_t address)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		if (is_in(&wire->places[i], address))
			return true;
	}
	return false;
}

/* All that may be pointers, and are neither local nor from malloc. */
static struct holders others_of(const struct wire *wire)
{
	struct holders others = {0};

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;

		if (is_pointer_access(op) && !is_in_any(wire, op->object))
			add_holder(&others, op->object);
	}
	return others;
}

/* What is asked about a block. */
struct question {
	struct explore_view *view;
	const struct memory_place *place;
	const struct block_type *type;
	struct holders holders, others;
};

/* The one with that name; 0: it is not among them. */
static uint64_t find_called(const struct question *question,
	const struct holders *holders, const char *name)
{
	for (unsigned i = 0; i < holders->n; i++) {
		uint64_t variable = holders->variables[i];
		char its[MOST_NAME];

		if (symbols_variable(question->view->symbols, variable, its,
			    sizeof(its)) &&
			!strcmp(its, name))
			return variable;
	}
	return 0;
}

/* It holds something else when the block is used, as the steps show it. */
static bool misleads(const struct question *question, const char *name)
{
	uint64_t variable = find_called(question, &question->holders, name);

	if (!variable)
		variable = find_called(question, &question->others, name);
	return variable &&
	       !leads_there(question->view->wire, question->place, variable);
}

static bool is_right_type(const struct question *question, uint64_t variable)
{
	struct symbols *symbols = question->view->symbols;
	struct symbols_spot spot;
	struct value_field field;

	return symbols_variable_at(symbols, variable, &spot) &&
	       values_fields(symbols, &spot, sizeof(void *), &field, 1) == 1 &&
	       (field.kind == VALUE_POINTER || field.kind == VALUE_STRING) &&
	       blocks_is_of(symbols, question->type, field.type);
}

/* A global or static one that was seen to lead there. */
static bool find_holder(const struct question *question, char *name)
{
	for (unsigned i = 0; i < question->holders.n; i++) {
		uint64_t variable = question->holders.variables[i];

		if (symbols_variable(question->view->symbols, variable, name,
			    MOST_NAME) &&
			is_right_type(question, variable) &&
			leads_there(question->view->wire, question->place,
				variable))
			return true;
	}
	return false;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* No member of something else. */
static bool begins_word(const char *line, const char *p)
{
	if (p == line)
		return true;
	return !is_word(p[-1]) && p[-1] != '.' &&
	       !(p - line > 1 && p[-1] == '>' && p[-2] == '-');
}

/* The next place that has it, from p on; NULL: none has. */
static const char *find_word(const char *line, const char *p, const char *word)
{
	size_t n = strlen(word);

	while ((p = strstr(p, word))) {
		if (begins_word(line, p) && !is_word(p[n]))
			break;
		p += n;
	}
	return p;
}

/* The lines that use it have one name for what they use it by. */
struct lines {
	unsigned n;
	uint64_t pcs[MOST_LINES];
	char name[MOST_NAME];
	bool differ;
};

static bool is_known(const struct lines *lines, uint64_t pc)
{
	for (unsigned i = 0; i < lines->n; i++) {
		if (lines->pcs[i] == pc)
			return true;
	}
	return false;
}

/* What is done to it at that line. */
static bool reaches(const struct question *question, const struct op *op,
	const char *line, char *name)
{
	const struct memory_place *place = question->place;

	return is_in(place, op->object) &&
	       blocks_pointer(question->view->symbols, op->pc, line,
		       question->type, place->to - place->from,
		       op->object - place->from, is_access(op) ? op->size : 0,
		       name, MOST_NAME);
}

static void read_line(const struct question *question, const struct op *op,
	struct lines *lines)
{
	struct explore_view *view = question->view;
	char name[MOST_NAME];
	struct place place;
	const char *line;

	lines->differ |= lines->n == MOST_LINES;
	if (lines->differ || is_known(lines, op->pc))
		return;
	lines->pcs[lines->n++] = op->pc;
	if (!symbols_place(view->symbols, op->pc, &place) ||
		!reaches(question, op, line = explore_line(view, &place), name))
		lines->differ = true;
	else if (!lines->name[0])
		strcpy(lines->name, name);
	else
		lines->differ = strcmp(lines->name, name) != 0;
}

static bool has_word(const char *line, const char *word)
{
	return find_word(line, line, word);
}

/* Whoever frees it calls it so, too. */
static bool is_freed_as(const struct question *question, const char *name)
{
	const struct wire *wire = question->view->wire;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct op *op = &wire->events[i].op;
		struct place place;

		if (op->kind == OP_FREE && is_in(question->place, op->object) &&
			symbols_place(
				question->view->symbols, op->pc, &place) &&
			!has_word(explore_line(question->view, &place), name))
			return false;
	}
	return true;
}

static void read_party(const struct question *question,
	const struct party *party, struct lines *lines)
{
	const struct op op = {
		.kind = party->op,
		.size = party->size,
		.pc = party->pc,
		.object = party->object,
	};

	if (is_access(&op) && is_use(question->place, &op))
		read_line(question, &op, lines);
}

static void read_lines(const struct question *question, struct lines *lines)
{
	const struct wire *wire = question->view->wire;

	for (uint32_t i = 0; i < wire->nevents && !lines->differ; i++) {
		const struct op *op = &wire->events[i].op;

		if (op->kind != OP_FREE && is_use(question->place, op))
			read_line(question, op, lines);
	}
	for (uint32_t i = 0; i < wire->nfindings && !lines->differ; i++) {
		read_party(question, &wire->findings[i].first, lines);
		read_party(question, &wire->findings[i].second, lines);
	}
}

static bool find_in_lines(const struct question *question, char *name)
{
	struct lines lines = {0};

	read_lines(question, &lines);
	if (lines.differ || !lines.name[0] || misleads(question, lines.name) ||
		!is_freed_as(question, lines.name))
		return false;
	strcpy(name, lines.name);
	return true;
}

/* `= next`, `+= 1`, `++` */
static bool begins_change(const char *p)
{
	p += strspn(p, " \t");
	if (*p == '=')
		return p[1] != '=';
	return (*p == '+' || *p == '-') && (p[1] == '=' || p[1] == *p);
}

/* `f(&j)` may change it; `f(&j->lock)` does not. */
static bool takes_address(const char *line, const char *p, const char *end)
{
	return p > line && p[-1] == '&' &&
	       (*end == '\0' || !strchr("-.[", *end));
}

/* `*j = 1` changes what it points to. */
static bool is_starred(const char *line, const char *p)
{
	return p > line && p[-1] == '*';
}

/* `++j` */
static bool ends_step(const char *line, const char *p)
{
	return p - line > 1 && p[-1] == p[-2] && (p[-1] == '+' || p[-1] == '-');
}

static bool changes(const char *line, const char *name)
{
	for (const char *p = line; (p = find_word(line, p, name));) {
		const char *end = p + strlen(name);

		if (takes_address(line, p, end) || ends_step(line, p) ||
			(begins_change(end) && !is_starred(line, p)))
			return true;
		p = end;
	}
	return false;
}

/* Further down in the function that got it from malloc. */
static bool changes_later(const struct question *question, const char *name)
{
	struct explore_view *view = question->view;
	uint64_t pc = question->place->pc;
	int last = symbols_last_line(view->symbols, pc);
	struct place place;

	if (!symbols_place(view->symbols, pc, &place))
		return false;
	while (++place.line <= last) {
		if (changes(explore_line(view, &place), name))
			return true;
	}
	return false;
}

static bool try_name(
	const struct question *question, const char *its, char *name)
{
	if (!its[0] || misleads(question, its) || changes_later(question, its))
		return false;
	snprintf(name, MOST_NAME, "%s", its);
	return true;
}

bool explore_pointer_to_block(struct explore_view *view,
	const struct memory_place *place, const struct block_type *type,
	char *name, size_t size)
{
	const struct question question = {
		.view = view,
		.place = place,
		.type = type,
		.holders = holders_of(view->wire, place),
		.others = others_of(view->wire),
	};
	bool is_over = view->todo; /* in play, other lines are to come */
	char found[MOST_NAME];

	if (!(is_over && find_in_lines(&question, found)) &&
		!find_holder(&question, found) &&
		!try_name(&question, type->variable, found) &&
		!find_in_lines(&question, found) &&
		!try_name(
			&question, blocks_pointers(view->symbols, type), found))
		return false;
	snprintf(name, size, "%s", found);
	return true;
}
