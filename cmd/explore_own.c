/* What each thread needs for itself, and all have only once. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

#include <stdio.h>
#include <string.h>

/* Functions of the C library that keep something for all threads together. */
static const struct {
	const char *kept, *advice;
} library[] = {
	{"strtok's own", "strtok keeps its place in one variable for all "
			 "threads: call strtok_r, which keeps it in yours"},
	{"localtime's", "localtime and gmtime put their result in one place "
			"for all threads: call localtime_r or gmtime_r, which "
			"put it in yours"},
	{"asctime's", "asctime and ctime put their result in one place for all "
		      "threads: call asctime_r or ctime_r, which put it in "
		      "yours"},
};

static bool library_advice(const char *name, char *words, size_t size)
{
	for (size_t i = 0; i < sizeof(library) / sizeof(library[0]); i++) {
		if (!strstr(name, library[i].kept))
			continue;
		text_append(words, size, "%s", library[i].advice);
		return true;
	}
	return false;
}

enum {
	NEAR = 4096, /* bytes */
};

enum use {
	USE_NONE,
	USE_WRITTEN,
	USE_READ_BACK, /* after that */
	USE_OTHER, /* it has read what another made */
};

static enum use next_use(enum use use, const struct event *event)
{
	bool write = event->op.kind == OP_WRITE ||
		     event->op.kind == OP_ATOMIC_WRITE;

	switch (use) {
	case USE_NONE:
		return write ? USE_WRITTEN : USE_OTHER;
	case USE_WRITTEN:
		return write ? USE_WRITTEN : USE_READ_BACK;
	default:
		return use;
	}
}

/* Who waits for others, and then reads it, wants to see what they wrote. */
static bool is_meeting(const struct event *event)
{
	return event->op.kind == OP_BARRIER || event->op.kind == OP_WAIT ||
	       event->op.kind == OP_JOIN;
}

/* Where the variable begins that has this byte. */
static uint64_t variable_of(struct explore_view *view, uint64_t object)
{
	struct symbols_spot spot;

	return explore_spot(view, object, &spot) ? object - spot.offset
						 : object;
}

static bool is_access(const struct event *event)
{
	return event->op.kind >= OP_READ && event->op.kind <= OP_ATOMIC_UPDATE;
}

/* Looked for only near by: to look a name up takes its time. */
static bool touches(
	struct explore_view *view, const struct event *event, uint64_t variable)
{
	return is_access(event) && event->op.object >= variable &&
	       event->op.object - variable < NEAR &&
	       variable_of(view, event->op.object) == variable;
}

/* All write it before they read it: it is for nobody else. */
static unsigned nusers(struct explore_view *view, uint64_t object)
{
	const struct wire *wire = view->wire;
	uint64_t variable = variable_of(view, object);
	enum use uses[WIRE_MAX_THREADS] = {USE_NONE};
	unsigned n = 0;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		enum use *use = &uses[event->thread];

		if (*use == USE_WRITTEN && is_meeting(event))
			*use = USE_OTHER;
		else if (touches(view, event, variable))
			*use = next_use(*use, event);
	}
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (uses[i] == USE_OTHER)
			return 0;
		n += uses[i] == USE_READ_BACK;
	}
	return n;
}

static bool scratch_advice(struct explore_view *view,
	const struct finding *race, const char *name, char *words, size_t size)
{
	char place[EXPLORE_WORDS_SIZE], local[EXPLORE_WORDS_SIZE];
	int n = (int)strcspn(name, "[");

	if (nusers(view, race->first.object) < 2 ||
		explore_owner_of_local(view, race->first.object, local))
		return false;
	explore_place_name(view,
		race->second.op == OP_WRITE ? race->second.pc : race->first.pc,
		place);
	text_append(words, size,
		"each thread writes %.*s (%s) and then reads what it wrote, "
		"but there is one %.*s for all: give each thread its own "
		"(a buffer of whoever calls, or _Thread_local)",
		n, name, place, n, name);
	return true;
}

