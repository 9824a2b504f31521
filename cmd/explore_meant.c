/* A permit that was meant for another: a semaphore for a barrier. */
#include "cmd/explore_wait.h"

#include "cmd/text.h"

/* Who has waited for one, and who took two since; events. */
struct meant {
	unsigned waiter, taker;
	uint32_t wait, first, second;
};

static bool is_taking(const struct event *event)
{
	return (event->op.kind == OP_SEM_WAIT ||
		       event->op.kind == OP_SEM_TRY) &&
	       !(event->flags & (EVENT_BLOCKED | EVENT_TIMEOUT)) &&
	       event->result == 0;
}

/* Where it began to wait for one that it has not got; nevents: nowhere. */
static uint32_t waits_since(const struct wire *wire, unsigned thread)
{
	uint32_t since = wire->nevents;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread)
			since = event->op.kind == OP_SEM_WAIT &&
						event->flags & EVENT_BLOCKED
					? i
					: wire->nevents;
	}
	return since;
}

/* Two in a row, as who lets others go with a post for each. */
static bool posts_for_all(
	const struct wire *wire, unsigned thread, uint64_t semaphore)
{
	bool has_posted = false;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		bool posts = event->op.kind == OP_SEM_POST &&
			     event->op.object == semaphore;

		if (event->thread != thread)
			continue;
		if (has_posted && posts)
			return true;
		has_posted = posts;
	}
	return false;
}

static bool is_alike(const struct wire *wire, unsigned a, unsigned b)
{
	return wire->standing[a].function == wire->standing[b].function;
}

/* Somebody who does the same as that thread posts for all. */
static bool is_barrier(
	const struct wire *wire, unsigned thread, uint64_t semaphore)
{
	for (unsigned i = 1; i < wire->nthreads; i++) {
		if (is_alike(wire, i, thread) &&
			posts_for_all(wire, i, semaphore))
			return !explore_is_given_back(wire, semaphore);
	}
	return false;
}

static bool takes_twice(const struct wire *wire, struct meant *meant)
{
	uint64_t semaphore = wire->events[meant->wait].op.object;
	unsigned n = 0;

	for (uint32_t i = meant->wait; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread != meant->taker || !is_taking(event) ||
			event->op.object != semaphore)
			continue;
		if (n++ == 0)
			meant->first = i;
		meant->second = i;
		if (n == 2)
			return true;
	}
	return false;
}

static bool find_meant(const struct wire *wire, struct meant *meant)
{
	for (unsigned i = 0; i < wire->nthreads * wire->nthreads; i++) {
		meant->waiter = i / wire->nthreads;
		meant->taker = i % wire->nthreads;
		meant->wait = waits_since(wire, meant->waiter);
		if (meant->wait < wire->nevents && meant->waiter &&
			meant->taker != meant->waiter &&
			is_alike(wire, meant->waiter, meant->taker) &&
			takes_twice(wire, meant) &&
			is_barrier(wire, meant->taker,
				wire->events[meant->wait].op.object))
			return true;
	}
	return false;
}

const char *explore_meant_advice(
	struct explore_view *view, char *words, size_t size)
{
	char name[EXPLORE_WORDS_SIZE], who[EXPLORE_WORDS_SIZE];
	struct meant meant = {0};

	if (!find_meant(view->wire, &meant))
		return NULL;
	explore_object_name(
		view, view->wire->events[meant.wait].op.object, name);
	text_append(words, size,
		"%s takes one from %s at step %u and another at step %u, ",
		explore_thread_name(meant.taker, who), name, meant.first + 1,
		meant.second + 1);
	text_append(words, size,
		"and %s, which has waited for one since step %u, gets none: "
		"who comes again may take what was meant for another: take "
		"turns with two semaphores, one for each time that all meet, "
		"or use pthread_barrier_wait",
		explore_thread_name(meant.waiter, who), meant.wait + 1);
	return "14-barrier";
}
