/* Somebody sleeps for ever since a second sign went over the first. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

/* One writes the same again; events of the execution shown. */
struct over {
	uint32_t test; /* of who sleeps */
	uint32_t first, again; /* the writes of the sign */
	uint32_t put, over; /* of what it stands for; equal: there is none */
};

/* The last event before `end` that used it; end: there is none. */
static uint32_t use_before(
	const struct wire *wire, uint64_t object, uint32_t end)
{
	for (uint32_t i = end; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->op.object == object &&
			(explore_is_read(event) || explore_is_write(event)))
			return i;
	}
	return end;
}

/* A write over what the same thread wrote, and nobody has looked since. */
static bool is_over(const struct wire *wire, uint32_t write, uint32_t *before)
{
	const struct event *event = &wire->events[write];

	*before = use_before(wire, event->op.object, write);
	return event->op.kind != OP_ATOMIC_UPDATE && *before < write &&
	       explore_is_write(&wire->events[*before]) &&
	       wire->events[*before].thread == event->thread;
}

/* It was set already, and not to what makes the sleeper wait. */
static bool is_set_again(
	const struct wire *wire, uint32_t write, struct over *over)
{
	const struct event *event = &wire->events[write];
	const struct event *test = &wire->events[over->test];

	over->again = write;
	return explore_is_write(event) && event->thread != test->thread &&
	       event->op.object == test->op.object &&
	       event->before == event->after && event->after != test->before &&
	       is_over(wire, write, &over->first);
}

/* What was written before each of the two, and nobody took in between. */
static void find_put(const struct wire *wire, struct over *over)
{
	unsigned thread = wire->events[over->again].thread;

	over->put = over->over = 0;
	for (uint32_t i = over->again; i-- > over->first;) {
		const struct event *event = &wire->events[i];

		if (event->thread != thread || !explore_is_write(event) ||
			!is_over(wire, i, &over->put) ||
			over->put > over->first)
			continue;
		over->over = i;
		return;
	}
	over->put = 0;
}

static bool find_over(
	const struct wire *wire, unsigned thread, struct over *over)
{
	struct wait wait;

	if (wire->standing[thread].state != STANDING_BLOCKED ||
		wire->standing[thread].pending.kind != OP_WAKE ||
		!explore_last_wait(wire, thread, wire->nevents, &wait))
		return false;
	over->test = explore_test_before(wire, &wait);
	if (!explore_is_read(&wire->events[over->test]))
		return false;
	for (uint32_t i = 0; i < over->test; i++) {
		if (!is_set_again(wire, i, over))
			continue;
		find_put(wire, over);
		return true;
	}
	return false;
}

static void say_over(struct explore_view *view, const struct over *over,
	char *words, size_t size)
{
	bool put = over->over > over->put;
	uint32_t first = put ? over->put : over->first;
	uint32_t again = put ? over->over : over->again;
	const struct event *event = &view->wire->events[again];
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];

	text_append(words, size, "%s %s %s at step %u ",
		explore_thread_name(event->thread, who),
		put ? "writes" : "sets",
		explore_object_name(view, event->op.object, name), again + 1);
	text_append(words, size,
		put ? "over what it put there at step %u, and nobody had taken "
		    : "again, and nobody had seen that it was set at step %u",
		first + 1);
	text_append(words, size, put ? "that: " : ": count it, or ");
}

const char *explore_over_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char found[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	struct over over;
	unsigned i = 0;

	while (i < wire->nthreads && !find_over(wire, i, &over))
		i++;
	if (i == wire->nthreads)
		return NULL;
	explore_event_words(view, &wire->events[over.test], found);
	if (strncmp(found, "reads ", 6))
		return NULL;
	say_over(view, &over, words, size);
	text_append(words, size,
		"let %s wait until %s before that, and let who makes it so "
		"signal it",
		explore_thread_name(wire->events[over.again].thread, who),
		found + 6);
	return "12-bounded-queue";
}
