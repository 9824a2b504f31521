/* Who waits to write to a pipe that is full, and who would have to read it. */
#include "cmd/explore_kills.h"

#include "cmd/explore_descriptors.h"

#include "cmd/text.h"

#include <stdio.h>

/* How much is in the pipe is known, and who could read it. */
static bool waits_to_write(const struct wire *wire, unsigned process)
{
	return explore_waits_in(wire, process, "write(") &&
	       wire->standing[process].in_pipe > 0 &&
	       wire->standing[process].holders;
}

static bool can_read(const struct wire *wire, unsigned reader, unsigned writer)
{
	return wire->standing[writer].holders >> reader & 1;
}

/* Of others than the writer; *last is one of them. */
static unsigned nreaders(
	const struct wire *wire, unsigned writer, unsigned *last)
{
	unsigned n = 0;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (i == writer || !can_read(wire, i, writer))
			continue;
		*last = i;
		n++;
	}
	return n;
}

/* Each waits for the other to read. */
static bool are_stuck(const struct wire *wire, unsigned one, unsigned other)
{
	unsigned reader = 0;

	return waits_to_write(wire, one) && waits_to_write(wire, other) &&
	       nreaders(wire, one, &reader) == 1 && reader == other &&
	       nreaders(wire, other, &reader) == 1 && reader == one;
}

static void say_full(
	struct explore_view *view, unsigned writer, char *words, size_t size)
{
	const struct standing *standing = &view->wire->standing[writer];
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s waits to write to a pipe",
		explore_thread_name(writer, who));
	if (explore_descriptor_name(view, &standing->pending, name))
		text_append(words, size, " (%.60s)", name);
	text_append(words, size, " with %d bytes in it, which is full",
		standing->in_pipe);
}

static bool has_read(const struct wire *wire, unsigned process)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (wire->events[i].thread == process &&
			explore_call_begins(wire, &wire->events[i].op, "read("))
			return true;
	}
	return false;
}

/* Whoever has read nothing is the one that writes all first. */
static void say_both(struct explore_view *view, unsigned one, unsigned other,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	bool answers = has_read(wire, one) && !has_read(wire, other);
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size, ", and only %s can read that; ",
		explore_thread_name(other, who));
	say_full(view, other, words, size);
	text_append(words, size,
		", and only %s can read that: ", explore_thread_name(one, who));
	text_append(words, size,
		"let %s read what has come before it writes more",
		explore_thread_name(answers ? other : one, who));
}

static void say_reader(
	struct explore_view *view, unsigned reader, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], call[EXPLORE_WORDS_SIZE];

	explore_thread_name(reader, who);
	explore_shown_call(
		view, &wire->standing[reader].pending, call, sizeof(call));
	text_append(words, size,
		", and of the others only %s has its reading end open, and "
		"waits in %.80s: let %s read it%s before that",
		who, call, who,
		explore_waits_in(wire, reader, "wait") ? " to its end" : "");
}

static void say_readers(struct explore_view *view, unsigned writer,
	unsigned left, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE];

	text_append(words, size, ", and its reading end is open in ");
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (i == writer || !can_read(wire, i, writer))
			continue;
		text_append(words, size, "%s%s", explore_thread_name(i, who),
			--left > 1  ? ", "
			: left == 1 ? " and "
				    : "");
	}
	text_append(words, size,
		", which wait, too: let one of them read it before it waits");
}

/* Two that wait for each other come first. */
static bool find_writer(const struct wire *wire, unsigned *writer)
{
	bool any = false;

	for (unsigned i = wire->nthreads; i-- > 0;) {
		unsigned reader = i;

		if (!waits_to_write(wire, i))
			continue;
		*writer = i;
		any = true;
		if (nreaders(wire, i, &reader) == 1 &&
			are_stuck(wire, i, reader)) {
			*writer = i < reader ? i : reader;
			break;
		}
	}
	return any;
}

bool explore_full_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	unsigned writer, reader = 0, n;

	if (!find_writer(wire, &writer))
		return false;
	n = nreaders(wire, writer, &reader);
	say_full(view, writer, words, size);
	if (n == 0)
		text_append(words, size,
			", and nobody else has its reading end open: let "
			"another process read while this one writes");
	else if (n == 1 && are_stuck(wire, writer, reader))
		say_both(view, writer, reader, words, size);
	else if (n == 1)
		say_reader(view, reader, words, size);
	else
		say_readers(view, writer, n, words, size);
	return true;
}
