/* Who frees what another still uses: how it could have known, or waited. */
#include "cmd/explore_lifetime.h"
#include "cmd/explore_trace.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

#include <string.h>

/* Events of a thread, backwards; nevents: there is none. */
static uint32_t before(const struct wire *wire, uint32_t i, unsigned thread)
{
	while (i-- > 0) {
		if (wire->events[i].thread == thread)
			return i;
	}
	return wire->nevents;
}

static uint32_t freed_at(const struct wire *wire, const struct party *freed)
{
	uint32_t i = wire->nevents;

	while ((i = before(wire, i, freed->thread)) < wire->nevents) {
		if (wire->events[i].op.kind == OP_FREE &&
			wire->events[i].op.object == freed->object)
			break;
	}
	return i;
}

static bool holds_at(
	const struct wire *wire, uint32_t event, unsigned thread, uint64_t lock)
{
	uint64_t held[WIRE_MAX_HELD];
	uint32_t n = explore_held(wire, event, thread, held, WIRE_MAX_HELD);

	for (uint32_t i = 0; i < n; i++) {
		if (held[i] == lock)
			return true;
	}
	return false;
}

/* Who freed it had the pointer from there, too, under that lock. */
static bool takes_pointer(const struct wire *wire, const struct party *freed,
	uint64_t variable, uint64_t lock)
{
	uint32_t i = freed_at(wire, freed);

	if (i == wire->nevents)
		return false;
	while ((i = before(wire, i, freed->thread)) < wire->nevents) {
		const struct event *event = &wire->events[i];

		if (event->op.object == variable && explore_is_read(event) &&
			event->before == freed->object &&
			holds_at(wire, i, freed->thread, lock))
			return true;
	}
	return false;
}

/*
 * The user had the pointer from a variable, under a lock that it holds no
 * longer. Returns that read, or nevents.
 */
static uint32_t read_under_lock(
	const struct wire *wire, const struct finding *finding, uint64_t *lock)
{
	const struct party *freed = &finding->second;
	unsigned user = finding->first.thread;
	uint32_t i = wire->nevents;

	while ((i = before(wire, i, user)) < wire->nevents) {
		const struct event *event = &wire->events[i];
		uint64_t held[1];

		if (!explore_is_read(event) ||
			event->op.size != sizeof(void *) ||
			event->before != freed->object ||
			explore_held(wire, i, user, held, 1) == 0)
			continue;
		*lock = held[0];
		if (!holds_at(wire, wire->nevents, user, *lock) &&
			takes_pointer(wire, freed, event->op.object, *lock))
			return i;
	}
	return i;
}

static bool locked_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];
	uint64_t lock = 0;
	uint32_t i = read_under_lock(wire, finding, &lock);

	if (i == wire->nevents)
		return false;
	explore_thread_name(finding->first.thread, who);
	text_append(words, size, "%s has read the pointer from %s, holding ",
		who,
		explore_object_name(view, wire->events[i].op.object, name));
	text_append(words, size,
		"%s (%s): let %s use what is there, or copy it, before it "
		"unlocks %s",
		explore_object_name(view, lock, name),
		explore_place_name(view, wire->events[i].op.pc, place), who,
		name);
	return true;
}

/*
 * It counts down, and looks again: by then the count may be another's. Returns
 * where it counts, or nevents.
 */
static uint32_t counted_down(
	const struct wire *wire, const struct finding *finding)
{
	unsigned user = finding->first.thread;
	uint32_t i = before(wire, wire->nevents, user);
	uint64_t count = finding->first.object;

	if (i < wire->nevents && finding->kind == FOUND_BAD_FREE) {
		count = wire->events[i].op.object;
		if (wire->events[i].op.kind != OP_ATOMIC_READ)
			return wire->nevents;
		i = before(wire, i, user);
	}
	return i < wire->nevents &&
			       wire->events[i].op.kind == OP_ATOMIC_UPDATE &&
			       wire->events[i].op.object == count &&
			       wire->events[i].op.pc != finding->first.pc
		       ? i
		       : wire->nevents;
}

