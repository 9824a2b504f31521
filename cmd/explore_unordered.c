/* A race of who reads what another makes: what is missing is an order. */
#include "cmd/explore_shared.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

/* One reads it, the other writes it; events of the execution shown. */
struct pair {
	unsigned reader, writer;
	uint64_t object;
	uint32_t read, write; /* the first of each; nevents: none */
	unsigned nwrites;
	bool changes; /* the writer reads it, too */
	bool writes_back; /* the reader writes it, too, with both running */
};

unsigned explore_creator_of(
	const struct wire *wire, unsigned thread, uint64_t *pc)
{
	*pc = 0;
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind != OP_CREATE || event->other != thread)
			continue;
		*pc = event->op.pc;
		return event->thread;
	}
	return WIRE_NOBODY;
}

static uint32_t created_at(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].op.kind == OP_CREATE &&
			wire->events[i].other == thread)
			return i;
	}
	return 0;
}

static void add_use(
	struct pair *pair, const struct event *event, uint32_t i, uint32_t none)
{
	if (event->thread == pair->writer) {
		pair->changes |= !explore_writes(event->op.kind) ||
				 event->op.kind == OP_ATOMIC_UPDATE;
		if (explore_writes(event->op.kind) && pair->nwrites++ == 0)
			pair->write = i;
	} else if (event->thread == pair->reader) {
		pair->writes_back |= explore_writes(event->op.kind);
		if (pair->read == none)
			pair->read = i;
	}
}

static bool find_pair(
	const struct wire *wire, const struct finding *race, struct pair *pair)
{
	bool first_writes = explore_writes(race->first.op);
	const struct party *writer = first_writes ? &race->first
						  : &race->second;
	const struct party *reader = first_writes ? &race->second
						  : &race->first;
	uint32_t i = created_at(wire, writer->thread);
	uint32_t other = created_at(wire, reader->thread);

	*pair = (struct pair){.reader = reader->thread,
		.writer = writer->thread,
		.object = race->first.object,
		.read = wire->nevents,
		.write = wire->nevents};
	for (i = i > other ? i : other; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.object == pair->object &&
			(explore_reads(event->op.kind) ||
				explore_writes(event->op.kind)))
			add_use(pair, event, i, wire->nevents);
	}
	return explore_writes(writer->op) && explore_reads(reader->op) &&
	       pair->read < wire->nevents && pair->write < wire->nevents &&
	       !pair->writes_back;
}

/* As in "while (!stop) {": it is read again and again. */
static bool is_tested_in_loop(struct explore_view *view, uint64_t pc)
{
	struct place place;

	if (!symbols_place(view->symbols, pc, &place))
		return false;
	return strstr(explore_line(view, &place), "while") != NULL;
}

/* Somebody else may wait for what it does there. */
static bool lets_go(const struct event *event)
{
	return event->op.kind == OP_UNLOCK || event->op.kind == OP_RWUNLOCK ||
	       event->op.kind == OP_SIGNAL || event->op.kind == OP_BROADCAST ||
	       event->op.kind == OP_SEM_POST || event->op.kind == OP_BARRIER ||
	       event->op.kind == OP_CANCEL || event->op.kind == OP_WRITE ||
	       event->op.kind == OP_ATOMIC_WRITE ||
	       event->op.kind == OP_ATOMIC_UPDATE;
}

/* Where the reader waits for the writer's end after its read, at once; or 0. */
static uint64_t join_after(const struct wire *wire, const struct pair *pair)
{
	const struct op *op = &wire->standing[pair->reader].pending;

	for (uint32_t i = pair->read; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != pair->reader)
			continue;
		if (event->op.kind == OP_JOIN && event->other == pair->writer)
			return event->op.pc;
		if (lets_go(event))
			return 0;
	}
	return op->kind == OP_JOIN && op->object == pair->writer ? op->pc : 0;
}

static void both_places(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char read[EXPLORE_WORDS_SIZE], write[EXPLORE_WORDS_SIZE];

	explore_place_name(view, events[pair->write].op.pc, write);
	explore_place_name(view, events[pair->read].op.pc, read);
	text_append(words, size, "%s and %s", write, read);
}

/* "main reads sum (x.c:9), and does not wait until T1 has written it (...)" */
static void read_words(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s reads %s (%s), ",
		explore_thread_name(pair->reader, who),
		explore_object_name(view, pair->object, name),
		explore_place_name(view, events[pair->read].op.pc, place));
	text_append(words, size,
		"and does not wait until %s has written it "
		"(%s): ",
		explore_thread_name(pair->writer, who),
		explore_place_name(view, events[pair->write].op.pc, place));
}

/* What it does after its read is not shown: the execution ends with that. */
static bool ends_with_read(const struct wire *wire, const struct pair *pair)
{
	for (uint32_t i = pair->read + 1; i < wire->nevents; i++) {
		if (wire->events[i].thread == pair->reader &&
			wire->events[i].op.object != pair->object)
			return false;
	}
	return true;
}

static void while_it_runs(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"; to look at it while %s runs, hold one lock at ",
		explore_thread_name(pair->writer, who));
	both_places(view, pair, words, size);
}

