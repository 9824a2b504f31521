/* Who came to a barrier, and why it does not open. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

static bool waits_at(const struct standing *standing, uint64_t barrier)
{
	return standing->state == STANDING_BLOCKED &&
	       standing->pending.kind == OP_BARRIER_LEAVE &&
	       standing->pending.object == barrier;
}

static unsigned narrived(const struct wire *wire, uint64_t barrier)
{
	unsigned n = 0;

	for (unsigned i = 0; i < wire->nthreads; i++)
		n += waits_at(&wire->standing[i], barrier);
	return n;
}

/* How many a barrier is for; 0: nobody has come to it. */
static int limit_of(const struct wire *wire, uint64_t barrier)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_BARRIER && event->op.object == barrier)
			return event->result;
	}
	return 0;
}

void explore_arrived_words(
	const struct wire *wire, uint64_t barrier, char *words, size_t size)
{
	int limit = limit_of(wire, barrier);

	if (limit)
		text_append(words, size, " (%u of %d are there)",
			narrived(wire, barrier), limit);
}

static unsigned narrivals(
	const struct wire *wire, unsigned thread, uint64_t barrier)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < wire->nevents; i++)
		n += wire->events[i].op.kind == OP_BARRIER &&
		     wire->events[i].op.object == barrier &&
		     wire->events[i].thread == thread;
	return n;
}

static unsigned ncomers(const struct wire *wire, uint64_t barrier)
{
	unsigned n = 0;

	for (unsigned i = 0; i < wire->nthreads; i++)
		n += narrivals(wire, i, barrier) > 0;
	return n;
}

/* Nobody waits elsewhere, but for others to end: nobody else would come. */
static bool all_have_come(const struct wire *wire, uint64_t barrier)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct standing *standing = &wire->standing[i];

		if (standing->state == STANDING_BLOCKED &&
			standing->pending.kind != OP_JOIN &&
			!waits_at(standing, barrier))
			return false;
	}
	return true;
}

/* One that came less often than a thread that waits there. */
static bool find_rarer(const struct wire *wire, unsigned waiting,
	uint64_t barrier, unsigned *rarer)
{
	unsigned most = narrivals(wire, waiting, barrier);

	for (*rarer = 0; *rarer < wire->nthreads; (*rarer)++) {
		unsigned n = narrivals(wire, *rarer, barrier);

		if (n && n < most)
			return true;
	}
	return false;
}

static void say_rarer(struct explore_view *view, unsigned waiting,
	unsigned rarer, uint64_t barrier, char *words, size_t size)
{
	unsigned most = narrivals(view->wire, waiting, barrier);
	unsigned least = narrivals(view->wire, rarer, barrier);
	char name[EXPLORE_WORDS_SIZE];

	text_append(
		words, size, "%s came to ", explore_thread_name(waiting, name));
	text_append(words, size, "%s %u time%s, ",
		explore_object_name(view, barrier, name), most,
		text_plural(most));
	text_append(words, size,
		"%s only %u time%s: let each thread come equally often",
		explore_thread_name(rarer, name), least, text_plural(least));
}

static bool does_the_same(
	const struct wire *wire, unsigned thread, uint64_t barrier)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (waits_at(&wire->standing[i], barrier) &&
			wire->standing[i].function ==
				wire->standing[thread].function)
			return true;
	}
	return false;
}

/* One that has ended, and never came to it; WIRE_NOBODY: there is none. */
static unsigned find_absent(const struct wire *wire, uint64_t barrier)
{
	for (unsigned i = 1; i < wire->nthreads; i++) {
		if (wire->standing[i].state == STANDING_ENDED &&
			narrivals(wire, i, barrier) == 0 &&
			does_the_same(wire, i, barrier))
			return i;
	}
	return WIRE_NOBODY;
}

/* Where its last step was; 0: not known. */
static uint64_t last_at(const struct wire *wire, unsigned thread)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		if (wire->events[i].thread == thread && wire->events[i].op.pc)
			return wire->events[i].op.pc;
	}
	return 0;
}

/* It may have been meant to come. */
static void say_absent(
	struct explore_view *view, uint64_t barrier, char *words, size_t size)
{
	unsigned absent = find_absent(view->wire, barrier);
	char who[EXPLORE_WORDS_SIZE];
	uint64_t last;

	if (absent == WIRE_NOBODY)
		return;
	text_append(words, size, ", or let %s come to it, too",
		explore_thread_name(absent, who));
	last = last_at(view->wire, absent);
	if (last)
		text_append(words, size, ", which leaves after %s",
			explore_place_name(view, last, who));
}

static void say_too_few(
	struct explore_view *view, uint64_t barrier, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	int limit = limit_of(wire, barrier);
	unsigned n = ncomers(wire, barrier);
	char name[EXPLORE_WORDS_SIZE];

	explore_object_name(view, barrier, name);
	if ((int)n < limit && all_have_come(wire, barrier)) {
		text_append(words, size,
			"%s is initialised for %d threads, but only %u come%s "
			"to it: initialise it for %u",
			name, limit, n, n == 1 ? "s" : "", n);
		say_absent(view, barrier, words, size);
	} else if ((int)n > limit && all_have_come(wire, barrier))
		text_append(words, size,
			"%s is initialised for %d threads, and %u come to it: "
			"initialise it for %u, if all of them are to meet",
			name, limit, n, n);
	else
		text_append(words, size,
			"%s is initialised for %d threads, %u wait%s there, "
			"and nobody else comes",
			name, limit, narrived(wire, barrier),
			narrived(wire, barrier) == 1 ? "s" : "");
}

const char *explore_barrier_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	unsigned i = 0, rarer;
	uint64_t barrier;

	while (i < wire->nthreads &&
		!waits_at(&wire->standing[i], wire->standing[i].pending.object))
		i++;
	if (i == wire->nthreads)
		return NULL;
	barrier = wire->standing[i].pending.object;
	if (!limit_of(wire, barrier))
		return NULL;
	if (find_rarer(wire, i, barrier, &rarer))
		say_rarer(view, i, rarer, barrier, words, size);
	else
		say_too_few(view, barrier, words, size);
	return "14-barrier";
}