static bool count_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];
	uint32_t i = counted_down(wire, finding);

	if (i == wire->nevents)
		return false;
	text_append(words, size, "%s counts %s down at %s, ",
		explore_thread_name(finding->first.thread, who),
		explore_object_name(view, wire->events[i].op.object, name),
		explore_place_name(view, wire->events[i].op.pc, place));
	text_append(words, size,
		"and reads it again, when it may be another's: decide by "
		"what atomic_fetch_sub returns (who gets 1 is the last, and "
		"frees it)");
	return true;
}

/* Where the thread unlocks it next; or nevents. */
static uint32_t unlocked_after(
	const struct wire *wire, uint32_t i, uint64_t lock)
{
	unsigned thread = wire->events[i].thread;

	while (++i < wire->nevents) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.kind == OP_UNLOCK &&
			event->op.object == lock)
			break;
	}
	return i;
}

static bool is_in_freed(
	const struct wire *wire, const struct party *freed, uint64_t object)
{
	for (uint32_t i = 0; i < wire->nplaces; i++) {
		const struct memory_place *place = &wire->places[i];

		if (place->from == freed->object && !place->top)
			return object >= place->from && object < place->to;
	}
	return object == freed->object;
}

/* The thread's last write in what was freed counts it down; or nevents. */
static uint32_t last_count(
	const struct wire *wire, const struct finding *finding, unsigned thread)
{
	uint32_t i = wire->nevents;

	while ((i = before(wire, i, thread)) < wire->nevents) {
		const struct event *event = &wire->events[i];

		if (event->op.kind == OP_WRITE &&
			is_in_freed(wire, &finding->second, event->op.object))
			return event->after + 1 == event->before
				       ? i
				       : wire->nevents;
	}
	return i;
}

/*
 * Both have counted it down under one lock, which the user holds no longer, and
 * who freed was the last: the user has let go of what it uses. Returns where it
 * did, or nevents.
 */
static uint32_t counted_out(const struct wire *wire,
	const struct finding *finding, uint32_t *unlock)
{
	unsigned user = finding->first.thread, other = finding->second.thread;
	uint32_t own = last_count(wire, finding, user);
	uint32_t its = last_count(wire, finding, other);
	uint64_t held[1];

	*unlock = wire->nevents;
	if (user == other || own == wire->nevents || its == wire->nevents ||
		wire->events[own].op.object != wire->events[its].op.object ||
		wire->events[its].after ||
		!explore_held(wire, own, user, held, 1) ||
		!holds_at(wire, its, other, held[0]))
		return wire->nevents;
	*unlock = unlocked_after(wire, own, held[0]);
	return *unlock < wire->nevents ? own : wire->nevents;
}

static bool counted_out_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	char place[EXPLORE_WORDS_SIZE];
	uint32_t unlock;
	uint32_t i = counted_out(view->wire, finding, &unlock);

	if (i == view->wire->nevents)
		return false;
	text_append(words, size, "%s counts %s down at %s, ",
		explore_thread_name(finding->first.thread, who),
		explore_object_name(view, events[i].op.object, name),
		explore_place_name(view, events[i].op.pc, place));
	text_append(words, size,
		"and another can be the last as soon as %s is unlocked (%s): "
		"keep what the count is in a local variable before that, "
		"decide by it, and use nothing else after that",
		explore_object_name(view, events[unlock].op.object, name),
		explore_place_name(view, events[unlock].op.pc, place));
	return true;
}

static bool share_a_lock(const struct wire *wire, uint32_t i, uint32_t k)
{
	uint64_t held[WIRE_MAX_HELD];
	unsigned other = wire->events[k].thread;
	uint32_t n = explore_held(
		wire, i, wire->events[i].thread, held, WIRE_MAX_HELD);

	for (uint32_t lock = 0; lock < n; lock++) {
		if (holds_at(wire, k, other, held[lock]))
			return true;
	}
	return false;
}

/* The thread's last such operation before i on what is used; or nevents. */
static uint32_t last_of(const struct wire *wire, uint32_t i, unsigned thread,
	enum op_kind kind, uint64_t object)
{
	while ((i = before(wire, i, thread)) < wire->nevents) {
		if (wire->events[i].op.kind == kind &&
			wire->events[i].op.object == object)
			break;
	}
	return i;
}

/*
 * What is used has been written by both, who hold no lock in common, and
 * whoever freed has looked at it then: a count that goes wrong. Returns the
 * user's write, or nevents.
 */
