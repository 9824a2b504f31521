/* Threads that go round and never wait. */
#include "cmd/explore_wait.h"

#include "cmd/explore_shared.h"
#include "cmd/text.h"

#include <string.h>

/* The loop that reads the same again and again; NULL: nobody does. */
static const struct op *awaited(const struct wire *wire, unsigned *who)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wire->standing[i].pending.kind == OP_AWAIT &&
			wire->standing[i].state != STANDING_ENDED) {
			*who = i;
			return &wire->standing[i].pending;
		}
	}
	return NULL;
}

/* Who changed it last; NULL: nobody ever did. */
static const struct event *last_change(const struct wire *wire, uint64_t object)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->op.object == object &&
			(event->op.kind == OP_WRITE ||
				event->op.kind == OP_ATOMIC_WRITE ||
				event->op.kind == OP_ATOMIC_UPDATE ||
				event->op.kind == OP_LOCK) &&
			event->before != event->after)
			return event;
	}
	return NULL;
}

const char *explore_livelock_lesson(const struct wire *wire)
{
	unsigned who;
	const struct op *op = awaited(wire, &who);

	return op && last_change(wire, op->object) ? "15-atomics"
						   : "08-deadlock";
}

/* What another thread had written there before, and is lost; or NULL. */
static const struct event *overwritten(
	const struct wire *wire, const struct event *change)
{
	const struct event *lost = NULL;

	for (const struct event *event = wire->events; event < change;
		event++) {
		if (event->op.object == change->op.object &&
			(event->op.kind == OP_WRITE ||
				event->op.kind == OP_ATOMIC_WRITE))
			lost = event->thread == change->thread ? NULL : event;
	}
	return lost;
}

static bool is_plain_write(const struct event *event)
{
	return event->op.kind == OP_WRITE || event->op.kind == OP_ATOMIC_WRITE;
}

static void overwritten_words(struct explore_view *view,
	const struct event *change, const struct event *lost, char *words,
	size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];
	char name[EXPLORE_WORDS_SIZE];

	explore_thread_name(change->thread, who);
	explore_object_name(view, change->op.object, name);
	text_append(words, size,
		"%s wrote it at step %u over what %s wrote at step %u, which "
		"nobody writes again: give %s its first value before %s is "
		"started, and not in %s",
		who, (unsigned)(change - events) + 1,
		explore_thread_name(lost->thread, other),
		(unsigned)(lost - events) + 1, name, who, who);
}

static bool writes(const struct event *event)
{
	return is_plain_write(event) || event->op.kind == OP_ATOMIC_UPDATE;
}

/* The thread has read it, another has changed it, and it writes over that. */
static bool loses_change(struct explore_view *view, const struct event *last,
	char *words, size_t size)
{
	const struct event *events = view->wire->events, *change = NULL;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	const struct event *event = last;

	while (event-- > events) {
		if (event->op.object != last->op.object)
			continue;
		if (event->thread != last->thread && writes(event) && !change)
			change = event;
		else if (event->thread == last->thread)
			break;
	}
	if (!is_plain_write(last) || !change || event < events ||
		!explore_is_read(event))
		return false;
	explore_thread_name(last->thread, who);
	explore_object_name(view, last->op.object, name);
	text_append(words, size,
		"%s reads it at step %u and writes it at step %u, over what ",
		who, (unsigned)(event - events) + 1,
		(unsigned)(last - events) + 1);
	text_append(words, size,
		"%s wrote at step %u, which is lost: change %s in one step "
		"(+=, atomic_fetch_add)",
		explore_thread_name(change->thread, who),
		(unsigned)(change - events) + 1, name);
	return true;
}

/* From the last change on, one that writes what is there already. */
static const struct event *last_write(
	const struct wire *wire, const struct event *change)
{
	const struct event *last = change;

	for (const struct event *event = change;
		event < wire->events + wire->nevents; event++) {
		if (event->op.object == change->op.object && writes(event))
			last = event;
	}
	return last;
}

/* Each that comes changes it to another value. */
static bool is_count(const struct wire *wire, const struct event *last)
{
	for (const struct event *event = wire->events; event < last; event++) {
		if (event->op.kind == OP_ATOMIC_UPDATE &&
			event->op.object == last->op.object &&
			event->thread != last->thread &&
			event->after != last->after)
			return last->op.kind == OP_ATOMIC_UPDATE;
	}
	return false;
}