/* Whether it joins it at all, and when, has not been seen. */
static bool may_join_advice(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], reader[EXPLORE_WORDS_SIZE];

	if (!ends_with_read(view->wire, pair))
		return false;
	read_words(view, pair, words, size);
	text_append(words, size,
		"if %s needs what %s leaves there, join %s before that",
		explore_thread_name(pair->reader, reader),
		explore_thread_name(pair->writer, who), who);
	while_it_runs(view, pair, words, size);
	return true;
}

static bool join_advice(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	uint64_t join = join_after(view->wire, pair), pc;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (explore_creator_of(view->wire, pair->writer, &pc) != pair->reader)
		return false;
	if (!join)
		return may_join_advice(view, pair, words, size);
	read_words(view, pair, words, size);
	text_append(words, size,
		"join %s before that (the join at %s comes too late)",
		explore_thread_name(pair->writer, who),
		explore_place_name(view, join, place));
	if (pair->nwrites > 1 || pair->changes)
		while_it_runs(view, pair, words, size);
	return true;
}

/* Who starts the reader writes it, once, and too late. */
static bool start_advice(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	uint64_t pc;

	if (explore_creator_of(view->wire, pair->reader, &pc) != pair->writer ||
		pair->nwrites != 1 || pair->changes ||
		explore_owner_of_local(view, pair->object, who))
		return false;
	read_words(view, pair, words, size);
	text_append(words, size, "let %s write it before it starts ",
		explore_thread_name(pair->writer, who));
	text_append(words, size, "%s (%s)",
		explore_thread_name(pair->reader, who),
		explore_place_name(view, pc, place));
	return true;
}

static bool wait_advice(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	char barrier[3 * EXPLORE_WORDS_SIZE] = "", who[EXPLORE_WORDS_SIZE];
	char other[EXPLORE_WORDS_SIZE];

	if (pair->read > pair->write || pair->nwrites != 1 || pair->changes)
		return false;
	read_words(view, pair, words, size);
	if (explore_barrier_words(view, pair->reader, pair->read, pair->writer,
		    barrier, sizeof(barrier))) {
		text_append(words, size, "%s", barrier);
		return true;
	}
	explore_thread_name(pair->reader, who);
	text_append(words, size,
		"if %s needs what %s writes, let it wait for that, with a flag "
		"and a condition variable; if not, hold one lock at ",
		who, explore_thread_name(pair->writer, other));
	both_places(view, pair, words, size);
	return true;
}

/* Its declaration is before its use in the same file, if it is there. */
static bool is_volatile(
	struct explore_view *view, uint64_t pc, const char *name)
{
	struct place place;

	if (!symbols_place(view->symbols, pc, &place))
		return false;
	while (--place.line > 0) {
		const char *line = explore_line(view, &place);

		if (text_has_word(line, "volatile") &&
			text_has_word(line, name))
			return true;
	}
	return false;
}

/* Who tests it goes round, and does something else as well. */
static bool loop_advice(struct explore_view *view, const struct pair *pair,
	char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];

	if (pair->changes)
		return false;
	explore_object_name(view, pair->object, name);
	text_append(words, size, "a loop of %s tests %s (%s), and ",
		explore_thread_name(pair->reader, who), name,
		explore_place_name(view, events[pair->read].op.pc, place));
	text_append(words, size, "%s writes it (%s) at any time: ",
		explore_thread_name(pair->writer, who),
		explore_place_name(view, events[pair->write].op.pc, place));
	if (is_volatile(view, events[pair->read].op.pc, name))
		text_append(words, size, "volatile is not atomic, ");
	text_append(words, size, "make %s atomic (_Atomic)", name);
	return true;
}

bool explore_unordered_advice(struct explore_view *view,
	const struct finding *race, char *words, size_t size)
{
	struct pair pair;

	if (!find_pair(view->wire, race, &pair))
		return false;
	if (is_tested_in_loop(view, view->wire->events[pair.read].op.pc))
		return loop_advice(view, &pair, words, size);
	return join_advice(view, &pair, words, size) ||
	       start_advice(view, &pair, words, size) ||
	       wait_advice(view, &pair, words, size);
}

/* The last barrier that the thread has passed before the step; or NULL. */
static const struct event *barrier_before(
	const struct wire *wire, unsigned thread, uint32_t step)
{
	while (step-- > 0) {
		const struct event *event = &wire->events[step];

		if (event->thread == thread && event->op.kind == OP_BARRIER &&
			!(event->flags & EVENT_BLOCKED))
			return event;
	}
	return NULL;
}

/* Threads that begin in the same function, which comes to a barrier. */
static unsigned nalike(const struct wire *wire, unsigned thread)
{
	unsigned n = 0;

	for (unsigned i = 1; i < wire->nthreads; i++)
		n += wire->standing[i].function ==
		     wire->standing[thread].function;
	return n;
}

bool explore_barrier_words(struct explore_view *view, unsigned reader,
	uint32_t step, unsigned writer, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	const struct event *event = barrier_before(wire, reader, step);
	unsigned n = nalike(wire, reader);
	char name[EXPLORE_WORDS_SIZE];

	if (!event || !reader || !writer || writer >= wire->nthreads ||
		wire->standing[reader].function !=
			wire->standing[writer].function ||
		(unsigned)event->result >= n)
		return false;
	text_append(words, size,
		"%s is initialised for %d, but %u threads come to it, so it "
		"does not wait for all of them: initialise it for %u",
		explore_object_name(view, event->op.object, name),
		event->result, n, n);
	return true;
}
