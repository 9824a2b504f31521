/* The words for what happens in an explored program. */
#include "cmd/explore_descriptors.h"
#include "cmd/explore_lifetime.h"
#include "cmd/explore_way.h"

#include "cmd/explore_api.h"
#include "cmd/explore_trace.h"
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct explore_file {
	struct explore_file *next;
	char *path;
	char **lines;
	int nlines;
};

static void free_file(struct explore_file *file)
{
	for (int i = 0; i < file->nlines; i++)
		free(file->lines[i]);
	free(file->lines);
	free(file->path);
	free(file);
}

void explore_view_fini(struct explore_view *view)
{
	while (view->files) {
		struct explore_file *file = view->files;

		view->files = file->next;
		free_file(file);
	}
	free(view->blocks);
	view->blocks = NULL;
}

static bool add_line(struct explore_file *file, const char *text, size_t n)
{
	char **lines = realloc(
		file->lines, ((size_t)file->nlines + 1) * sizeof(*lines));

	if (!lines)
		return false;
	file->lines = lines;
	lines[file->nlines] = strndup(text, n);
	return lines[file->nlines++] != NULL;
}

static void read_lines(struct explore_file *file)
{
	FILE *in = fopen(file->path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	if (!in)
		return;
	while ((n = getline(&text, &size, in)) > 0) {
		while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
			n--;
		if (!add_line(file, text, (size_t)n))
			break;
	}
	free(text);
	fclose(in);
}

static struct explore_file *file_of(struct explore_view *view, const char *path)
{
	struct explore_file *file;

	for (file = view->files; file; file = file->next) {
		if (!strcmp(file->path, path))
			return file;
	}
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	file->path = strdup(path);
	file->next = view->files;
	view->files = file;
	if (file->path)
		read_lines(file);
	return file;
}

const char *explore_line(struct explore_view *view, const struct place *place)
{
	const struct explore_file *file = file_of(view, place->file);

	if (!file || place->line < 1 || place->line > file->nlines)
		return "";
	return file->lines[place->line - 1] +
	       strspn(file->lines[place->line - 1], " \t");
}

const char *explore_line_at(struct explore_view *view, uint64_t pc)
{
	struct place place;

	return symbols_place(view->symbols, pc, &place)
		       ? explore_line(view, &place)
		       : "";
}

static bool are_processes;

void explore_name_processes(bool yes)
{
	are_processes = yes;
}

const char *explore_thread_name(unsigned thread, char *words)
{
	if (thread == 0)
		snprintf(words, EXPLORE_WORDS_SIZE, "main");
	else
		snprintf(words, EXPLORE_WORDS_SIZE, "%c%u",
			are_processes ? 'P' : 'T', thread);
	return words;
}

const char *explore_place_name(
	struct explore_view *view, uint64_t pc, char *words)
{
	struct place place;

	if (symbols_place(view->symbols, pc, &place))
		explore_place_words(view, &place, words);
	else if ((pc - view->wire->base) >> 32)
		snprintf(words, EXPLORE_WORDS_SIZE, "a place in a library");
	else if (pc)
		snprintf(words, EXPLORE_WORDS_SIZE, "address 0x%llx",
			(unsigned long long)(pc - view->wire->base));
	else
		snprintf(words, EXPLORE_WORDS_SIZE, "an unknown place");
	return words;
}

bool explore_goes_back(const struct place *first, const struct place *last)
{
	return last->line && last->line < first->line && first->function &&
	       last->function && !strcmp(first->function, last->function);
}

void explore_add_span(struct explore_view *view, uint64_t first, uint64_t last,
	char *words, size_t size)
{
	char from[EXPLORE_WORDS_SIZE], to[EXPLORE_WORDS_SIZE];
	struct place place, end;

	explore_place_name(view, first, from);
	explore_place_name(view, last, to);
	if (symbols_place(view->symbols, first, &place) &&
		symbols_place(view->symbols, last, &end) &&
		explore_goes_back(&place, &end))
		text_append(words, size,
			"from %s until it comes to %s after that", from, to);
	else if (strcmp(from, to))
		text_append(words, size, "from %s to %s", from, to);
	else if (symbols_place(view->symbols, first, &place) && place.line &&
		 explore_is_only_file(view, &place))
		text_append(words, size, "at line %d", place.line);
	else
		text_append(words, size, "at %s", from);
}

/* A load that did not read the newest store, or a store that is not it. */
static void stale_words(
	const struct wire *wire, const struct event *event, char *out)
{
	char who[EXPLORE_WORDS_SIZE];
	uint32_t from = explore_read_from(wire, event);

	explore_thread_name(event->other, who);
	if (event->op.kind == OP_ATOMIC_WRITE)
		text_append(out, EXPLORE_WORDS_SIZE,
			", in the order of stores before what %s stored", who);
	else if (from)
		text_append(out, EXPLORE_WORDS_SIZE,
			", stored at step %u: what %s stored is newer", from,
			who);
	else
		text_append(out, EXPLORE_WORDS_SIZE,
			", as it was at first: what %s stored is newer", who);
}

/* What the memory model has to do with an access. */
static void memory_words(
	const struct explore_view *view, const struct event *event, char *out)
{
	char who[EXPLORE_WORDS_SIZE];

	if (event->flags & EVENT_STALE && view->result->memory == MEMORY_C11) {
		stale_words(view->wire, event, out);
		return;
	}
	if (event->flags & EVENT_DELAYED && event->op.kind != OP_FLUSH)
		text_append(out, EXPLORE_WORDS_SIZE, ", into its store buffer");
	if (event->flags & EVENT_OWN)
		text_append(
			out, EXPLORE_WORDS_SIZE, ", from its own store buffer");
	if (event->flags & EVENT_STALE)
		text_append(out, EXPLORE_WORDS_SIZE,
			": what %s stored is still in its buffer",
			explore_thread_name(event->other, who));
}

static void woken_words(
	const struct event *event, const char *name, char *words)
{
	char other[EXPLORE_WORDS_SIZE];
	const char *between = ": ";

	snprintf(words, EXPLORE_WORDS_SIZE, "wakes all that wait on %.80s",
		name);
	for (unsigned i = 0; i < 64; i++) {
		if (!(event->before >> i & 1))
			continue;
		text_append(words, EXPLORE_WORDS_SIZE, "%s%s", between,
			explore_thread_name(i, other));
		between = ", ";
	}
}

static void signal_words(
	const struct event *event, const char *name, char *words)
{
	char other[EXPLORE_WORDS_SIZE];

	if (event->flags & EVENT_NOBODY)
		snprintf(words, EXPLORE_WORDS_SIZE,
			"signals %.80s: nobody is waiting", name);
	else if (event->op.kind == OP_BROADCAST)
		woken_words(event, name, words);
	else if (event->other == WIRE_NOBODY)
		snprintf(words, EXPLORE_WORDS_SIZE,
			"signals %.80s: wakes one of those who wait", name);
	else
		snprintf(words, EXPLORE_WORDS_SIZE,
			"signals %.80s: wakes %.20s", name,
			explore_thread_name(event->other, other));
}

static void wake_words(const struct event *event, const char *name, char *words)
{
	if (event->flags & EVENT_TIMEOUT)
		snprintf(words, EXPLORE_WORDS_SIZE,
			"stops waiting: time is over");
	else
		snprintf(words, EXPLORE_WORDS_SIZE,
			"wakes up on %.80s though nobody signalled", name);
}

static void output_words(
	const struct wire *wire, const struct event *event, char *words)
{
	char text[100];
	size_t n = event->after < 80 ? event->after : 80;

	bool error = event->flags & EVENT_STDERR;

	text_escape(text, sizeof(text),
		(error ? wire->errors : wire->output) + event->before, n);
	snprintf(words, EXPLORE_WORDS_SIZE, "prints %s\"%s\"",
		error ? "to stderr " : "", text);
}

void explore_call_words(
	const struct wire *wire, const struct op *op, char *words, size_t size)
{
	if (op->size)
		text_escape(words, size, wire->output + op->object, op->size);
	else
		snprintf(words, size, "a call");
}

struct phrase {
	const char *plain, *blocked;
};

/* %s is the object. */
static const struct phrase phrases[OP_NKINDS] = {
	[OP_LOCK] = {"locks ", "asks for "},
	[OP_TRYLOCK] = {"tries to lock ", NULL},
	[OP_UNLOCK] = {"unlocks ", NULL},
	[OP_WAIT] = {"releases the mutex and waits on ", NULL},
	[OP_RDLOCK] = {"locks for reading ", "asks to read under "},
	[OP_WRLOCK] = {"locks for writing ", "asks to write under "},
	[OP_RWUNLOCK] = {"unlocks ", NULL},
	[OP_SEM_WAIT] = {"takes one from ", "asks for one of "},
	[OP_SEM_TRY] = {"tries to take one from ", NULL},
	[OP_SEM_POST] = {"adds one to ", NULL},
	[OP_BARRIER_LEAVE] = {"passes ", "waits at "},
	[OP_AWAIT] = {"looks again at ", "waits for a change of "},
	[OP_FREE] = {"frees ", NULL},
	[OP_INIT] = {"initialises ", NULL},
	[OP_DESTROY] = {"destroys ", NULL},
	[OP_ONCE] = {"calls pthread_once on ", "waits in pthread_once on "},
};

static const char *const without_object[OP_NKINDS] = {
	[OP_START] = "begins",
	[OP_END] = "ends",
	[OP_FENCE] = "passes a fence",
	[OP_YIELD] = "yields",
	[OP_SLEEP] = "sleeps",
	[OP_FILE] = "uses a file",
	[OP_INPUT] = "reads from the input",
	[OP_TRYJOIN] = "tries to join",
	[OP_TESTCANCEL] = "would end here if it were cancelled",
	[OP_PROCESS_END] = "ends the program",
};

static void thread_words(const struct event *event, char *words)
{
	char other[EXPLORE_WORDS_SIZE];
	bool join = event->op.kind == OP_JOIN;
	const char *verb = event->op.kind == OP_CANCEL    ? "cancels"
			   : event->op.kind == OP_DETACH  ? "detaches"
			   : !join                        ? "starts"
			   : event->flags & EVENT_BLOCKED ? "waits for"
							  : "joins";

	explore_thread_name(join && event->flags & EVENT_BLOCKED
				    ? (unsigned)event->op.object
				    : event->other,
		other);
	snprintf(words, EXPLORE_WORDS_SIZE, "%s %.20s", verb, other);
}

/* And with success; what is still to come is behind no choice. */
static bool has_tried(const struct event *event)
{
	return (event->op.kind == OP_TRYLOCK || event->op.kind == OP_SEM_TRY) &&
	       event->choice && !event->result;
}

/* Of what is still to come, the numbers are not known. */
static void arrival_words(
	const struct event *event, const char *name, char *words)
{
	snprintf(words, EXPLORE_WORDS_SIZE, "arrives at %.100s", name);
	if (event->result)
		text_append(words, EXPLORE_WORDS_SIZE, " (%u of %d), %s",
			(unsigned)event->before, event->result,
			explore_opens_barrier(event) ? "opens it" : "waits");
}

static void phrase_words(
	const struct event *event, const char *name, char *words)
{
	const struct phrase *phrase = &phrases[event->op.kind];
	bool blocked = event->flags & EVENT_BLOCKED && phrase->blocked;

	if (event->flags & EVENT_TIMEOUT || event->result == ETIMEDOUT) {
		snprintf(words, EXPLORE_WORDS_SIZE,
			"stops waiting for %.100s: time is over", name);
		return;
	}
	snprintf(words, EXPLORE_WORDS_SIZE, "%s%s%.100s%s",
		event->flags & EVENT_AGAIN ? "is back from the wait, " : "",
		blocked ? phrase->blocked : phrase->plain, name,
		event->result ? ": not to be had"
		: blocked && strncmp(phrase->blocked, "waits", 5)
			? ", has to wait"
		: has_tried(event) ? ", and gets it"
				   : "");
}

const char *explore_event_words(
	struct explore_view *view, const struct event *event, char *words)
{
	char name[EXPLORE_WORDS_SIZE];
	enum op_kind kind = event->op.kind;

	if (kind == OP_CALL) {
		explore_shown_call(view, &event->op, words, EXPLORE_WORDS_SIZE);
		return words;
	}
	if (kind != OP_FREE ||
		!explore_block_name(view, event->op.object, name))
		explore_object_in_step(view, event->op.object, name);
	if (kind == OP_CREATE || kind == OP_JOIN || kind == OP_CANCEL ||
		kind == OP_DETACH)
		thread_words(event, words);
	else if (kind == OP_OUTPUT)
		output_words(view->wire, event, words);
	else if (kind == OP_WAKE)
		wake_words(event, name, words);
	else if (kind == OP_SIGNAL || kind == OP_BROADCAST)
		signal_words(event, name, words);
	else if (kind == OP_BARRIER)
		arrival_words(event, name, words);
	else if (explore_waiting_words(view, event, name, words))
		return words;
	else if (kind == OP_RETURN)
		explore_return_words(view, event, words);
	else if (phrases[kind].plain) {
		phrase_words(event, name, words);
		if (kind == OP_ONCE)
			explore_use_its_names(view, words, EXPLORE_WORDS_SIZE);
	} else if (kind == OP_END && event->result)
		snprintf(words, EXPLORE_WORDS_SIZE, "is cancelled, and ends");
	else if (without_object[kind])
		snprintf(words, EXPLORE_WORDS_SIZE, "%s", without_object[kind]);
	else {
		explore_access_words(view, event, name, words);
		memory_words(view, event, words);
	}
	return words;
}
