/* A thread that fails with what it has read one by one, while it changed. */
#include "cmd/explore_shared.h"

#include "cmd/text.h"

enum {
	MOST_READS = 8, /* of the failing thread: the last ones count */
};

/* Two atomics that one changes, one after the other, and another reads so. */
struct mixed {
	uint32_t first, second; /* the reads */
	uint32_t change,
		other; /* the writes of these; nevents: still to come */
	uint64_t pc; /* of the second write */
	unsigned writer;
};

/* Its last reads, the latest first: all it did since anything else. */
static unsigned last_reads(
	const struct wire *wire, unsigned thread, uint32_t *reads)
{
	unsigned n = 0;

	for (uint32_t i = wire->nevents; i-- > 0 && n < MOST_READS;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread)
			continue;
		if (event->op.kind == OP_ATOMIC_READ)
			reads[n++] = i;
		else if (event->op.kind != OP_READ &&
			 event->op.kind != OP_WRITE)
			break;
	}
	return n;
}

static bool is_change(const struct event *event)
{
	return event->op.kind == OP_ATOMIC_WRITE ||
	       (event->op.kind == OP_ATOMIC_UPDATE && !event->result);
}

/* The next change of it by that thread, before event `end`; nevents: none. */
static uint32_t change_in(const struct wire *wire, unsigned thread,
	uint64_t object, uint32_t from, uint32_t end)
{
	for (uint32_t i = from; i < end; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == object &&
			is_change(event))
			return i;
	}
	return wire->nevents;
}

/* Both are changed after the one was read, and before the other is. */
static bool is_torn(const struct wire *wire, unsigned writer, struct mixed *m)
{
	uint64_t one = wire->events[m->first].op.object;
	uint64_t two = wire->events[m->second].op.object;

	m->change = change_in(wire, writer, one, m->first, m->second);
	m->other = change_in(wire, writer, two, m->first, m->second);
	return m->change < wire->nevents && m->other < wire->nevents;
}

/* The writer's last change before that event; nevents: it has none. */
static uint32_t change_before(
	const struct wire *wire, unsigned writer, uint32_t end)
{
	for (uint32_t i = end; i-- > 0;) {
		if (wire->events[i].thread == writer &&
			is_change(&wire->events[i]))
			return i;
	}
	return wire->nevents;
}

/* What it changes after that event, or is about to. */
static const struct op *change_after(
	const struct wire *wire, unsigned writer, uint32_t from, uint32_t *at)
{
	const struct op *next = &wire->standing[writer].pending;

	for (*at = from + 1; *at < wire->nevents; (*at)++) {
		if (wire->events[*at].thread == writer &&
			is_change(&wire->events[*at]))
			return &wire->events[*at].op;
	}
	return next->kind == OP_ATOMIC_WRITE || next->kind == OP_ATOMIC_UPDATE
		       ? next
		       : NULL;
}

/* It changes the one before both reads, and then the other, after both. */
static bool is_half_made(
	const struct wire *wire, unsigned writer, struct mixed *m)
{
	bool is_first = m->first < m->second;
	uint32_t begin = is_first ? m->first : m->second;
	uint32_t end = is_first ? m->second : m->first;
	const struct op *next;

	m->change = change_before(wire, writer, begin);
	if (m->change == wire->nevents ||
		wire->events[m->change].op.object !=
			wire->events[m->first].op.object)
		return false;
	next = change_after(wire, writer, m->change, &m->other);
	if (!next || m->other < end ||
		next->object != wire->events[m->second].op.object)
		return false;
	m->other = wire->nevents;
	m->pc = next->pc;
	return true;
}

static bool is_mixed(
	const struct wire *wire, unsigned writer, struct mixed *mixed)
{
	const struct event *events = wire->events;

	mixed->writer = writer;
	return events[mixed->first].thread != writer &&
	       events[mixed->first].op.object !=
		       events[mixed->second].op.object &&
	       ((mixed->first < mixed->second &&
			is_torn(wire, writer, mixed)) ||
		       is_half_made(wire, writer, mixed));
}

static bool find_mixed(
	const struct wire *wire, unsigned thread, struct mixed *mixed)
{
	uint32_t reads[MOST_READS];
	unsigned n = last_reads(wire, thread, reads);

	for (unsigned i = 0; i < n * n; i++) {
		mixed->first = reads[i / n];
		mixed->second = reads[i % n];
		for (unsigned k = 0; k < wire->nthreads; k++) {
			if (is_mixed(wire, k, mixed))
				return true;
		}
	}
	return false;
}

static void say_half_made(struct explore_view *view, const struct mixed *mixed,
	const char *who, char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s has changed %s at step %u, ", who,
		explore_object_name(view, events[mixed->first].op.object, name),
		mixed->change + 1);
	text_append(words, size, "and not yet %s (%s), ",
		explore_object_name(
			view, events[mixed->second].op.object, name),
		explore_place_name(view, mixed->pc, place));
}

static void say_torn(struct explore_view *view, const struct mixed *mixed,
	const char *who, char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char name[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s changes %s and %s at steps %u and %u, ",
		who,
		explore_object_name(view, events[mixed->first].op.object, name),
		explore_object_name(
			view, events[mixed->second].op.object, other),
		mixed->change + 1, mixed->other + 1);
}

bool explore_mixed_advice(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], reader[EXPLORE_WORDS_SIZE];
	struct mixed mixed = {0};
	bool in_order;

	if (finding->kind != FOUND_ASSERT || view->result->always ||
		finding->first.nheld || explore_has_cause(wire) ||
		!find_mixed(wire, finding->first.thread, &mixed))
		return false;
	explore_thread_name(mixed.writer, who);
	in_order = mixed.first < mixed.second;
	if (mixed.other < wire->nevents)
		say_torn(view, &mixed, who, words, size);
	else
		say_half_made(view, &mixed, who, words, size);
	text_append(words, size,
		"%s %s reads the two (steps %u and %u): each is atomic, both "
		"together are not: hold one lock over both reads, and over "
		"both changes",
		mixed.other < wire->nevents ? "while" : "when",
		explore_thread_name(finding->first.thread, reader),
		(in_order ? mixed.first : mixed.second) + 1,
		(in_order ? mixed.second : mixed.first) + 1);
	return true;
}