bool explore_has_joined(
	const struct wire *wire, uint32_t end, unsigned joiner, unsigned thread)
{
	while (end-- > 0) {
		const struct event *event = &wire->events[end];

		if (event->op.kind == OP_JOIN && event->thread == joiner &&
			event->other == thread)
			return true;
	}
	return false;
}

/* Its thread does not write the variable, and has joined all that have. */
static bool joined_writers(
	struct explore_view *view, uint32_t read, uint64_t variable)
{
	const struct wire *wire = view->wire;
	unsigned reader = wire->events[read].thread;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind != OP_WRITE ||
			!touches(view, event, variable))
			continue;
		if (event->thread == reader ||
			!explore_has_joined(wire, read, reader, event->thread))
			return false;
	}
	return true;
}

/* It puts something else in place of what another that does the same wrote. */
static bool replaces(
	const struct wire *wire, uint32_t end, const struct event *write)
{
	const struct standing *own = &wire->standing[write->thread];

	while (end-- > 0) {
		const struct event *event = &wire->events[end];

		if (event->op.kind == OP_WRITE &&
			event->thread != write->thread &&
			event->op.object == write->op.object)
			return event->after != write->after &&
			       wire->standing[event->thread].function ==
				       own->function;
	}
	return false;
}

/*
 * All that is read of it is read by who has joined all that have written it:
 * it is what comes of each of them, and there is room for one only.
 */
static bool is_result(struct explore_view *view, uint64_t object)
{
	const struct wire *wire = view->wire;
	uint64_t variable = variable_of(view, object);
	bool replaced = false, read = false;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (!touches(view, event, variable))
			continue;
		if (event->op.kind == OP_WRITE)
			replaced |= replaces(wire, i, event);
		else if (event->op.kind != OP_READ ||
			 !joined_writers(view, i, variable))
			return false;
		read |= event->op.kind == OP_READ;
	}
	return replaced && read;
}

/* The line of that function, above the place, that makes it static; or 0. */
static int static_at(
	struct explore_view *view, struct place place, const char *variable)
{
	for (; place.line > 0; place.line--) {
		const char *line = explore_line(view, &place);

		if (text_has_word(line, "static") &&
			text_has_word(line, variable))
			return place.line;
		if (text_has_word(line, place.function))
			break;
	}
	return 0;
}

static void say_there_is_one(struct explore_view *view, uint64_t pc,
	const char *variable, char *words, size_t size)
{
	char where[EXPLORE_WORDS_SIZE];
	struct place place;
	int line = 0;

	if (symbols_place(view->symbols, pc, &place) && place.function)
		line = static_at(view, place, variable);
	if (!line) {
		text_append(words, size, "there is one %s for all threads (%s)",
			variable, explore_place_name(view, pc, where));
		return;
	}
	place.line = line;
	text_append(words, size,
		"%s is static in %s() (%s), one for all threads", variable,
		explore_function_name(place.function),
		explore_place_words(view, &place, where));
}

static bool result_advice(struct explore_view *view, const struct finding *race,
	const char *name, char *words, size_t size)
{
	char variable[EXPLORE_WORDS_SIZE];
	struct symbols_spot spot;

	if (view->result->failure.kind == FOUND_RACE || strchr(name, '[') ||
		!symbols_variable_at(
			view->symbols, race->first.object, &spot) ||
		!is_result(view, race->first.object))
		return false;
	snprintf(variable, sizeof(variable), "%.*s", (int)strcspn(name, "."),
		name);
	say_there_is_one(view,
		race->second.op == OP_WRITE ? race->second.pc : race->first.pc,
		variable, words, size);
	text_append(words, size,
		": each call needs one of its own, which the caller gives, or "
		"malloc");
	return true;
}

bool explore_own_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE];

	explore_object_name(view, race->first.object, name);
	return library_advice(name, words, size) ||
	       (!race->first.nheld && !race->second.nheld &&
		       (scratch_advice(view, race, name, words, size) ||
			       result_advice(view, race, name, words, size)));
}

