/* Moves of somebody who plays scheduler. */
#include "cmd/play.h"

static enum play_state state_of(const struct wire *wire)
{
	if (wire->paused)
		return wire->asked ? PLAY_ASKS : PLAY_ON;
	if (!wire->failure)
		return PLAY_ENDED_WELL;
	if (wire->failure <= WIRE_MAX_FINDINGS &&
		wire->findings[wire->failure - 1].kind == FOUND_DIVERGED)
		return PLAY_LOST;
	return PLAY_FAILED;
}

/* Asleep on the condition of the last step, which is the signal. */
static bool can_be_woken(const struct wire *wire, unsigned thread)
{
	const struct standing *standing = &wire->standing[thread];

	return standing->state != STANDING_ENDED &&
	       standing->pending.kind == OP_WAKE && wire->nevents > 0 &&
	       standing->pending.object ==
		       wire->events[wire->nevents - 1].op.object;
}

static void note_sleepers(struct play *play)
{
	const struct wire *wire = play->view->wire;

	play->nsleepers = 0;
	if (play->state != PLAY_ASKS || wire->asked_kind != ASKED_WAITER)
		return;
	for (unsigned i = 0; i < wire->nthreads; i++) {
		if (can_be_woken(wire, i))
			play->sleepers[play->nsleepers++] = (uint16_t)i;
	}
}

int play_look(struct play *play)
{
	int error = portfolio_pause(play->portfolio, play->choices, play->n);

	if (error)
		return error;
	play->state = state_of(play->view->wire);
	note_sleepers(play);
	play->moved = true;
	return 0;
}

/* The place of the thread among the sleepers; their number: it is none. */
static unsigned sleeper_index(const struct play *play, unsigned thread)
{
	unsigned i = 0;

	while (i < play->nsleepers && play->sleepers[i] != thread)
		i++;
	return i;
}

bool play_is_flush(const struct play *play, unsigned pick)
{
	return play->known->memory == MEMORY_TSO && pick >= WIRE_FLUSHERS;
}

bool play_can(const struct play *play, unsigned pick)
{
	const struct wire *wire = play->view->wire;

	if (play->n == WIRE_MAX_CHOICES)
		return false;
	if (play->nsleepers)
		return sleeper_index(play, pick) < play->nsleepers;
	if (play->state == PLAY_ASKS)
		return pick < wire->asked;
	if (play_is_flush(play, pick))
		return play->state == PLAY_ON &&
		       pick < WIRE_FLUSHERS + wire->nthreads &&
		       wire->standing[pick].state == STANDING_READY;
	return play->state == PLAY_ON && pick < wire->nthreads &&
	       (wire->standing[pick].state == STANDING_READY ||
		       wire->standing[pick].state == STANDING_EARLY);
}

/* Who took the last step, main at first, could have taken the next. */
static bool preempts(const struct play *play, unsigned pick)
{
	uint32_t i = play->n;
	unsigned last;

	while (i > 0 && (play->choices[i - 1].is_value ||
				play_is_flush(play, play->choices[i - 1].pick)))
		i--;
	if (play->state == PLAY_ASKS || play_is_flush(play, pick))
		return false;
	last = i ? play->choices[i - 1].pick : 0;
	return last != pick &&
	       play->view->wire->standing[last].state == STANDING_READY;
}

static void choose(struct play *play, unsigned pick, bool together)
{
	play->npreemptions[play->n + 1] = play->npreemptions[play->n] +
					  preempts(play, pick);
	if (play->nsleepers)
		pick = sleeper_index(play, pick);
	play->together[play->n] = together;
	play->choices[play->n++] = (struct choice){
		.pick = (uint16_t)pick,
		.is_value = play->state == PLAY_ASKS,
	};
}

/* Of its own, so that nobody can tell when. */
static bool is_at_temporary(const struct play *play, unsigned thread)
{
	const struct op *pending = &play->view->wire->standing[thread].pending;

	return play->state == PLAY_ON && !play_is_flush(play, thread) &&
	       play_can(play, thread) &&
	       (pending->kind == OP_READ || pending->kind == OP_WRITE) &&
	       portfolio_is_temporary(play->portfolio, pending->object);
}

int play_move(struct play *play, unsigned pick)
{
	int status;

	play->hinted = false;
	choose(play, pick, false);
	status = play_look(play);
	while (status == 0 && is_at_temporary(play, pick)) {
		choose(play, pick, true);
		status = play_look(play);
	}
	return status;
}

int play_back(struct play *play)
{
	play->hinted = false;
	while (play->n && play->together[play->n - 1])
		play->n--;
	if (play->n)
		play->n--;
	return play_look(play);
}

unsigned play_usual_pick(const struct play *play)
{
	unsigned pick = 0;

	for (uint32_t i = play->n; i > 0 && play->state == PLAY_ON; i--) {
		if (play->choices[i - 1].is_value)
			continue;
		if (play_can(play, play->choices[i - 1].pick))
			return play->choices[i - 1].pick;
		break;
	}
	while (pick < WIRE_MAX_THREADS && !play_can(play, pick))
		pick++;
	return pick;
}