static uint32_t counted_in_steps(
	const struct wire *wire, const struct finding *finding)
{
	unsigned user = finding->first.thread;
	unsigned other = finding->second.thread;
	uint64_t count = finding->first.object;
	uint32_t none = wire->nevents;
	uint32_t end = freed_at(wire, &finding->second);
	uint32_t own = last_of(wire, none, user, OP_WRITE, count);
	uint32_t its = end == none ? none
				   : last_of(wire, end, other, OP_WRITE, count);
	uint32_t look = its == none ? none
				    : last_of(wire, end, other, OP_READ, count);

	if (own == none || look == none || look < its)
		return none;
	return share_a_lock(wire, own, its) ? none : own;
}

static bool steps_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], other[EXPLORE_WORDS_SIZE];
	char name[EXPLORE_WORDS_SIZE], place[EXPLORE_WORDS_SIZE];
	uint32_t i = counted_in_steps(wire, finding);

	if (i == wire->nevents)
		return false;
	text_append(words, size, "%s and %s count with %s (%s), and each can ",
		explore_thread_name(finding->second.thread, other),
		explore_thread_name(finding->first.thread, who),
		explore_object_name(view, finding->first.object, name),
		explore_place_name(view, wire->events[i].op.pc, place));
	text_append(words, size,
		"come between the steps of the other: count in one step "
		"(atomic_fetch_sub: who gets 1 is the last, and frees it), or "
		"hold one lock wherever it is counted");
	return true;
}

/* Somebody else took it out of there after that. */
static bool is_taken_out(
	const struct wire *wire, uint32_t read, uint64_t pointer)
{
	for (uint32_t i = read + 1; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];

		if (event->op.object == wire->events[read].op.object &&
			event->op.kind == OP_ATOMIC_UPDATE &&
			event->before == pointer &&
			event->thread != wire->events[read].thread)
			return true;
	}
	return false;
}

/* The user had the pointer from an atomic, without a lock; or nevents. */
static uint32_t read_bare(
	const struct wire *wire, const struct finding *finding)
{
	unsigned user = finding->first.thread;
	uint64_t pointer = finding->second.object;
	uint32_t i = wire->nevents;

	while ((i = before(wire, i, user)) < wire->nevents) {
		const struct event *event = &wire->events[i];
		uint64_t held[1];

		if (event->op.kind == OP_ATOMIC_READ &&
			event->before == pointer &&
			event->op.size == sizeof(void *) &&
			!explore_held(wire, i, user, held, 1) &&
			is_taken_out(wire, i, pointer))
			return i;
	}
	return i;
}

/* In the function that reads it, if that frees it, too. */
static void lock_words(struct explore_view *view, uint64_t read, uint64_t freed,
	char *words, size_t size)
{
	struct place first, last;

	if (symbols_place(view->symbols, read, &first) && first.function &&
		symbols_place(view->symbols, freed, &last) && last.function &&
		!strcmp(first.function, last.function))
		text_append(
			words, size, "lock %s() as a whole", first.function);
	else
		text_append(words, size,
			"hold one lock from that read to the last use, and "
			"where it is taken out and freed");
}

static bool bare_words(struct explore_view *view, const struct finding *finding,
	char *words, size_t size)
{
	const struct wire *wire = view->wire;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	uint32_t i = read_bare(wire, finding);

	if (i == wire->nevents)
		return false;
	text_append(words, size,
		"%s has it from %s (step %u), and without a lock nobody knows "
		"when the last has let go of it: ",
		explore_thread_name(finding->first.thread, who),
		explore_object_name(view, wire->events[i].op.object, name),
		i + 1);
	lock_words(
		view, wire->events[i].op.pc, finding->second.pc, words, size);
	text_append(words, size,
		", or free nothing while others may still look (hazard "
		"pointers, epochs)");
	return true;
}

bool explore_last_use_words(struct explore_view *view,
	const struct finding *finding, char *words, size_t size)
{
	return count_words(view, finding, words, size) ||
	       counted_out_words(view, finding, words, size) ||
	       steps_words(view, finding, words, size) ||
	       locked_words(view, finding, words, size) ||
	       bare_words(view, finding, words, size);
}