/* Who gave another an address changes what is there. */
static bool is_argument(
	const struct wire *wire, const struct party *a, const struct party *b)
{
	return a->op == OP_WRITE && b->op == OP_READ &&
	       explore_creator_of(wire, b->thread, &(uint64_t){0}) == a->thread;
}

static bool is_read_before(
	const struct wire *wire, uint64_t object, unsigned thread, uint32_t end)
{
	while (end-- > 0) {
		const struct event *event = &wire->events[end];

		if (event->op.object == object && event->thread == thread)
			return event->op.kind == OP_READ;
	}
	return false;
}

/* Where the thread starts another, after that; 0: it does not. */
static uint64_t next_start(
	const struct wire *wire, unsigned thread, uint32_t from)
{
	for (uint32_t i = from; i < wire->nevents; i++) {
		if (wire->events[i].thread == thread &&
			wire->events[i].op.kind == OP_CREATE)
			return wire->events[i].op.pc;
	}
	return 0;
}

/* The next one gets it, too: it is started where that one was, or names it. */
static bool is_given_on(struct explore_view *view, const struct party *writer,
	const struct party *reader, const char *variable)
{
	uint64_t next = next_start(view->wire, writer->thread, writer->step);
	uint64_t pc;

	explore_creator_of(view->wire, reader->thread, &pc);
	return next && (next == pc || text_has_word(explore_line_at(view, next),
					      variable));
}

/* Filled in for the next thread, without a look at what was there. */
static bool is_filled_anew(struct explore_view *view,
	const struct party *writer, const struct party *reader,
	const char *variable)
{
	const struct wire *wire = view->wire;

	return is_argument(wire, writer, reader) && writer->step &&
	       is_given_on(view, writer, reader, variable) &&
	       !is_read_before(
		       wire, writer->object, writer->thread, writer->step - 1);
}

/* One struct for all threads. Of an array, each may have its element. */
static bool part_advice(struct explore_view *view, const struct finding *race,
	const char *name, char *words, size_t size)
{
	const struct party *writer = &race->first, *reader = &race->second;
	char place[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	char variable[EXPLORE_WORDS_SIZE];

	snprintf(variable, sizeof(variable), "%.*s", (int)strcspn(name, ".-"),
		name);
	if (!is_filled_anew(view, writer, reader, variable)) {
		writer = &race->second;
		reader = &race->first;
	}
	if (strchr(name, '[') ||
		!is_filled_anew(view, writer, reader, variable))
		return false;
	text_append(words, size, "%s fills in %s for the next thread (%s), ",
		explore_thread_name(writer->thread, who), variable,
		explore_place_name(view, writer->pc, place));
	text_append(words, size,
		"and %s may have yet to read it: give each thread one of its "
		"own",
		explore_thread_name(reader->thread, who));
	return true;
}

/* Its address has been given to others; what is a part is meant to be. */
static bool variable_advice(struct explore_view *view,
	const struct finding *race, const char *name, const char *function,
	char *words, size_t size)
{
	const struct party *first = &race->first, *second = &race->second;

	if (!strncmp(name, "a local ", 8)) /* it has no name */
		text_append(words, size,
			"others have the address of a local variable of %s: ",
			function);
	else
		text_append(words, size,
			"%s is a local variable of %s, and others have its "
			"address: ",
			name, function);
	text_append(words, size,
		"give each of them one of its own that lives until it is "
		"joined, such as an element of an array");
	if (is_argument(view->wire, first, second) ||
		is_argument(view->wire, second, first))
		return true;
	text_append(words, size, ", or ");
	explore_lock_advice(view, race, words, size);
	return true;
}

bool explore_local_advice(struct explore_view *view, const struct finding *race,
	char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], function[EXPLORE_WORDS_SIZE];
	bool is_local = explore_owner_of_local(
		view, race->first.object, function);

	explore_object_name(view, race->first.object, name);
	if (strpbrk(name, ".>["))
		return (is_local || strstr(name, "->")) &&
		       part_advice(view, race, name, words, size);
	return is_local &&
	       variable_advice(view, race, name, function, words, size);
}