/* A lock is what is taken in one step, or what is tested before. */
static void last_change_words(struct explore_view *view, unsigned waiter,
	const struct event *change, char *words, size_t size)
{
	const struct event *lost = overwritten(view->wire, change);
	char who[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];

	if (loses_change(view, last_write(view->wire, change), words, size))
		return;
	if (lost && is_plain_write(change) &&
		(change->thread == waiter ||
			explore_creator_of(view->wire, change->thread,
				&(uint64_t){0}) == lost->thread)) {
		overwritten_words(view, change, lost, words, size);
		return;
	}
	text_append(words, size, "%s changed it last, at %s: ",
		explore_thread_name(change->thread, who),
		explore_place_name(view, change->op.pc, place));
	if (is_count(view->wire, change)) {
		text_append(words, size,
			"nobody else comes: wait for as many as come, and let "
			"each come");
		return;
	}
	if (is_plain_write(change))
		text_append(words, size,
			"that is not what %s waits for: write it again, on "
			"every way on from there",
			explore_thread_name(waiter, who));
	else
		text_append(words, size,
			"who takes it so has to give it back, on every way on "
			"from there");
}

/* Who goes round for what that thread has changed last. */
static const struct op *wants_of(const struct wire *wire, unsigned holder,
	unsigned *who, const struct event **taken)
{
	for (*who = 0; *who < wire->nthreads; ++*who) {
		const struct op *op = &wire->standing[*who].pending;

		if (op->kind != OP_AWAIT || *who == holder ||
			wire->standing[*who].state == STANDING_ENDED)
			continue;
		*taken = last_change(wire, op->object);
		if (*taken && (*taken)->thread == holder &&
			(*taken)->op.kind == OP_ATOMIC_UPDATE &&
			!is_count(wire, *taken))
			return op;
	}
	return NULL;
}

/* Who goes round has taken what another goes round for. */
static bool taken_advice(struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	char who[EXPLORE_WORDS_SIZE];
	const struct event *taken, *other;
	unsigned waiter, back;

	for (unsigned i = 0; i < wire->nthreads; i++) {
		const struct op *own = &wire->standing[i].pending;
		const struct op *op =
			own->kind == OP_AWAIT
				? wants_of(wire, i, &waiter, &taken)
				: NULL;

		if (!op || op->object == own->object)
			continue;
		text_append(words, size, "%s has taken ",
			explore_thread_name(i, who));
		text_append(words, size, "%s (%s), which %s goes round for, ",
			explore_object_name(view, op->object, name),
			explore_place_name(view, taken->op.pc, place),
			explore_thread_name(waiter, who));
		text_append(words, size, "and goes round for %s itself: ",
			explore_object_name(view, own->object, name));
		if (wants_of(wire, waiter, &back, &other) && back == i)
			text_append(words, size,
				"let all take these in the same order");
		else
			text_append(words, size,
				"give it back before the loop at %s",
				explore_place_name(view, own->pc, place));
		return true;
	}
	return false;
}

/* Of trylocks. In the second half of the steps, what was had is kept. */
static bool anybody_unlocks(const struct wire *wire)
{
	for (uint32_t i = wire->nevents / 2; i < wire->nevents; i++) {
		if (wire->events[i].op.kind == OP_UNLOCK ||
			wire->events[i].op.kind == OP_RWUNLOCK)
			return true;
	}
	return false;
}

bool explore_livelock_advice(
	struct explore_view *view, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	unsigned who = 0;
	const struct op *op = awaited(wire, &who);
	const struct event *change = op ? last_change(wire, op->object) : NULL;
	char name[EXPLORE_WORDS_SIZE], thread[EXPLORE_WORDS_SIZE];

	if (!op) {
		text_append(words, size,
			"each has one lock and cannot get the other, %s: let "
			"all take these locks in the same order, and wait for "
			"them",
			anybody_unlocks(wire)
				? "gives back what it has and begins again"
				: "and keeps what it has while it goes on "
				  "trying");
		return true;
	}
	if (taken_advice(view, words, size))
		return true;
	text_append(words, size, "%s goes round until ",
		explore_thread_name(who, thread));
	text_append(words, size, "%s changes, and ",
		explore_object_name(view, op->object, name));
	if (change)
		last_change_words(view, who, change, words, size);
	else
		text_append(words, size,
			"whoever is to change it waits, too, or has ended: "
			"change it before you wait");
	return true;
}
