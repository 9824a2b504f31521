/*
 * Dynamic partial order reduction with source sets and sleep sets (Abdulla,
 * Aronis, Jonsson and Sagonas, POPL 2014, algorithm 1): of all executions in
 * which the steps that conflict come in the same order, one is enough.
 *
 * An execution is run to its end. Where two of its steps race, that is, where
 * they conflict and nothing else orders them, the other order is possible
 * too, and somebody who begins it is added to what is to be tried before the
 * earlier of the two. Who has been tried there sleeps: until a step comes
 * that conflicts with his, to run him would only give what there was already.
 */
#include "lib/explore/runtime/hb.h"
#include "lib/explore/runtime/tso.h"

#include <string.h>

struct node {
	uint64_t can; /* threads */
	uint64_t todo; /* the source set as far as it is known */
	uint64_t asleep;
	uint32_t step; /* of hb */
	uint16_t pick;
	uint16_t nvalues; /* 0: a choice of threads */
	uint16_t current; /* who ran before */
};

struct state {
	uint32_t depth, nnodes;
	uint64_t next_asleep; /* at the node that comes; and of them */
	uint64_t next_early; /* those whom nothing but time let go on */
	bool gave_up;
	bool asleep; /* all who could go on, when the execution was cut */
	uint32_t node_of[WIRE_MAX_CHOICES]; /* the node of a step */
	struct node nodes[WIRE_MAX_CHOICES];
	struct hb hb; /* last: its steps follow */
};

_Static_assert(
	sizeof(struct state) + WIRE_MAX_CHOICES * sizeof(struct hb_step) <
		WIRE_SEARCH_SIZE,
	"the longest execution must fit");

static struct state *state(void)
{
	return (struct state *)rt->wire->search;
}

static uint64_t bit(unsigned thread)
{
	return UINT64_C(1) << thread;
}

static void begin(void)
{
	state()->depth = 0;
	state()->asleep = false;
	hb_begin(&state()->hb);
}

/*
 * Who could begin the execution v: the steps after `earlier` that it did not
 * bring about, and then `later`. The first step of a thread in v can come
 * first when nothing in v happened before it.
 */
static uint64_t initials(const struct hb *hb, uint32_t earlier, uint32_t later)
{
	uint64_t met = 0, first = 0;
	uint32_t least[HB_THREADS]; /* of each thread, its first step in v */

	for (uint32_t k = earlier + 1; k <= later; k++) {
		const struct hb_step *step = &hb->steps[k];
		bool free = !(met & bit(step->thread));

		if (k < later && hb_before(hb, earlier, k))
			continue;
		for (unsigned t = 0; free && t < hb->nclocks; t++)
			free = t == step->thread || !(met & bit(t)) ||
			       step->clock[t] <= least[t];
		if (!(met & bit(step->thread)))
			least[step->thread] = k;
		met |= bit(step->thread);
		if (free)
			first |= bit(step->thread);
	}
	return first;
}

/* False when none of them could go on there. */
static bool want(struct node *node, uint64_t who, unsigned rather)
{
	who &= node->can;
	if (who & (node->todo | node->asleep | bit(node->pick)))
		return true;
	if (!who)
		node->todo |= node->can; /* to be on the safe side */
	else if (who & bit(rather))
		node->todo |= bit(rather);
	else
		node->todo |= who & -who;
	return who != 0;
}

static bool on_race(struct hb *hb, uint32_t earlier, uint32_t later)
{
	struct node *node = &state()->nodes[state()->node_of[earlier]];

	return want(
		node, initials(hb, earlier, later), hb->steps[later].thread);
}

/* Asleep, and the step does not concern what they are about to do. */
static uint64_t still_asleep(const struct node *node)
{
	const struct hb_step *step = &state()->hb.steps[node->step];
	uint64_t stay = 0;

	for (uint64_t left = node->asleep; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzll(left);
		const struct thread *thread = &rt->threads[i];

		if (i != node->pick && !step->with_all &&
			thread->state == THREAD_READY &&
			!(step->early && !thread_can_go(thread)) &&
			!hb_conflict(
				i, &thread->pending, step->thread, &step->op))
			stay |= bit(i);
	}
	return stay;
}

/*
 * Whose time can be over here, or who can wake though nobody signalled: no
 * step of another makes that possible, so no race tells of it.
 */
static uint64_t who_is_early(uint64_t can)
{
	uint64_t early = 0;

	for (uint64_t left = can; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzll(left);

		if (!thread_can_go(&rt->threads[i]))
			early |= bit(i);
	}
	return early;
}

/*
 * What sleeps here was computed when the step before was about to be taken,
 * by what the sleepers were about to do then, which is what they still are.
 * But to run out of time is not what it was for those who need not any more;
 * and where nobody can go on, time passes and takes nothing of the budget.
 */
static void node_new(struct node *node, const struct set *can, unsigned current)
{
	uint64_t early = who_is_early(can->word[0]);

	memset(node, 0, sizeof(*node));
	node->can = can->word[0];
	node->current = (uint16_t)current;
	node->todo = early;
	if (early != node->can)
		node->asleep = state()->next_asleep & node->can &
			       (early | ~state()->next_early);
}

