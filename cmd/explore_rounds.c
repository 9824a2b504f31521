/* Rounds between barriers, and waits that no lock can be held over. */
#include "cmd/explore_shared.h"
#include "cmd/explore_trace.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

static bool is_arrival(const struct event *event, unsigned thread)
{
	return event->op.kind == OP_BARRIER && event->thread == thread;
}

/* The round in which a thread is: what it came to last, and how often. */
struct round {
	uint64_t barrier;
	unsigned number; /* 0: it has come to none */
	uint32_t from; /* the event after that */
};

static struct round round_at(
	const struct wire *wire, unsigned thread, uint32_t end)
{
	struct round round = {0};

	for (uint32_t i = 0; i < end; i++) {
		if (!is_arrival(&wire->events[i], thread))
			continue;
		round.barrier = wire->events[i].op.object;
		round.number++;
		round.from = i + 1;
	}
	return round;
}

static bool is_access_of(const struct event *event, const struct party *party)
{
	return event->thread == party->thread && event->op.pc == party->pc &&
	       event->op.object == party->object;
}

/* In that round the reader has done the like of the write itself. */
static bool has_done_its_part(const struct wire *wire,
	const struct party *reader, const struct party *writer, uint32_t from,
	uint32_t end)
{
	for (uint32_t i = from; i < end; i++) {
		if (wire->events[i].thread == reader->thread &&
			wire->events[i].op.pc == writer->pc)
			return true;
	}
	return false;
}

/* Then it is not for the other one to make. */
static bool writes_too(const struct wire *wire, const struct party *reader)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == reader->thread &&
			event->op.object == reader->object &&
			explore_is_write(event))
			return true;
	}
	return false;
}

/* Both in one round, though the reader has its own part of it behind it. */
static bool is_in_one_round(const struct wire *wire, uint32_t read,
	const struct party *reader, const struct party *writer)
{
	struct round mine = round_at(wire, reader->thread, read);

	if (!mine.number ||
		!has_done_its_part(wire, reader, writer, mine.from, read))
		return false;
	for (uint32_t i = 0; i < wire->nevents; i++) {
		struct round its = {0};

		if (!is_access_of(&wire->events[i], writer))
			continue;
		its = round_at(wire, writer->thread, i);
		if (its.barrier == mine.barrier && its.number == mine.number)
			return true;
	}
	return false;
}

static void round_words(struct explore_view *view, const struct party *reader,
	const struct party *writer, char *words, size_t size)
{
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE], where[EXPLORE_WORDS_SIZE];

	explore_place_name(view, writer->pc, where);
	text_append(words, size, "%s reads %s (%s) when it is done with %s, ",
		explore_thread_name(reader->thread, who),
		explore_object_name(view, reader->object, name),
		explore_place_name(view, reader->pc, place), where);
	text_append(words, size,
		"and does not wait until %s is, which writes it there: let all "
		"wait for each other after %s, too, at another "
		"pthread_barrier_wait",
		explore_thread_name(writer->thread, who), where);
}

bool explore_round_advice(struct explore_view *view, const struct party *a,
	const struct party *b, char *words, size_t size)
{
	bool a_writes = a->op == OP_WRITE || a->op == OP_ATOMIC_WRITE;
	const struct party *writer = a_writes ? a : b;
	const struct party *reader = a_writes ? b : a;
	char place[EXPLORE_WORDS_SIZE], where[EXPLORE_WORDS_SIZE];
	const struct wire *wire = view->wire;
	uint32_t i = 0;

	if ((reader->op != OP_READ && reader->op != OP_ATOMIC_READ) ||
		reader->nheld || writer->nheld || writes_too(wire, reader))
		return false;
	while (i < wire->nevents &&
		!(is_access_of(&wire->events[i], reader) &&
			is_in_one_round(wire, i, reader, writer)))
		i++;
	explore_place_name(view, writer->pc, where);
	explore_place_name(view, reader->pc, place);
	if (i == wire->nevents || !strcmp(place, where))
		return false;
	round_words(view, reader, writer, words, size);
	return true;
}

static struct party party_of(const struct event *event)
{
	return (struct party){
		.thread = event->thread,
		.pc = event->op.pc,
		.object = event->op.object,
	};
}

/* It is written elsewhere, later in the reader's round, and then differs. */
static bool is_read_too_soon(struct explore_view *view, uint32_t read,
	struct party *reader, struct party *writer)
{
	const struct wire *wire = view->wire;
	const struct event *event = &wire->events[read];
	char place[EXPLORE_WORDS_SIZE], where[EXPLORE_WORDS_SIZE];

	*reader = party_of(event);
	for (uint32_t i = read + 1; i < wire->nevents; i++) {
		const struct event *write = &wire->events[i];

		if (write->thread == event->thread ||
			!explore_is_write(write) ||
			write->op.object != event->op.object ||
			write->after == event->before)
			continue;
		*writer = party_of(write);
		explore_place_name(view, writer->pc, where);
		explore_place_name(view, reader->pc, place);
		return strcmp(place, where) && !writes_too(wire, reader) &&
		       is_in_one_round(wire, read, reader, writer);
	}
	return false;
}

static bool lets_others_in(const struct event *event)
{
	return event->op.kind == OP_UNLOCK || event->op.kind == OP_RWUNLOCK ||
	       event->op.kind == OP_BARRIER;
}

/*
 * What is read in the step after which every way fails: no lock is missing,
 * for that step may have been under one.
 */
bool explore_next_round_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct party reader, writer;
	uint32_t i = 0;
	unsigned thread;

	if (finding->kind != FOUND_ASSERT || explore_has_cause(wire))
		return false;
	while (i < wire->nevents && !explore_is_lost(view, i))
		i++;
	thread = i < wire->nevents ? wire->events[i].thread : WIRE_NOBODY;
	for (; i < wire->nevents && wire->events[i].thread == thread &&
		!lets_others_in(&wire->events[i]);
		i++) {
		if (!explore_is_read(&wire->events[i]) ||
			!is_read_too_soon(view, i, &reader, &writer))
			continue;
		round_words(view, &reader, &writer, words, size);
		return true;
	}
	return false;
}

static bool is_wait(const struct wire *wire, const struct event *event)
{
	switch (event->op.kind) {
	case OP_BARRIER:
	case OP_JOIN:
	case OP_WAIT:
		return true;
	case OP_SEM_WAIT:
		return !explore_is_given_back(wire, event->op.object);
	default:
		return false;
	}
}

uint64_t explore_wait_between(const struct wire *wire,
	const struct party *first, const struct party *last)
{
	for (uint32_t i = first->step; first->step && i < last->step; i++) {
		if (wire->events[i].thread == first->thread &&
			is_wait(wire, &wire->events[i]))
			return wire->events[i].op.pc;
	}
	return 0;
}

void explore_waits_between_words(struct explore_view *view,
	const struct finding *pair, uint64_t wait, char *words, size_t size)
{
	const struct party *first = &pair->first;
	bool reads = first->op == OP_READ || first->op == OP_ATOMIC_READ;
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size,
		"%s waits at %s between the two, so no lock can be held over "
		"both: ",
		explore_thread_name(first->thread, who),
		explore_place_name(view, wait, place));
	if (reads)
		text_append(words, size, "read %s again after that%s",
			explore_object_name(view, first->object, place),
			explore_is_update(view, pair)
				? ", and change it in one step, or under a lock"
				: "");
	else
		text_append(words, size, "let %s wait until both are done",
			explore_thread_name(pair->second.thread, who));
}
