/* An update that is lost, and somebody who waits for all of them. */
#include "cmd/explore_shared.h"
#include "cmd/explore_stretch.h"
#include "cmd/explore_wait.h"

#include "cmd/text.h"

/* One reads it, another writes it, and the one writes over that; events. */
struct lost {
	uint32_t read, between, write;
};

/* The thread's access to the same before that, if another's write is later. */
static bool is_over(const struct wire *wire, uint32_t write, struct lost *lost)
{
	const struct event *last = &wire->events[write];

	lost->write = write;
	lost->between = wire->nevents;
	for (uint32_t i = write; i-- > 0;) {
		const struct event *event = &wire->events[i];

		if (event->op.object != last->op.object ||
			(!explore_is_read(event) && !explore_is_write(event)))
			continue;
		lost->read = i;
		if (event->thread == last->thread)
			return lost->between < wire->nevents &&
			       explore_is_read(event);
		if (explore_is_write(event) && lost->between == wire->nevents)
			lost->between = i;
	}
	return false;
}

static bool find_lost(
	const struct wire *wire, uint64_t object, struct lost *lost)
{
	for (uint32_t i = wire->nevents; i-- > 0;) {
		const struct op *op = &wire->events[i].op;

		if (op->object == object &&
			(op->kind == OP_WRITE || op->kind == OP_ATOMIC_WRITE) &&
			is_over(wire, i, lost))
			return true;
	}
	return false;
}

/* It tested that before it slept. */
static bool has_tested(
	const struct wire *wire, unsigned thread, uint64_t object)
{
	const struct standing *standing = &wire->standing[thread];
	struct wait wait;

	if (standing->state != STANDING_BLOCKED ||
		standing->pending.kind != OP_WAKE ||
		!explore_last_wait(wire, thread, wire->nevents, &wait))
		return false;
	for (uint32_t i = wait.lock; i < wait.wait; i++) {
		const struct event *event = &wire->events[i];

		if (event->thread == thread && event->op.object == object &&
			explore_is_read(event))
			return true;
	}
	return false;
}

/* Who sleeps for ever and has tested it, but did not change it; or NOBODY. */
static unsigned waiter_for(
	const struct wire *wire, uint64_t object, const struct lost *lost)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (i != wire->events[lost->write].thread &&
			i != wire->events[lost->between].thread &&
			has_tested(wire, i, object))
			return i;
	}
	return WIRE_NOBODY;
}

/* As in n++, of what is made atomic; false: it takes two steps even so. */
static bool is_one_step(struct explore_view *view, const struct lost *lost)
{
	const struct wire *wire = view->wire;
	const struct finding pair = {
		.first.pc = wire->events[lost->read].op.pc,
		.third.pc = wire->events[lost->write].op.pc,
	};

	return explore_is_one_line(view, &pair) &&
	       explore_is_operator(view, &pair);
}

/* What it writes comes of what it has read, and of no test. */
static bool is_update(struct explore_view *view, const struct lost *lost)
{
	const struct event *read = &view->wire->events[lost->read];
	const struct event *write = &view->wire->events[lost->write];
	const struct party first = {.pc = read->op.pc, .way = read->way};
	const struct party last = {.pc = write->op.pc, .way = write->way};

	return is_one_step(view, lost) ||
	       (write->op.pc == view->wire->events[lost->between].op.pc &&
		       !explore_stretch_tests(view, &first, &last));
}

static bool is_lost(
	struct explore_view *view, uint64_t object, struct lost *lost)
{
	return find_lost(view->wire, object, lost) && is_update(view, lost);
}

bool explore_takes_two_steps(struct explore_view *view, uint64_t object)
{
	struct lost lost;

	return is_lost(view, object, &lost) && !is_one_step(view, &lost);
}

static void mend_words(struct explore_view *view, const struct lost *lost,
	const char *name, char *words, size_t size)
{
	if (view->wire->events[lost->write].op.kind == OP_ATOMIC_WRITE)
		text_append(words, size,
			"change %s in one step (+=, atomic_fetch_add)", name);
	else if (is_one_step(view, lost))
		text_append(words, size,
			"make %s atomic (_Atomic), so that it changes in one "
			"step",
			name);
	else
		text_append(words, size,
			"make %s atomic (_Atomic), and change it in one step "
			"(+=)",
			name);
}

bool explore_lost_advice(
	struct explore_view *view, uint64_t object, char *words, size_t size)
{
	const struct event *events = view->wire->events;
	char who[EXPLORE_WORDS_SIZE], name[EXPLORE_WORDS_SIZE];
	struct lost lost;
	unsigned waiter;

	if (view->result->failure.kind != FOUND_DEADLOCK ||
		!is_lost(view, object, &lost))
		return false;
	waiter = waiter_for(view->wire, object, &lost);
	if (waiter == WIRE_NOBODY)
		return false;
	text_append(words, size, "%s reads %s at step %u ",
		explore_thread_name(events[lost.read].thread, who),
		explore_object_name(view, object, name), lost.read + 1);
	text_append(words, size,
		"and writes it at step %u, over what %s wrote at step %u: ",
		lost.write + 1,
		explore_thread_name(events[lost.between].thread, who),
		lost.between + 1);
	text_append(words, size, "that is lost, and %s waits in vain: ",
		explore_thread_name(waiter, who));
	mend_words(view, &lost, name, words, size);
	return true;
}

bool explore_lost_to_sleeper(
	struct explore_view *view, unsigned thread, char *words, size_t size)
{
	const struct wire *wire = view->wire;
	struct wait wait;
	uint32_t test;

	if (!explore_last_wait(wire, thread, wire->nevents, &wait))
		return false;
	test = explore_test_before(wire, &wait);
	return explore_lost_advice(
		view, wire->events[test].op.object, words, size);
}

bool explore_loses_what_is_awaited(struct explore_view *view)
{
	const struct wire *wire = view->wire;
	char words[EXPLORE_WORDS_SIZE] = "";

	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE &&
			explore_lost_advice(view,
				wire->findings[i].first.object, words,
				sizeof(words)))
			return true;
	}
	return false;
}