static unsigned choose_first(const struct node *node)
{
	uint64_t awake = node->can & ~node->asleep;

	if (!awake)
		return WIRE_NOBODY;
	if (node->current < HB_THREADS && awake & bit(node->current))
		return node->current;
	return (unsigned)__builtin_ctzll(awake);
}

static void take_step(struct node *node, uint32_t index, bool known)
{
	struct state *s = state();

	node->step = s->hb.nsteps;
	s->node_of[node->step] = index;
	hb_add(&s->hb, node->pick, known, on_race);
	s->next_asleep = still_asleep(node);
	s->next_early = who_is_early(s->next_asleep);
}

/* False when whoever can go on is asleep: nothing new lies ahead. */
static bool node_begin(
	struct node *node, const struct set *can, unsigned current)
{
	unsigned pick;

	node_new(node, can, current);
	pick = choose_first(node);
	if (pick == WIRE_NOBODY) {
		rt->wire->progress.blocked++;
		state()->asleep = true;
		return false;
	}
	node->pick = (uint16_t)pick;
	state()->nnodes++;
	return true;
}

/* Sets of threads are words here: with more of them there is no telling. */
static bool too_many_threads(void)
{
	if (rt->nthreads <= HB_THREADS)
		return false;
	rt->wire->progress.doubts |= DOUBT_TABLE_FULL;
	state()->gave_up = true;
	return true;
}

static void check_known(const struct node *node, const struct set *can)
{
	if (!set_has(can, node->pick))
		fail(FOUND_DIVERGED, self()->pending.pc,
			"%s cannot go on where it could before",
			thread_name(node->pick).text);
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	struct state *s = state();
	uint32_t index = s->depth;
	struct node *node = &s->nodes[index];
	bool known = index + 1 < s->nnodes;

	if (too_many_threads())
		return WIRE_NOBODY;
	if (index == 0)
		s->next_asleep = 0;
	hb_meet_threads(&s->hb);
	if (index == s->nnodes && !node_begin(node, can, current))
		return WIRE_NOBODY;
	check_known(node, can);
	s->depth++;
	take_step(node, index, known);
	return node->pick;
}

/* The step that asks may be the last of those that were given. */
static unsigned pick_value(unsigned n)
{
	struct state *s = state();
	struct node *node = &s->nodes[s->depth];

	if (s->depth++ == s->nnodes) {
		memset(node, 0, sizeof(*node));
		node->nvalues = (uint16_t)n;
		s->nnodes++;
	}
	if (s->hb.nsteps)
		s->hb.steps[s->hb.nsteps - 1].value =
			(uint16_t)(node->pick + 1);
	return node->pick;
}

/*
 * Operations that were never carried out, because the execution had ended or
 * because what they need was never free, could have come before others all
 * the same. Where all who can go on sleep, those who cannot are of interest:
 * what the sleepers do was seen, and what it took from those may not have been.
 */
static void add_what_never_came(struct hb *hb, bool asleep)
{
	for (unsigned i = 0; i < rt->nthreads; i++) {
		if (rt->threads[i].state == THREAD_READY &&
			!(asleep && thread_can_go(&rt->threads[i])))
			hb_imagine(hb, i, on_race);
		if (rt->tso && !asleep && !tso_empty(i))
			hb_imagine(hb, WIRE_FLUSHERS + i, on_race);
	}
}

/* Whatever ends the execution ends it for all: everybody could have gone on. */
static void ended_badly(void)
{
	struct state *s = state();
	uint32_t last = s->hb.nsteps - 1;
	struct node *node = &s->nodes[s->node_of[last]];

	hb_ends_all(&s->hb, last, on_race);
	node->todo |= node->can;
}

static void fails(void)
{
	if (state()->hb.nsteps == 0)
		return;
	add_what_never_came(&state()->hb, false);
	ended_badly();
}

static bool next_at(struct node *node)
{
	uint64_t todo;

	if (node->nvalues)
		return ++node->pick < node->nvalues;
	node->asleep |= bit(node->pick);
	todo = node->todo & ~node->asleep;
	if (!todo)
		return false;
	node->pick = (uint16_t)__builtin_ctzll(todo);
	return true;
}

static bool end(void)
{
	struct state *s = state();

	if (s->gave_up)
		return false;
	if (!rt->cut && s->hb.nsteps && !goes_on_once()) {
		add_what_never_came(&s->hb, false);
		if (rt->wire->failure && !rt->stuck && !rt->over.failed)
			ended_badly();
	}
	if (s->asleep && s->hb.nsteps)
		add_what_never_came(&s->hb, true);
	while (s->nnodes) {
		if (next_at(&s->nodes[s->nnodes - 1]))
			return true;
		s->nnodes--;
	}
	return false;
}

const struct search search_dpor = {begin, pick_thread, pick_value, end, fails};
