/* Of the steps of a traced execution: who held what, who was made to wait. */
#include "cmd/explore_trace.h"

#include "lib/explore/lockset.h"

uint32_t explore_held(const struct wire *wire, uint32_t event, unsigned thread,
	uint64_t *locks, uint32_t most)
{
	struct lockset held;
	uint32_t n;

	lockset_before(&held, wire, event, thread);
	for (n = 0; n < held.n && n < most; n++)
		locks[n] = held.locks[n].object;
	return n;
}

/* A store that reaches memory is no step of its thread. */
static const struct event *step_before(const struct wire *wire, uint32_t i)
{
	while (i-- > 0) {
		if (wire->events[i].op.kind != OP_FLUSH)
			return &wire->events[i];
	}
	return NULL;
}

bool explore_is_stuck(const struct event *event)
{
	return event->flags & EVENT_STUCK;
}

bool explore_opens_barrier(const struct event *arrival)
{
	return arrival->before == (uint64_t)arrival->result;
}

bool explore_has_stuck(const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		if (explore_is_stuck(&wire->events[i]))
			return true;
	}
	return false;
}

static bool has_sleeper(const struct wire *wire)
{
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (wire->standing[i].pending.kind == OP_WAKE &&
			wire->standing[i].state != STANDING_ENDED)
			return true;
	}
	return false;
}

bool explore_only_early(const struct explore_view *view)
{
	const struct portfolio_result *result = view->result;

	return result->failure.kind == FOUND_DEADLOCK &&
	       (result->lost_at || result->always ||
		       explore_has_stuck(view->wire)) &&
	       !result->spurious && !result->early_in_vain &&
	       has_sleeper(view->wire);
}

/* One of these choices made somebody wait who could have gone on. */
static bool preempts(const struct wire *wire, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to && i < wire->nchoices; i++) {
		if (wire->choices[i].flags & CHOICE_PREEMPTS)
			return true;
	}
	return false;
}

/* A step of another thread than before, while that one could have gone on. */
bool explore_is_switch(const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	const struct event *before = step_before(wire, i);

	if (!before || event->op.kind == OP_FLUSH)
		return false;
	if (event->op.kind == OP_CALL)
		return before->flags & EVENT_PREEMPTED;
	return preempts(wire, before->choice, event->choice);
}

bool explore_fails_by_switch(const struct wire *wire)
{
	const struct event *before = step_before(wire, wire->nevents);

	return before && before->op.kind != OP_CALL &&
	       preempts(wire, before->choice, wire->nchoices);
}

/* Whom a signal wakes, and the like, is chosen within a step: it is that. */
static uint32_t lost_at(const struct explore_view *view)
{
	const struct wire *wire = view->wire;
	uint32_t lost = view->result->lost_at;

	while (lost && lost <= wire->nchoices &&
		wire->choices[lost - 1].is_value)
		lost--;
	return lost;
}

bool explore_is_lost(const struct explore_view *view, uint32_t i)
{
	uint32_t lost = lost_at(view);
	const struct event *event = &view->wire->events[i];

	return lost && event->choice >= lost &&
	       (i == 0 || event[-1].choice < lost);
}

bool explore_has_lost(const struct explore_view *view)
{
	for (uint32_t i = 0; i < view->wire->nevents; i++) {
		if (explore_is_lost(view, i))
			return true;
	}
	return false;
}

const char *explore_marks(const struct explore_view *view, uint32_t i)
{
	static const char *const marks[] = {
		"", ">", "!", ">!", "x", ">x", "!x", ">!x"};

	return marks[explore_is_switch(view->wire, i) +
		     2 * explore_is_lost(view, i) +
		     4 * explore_is_stuck(&view->wire->events[i])];
}
