/*
 * A failure with fewer context switches: the choices given are changed a
 * little, and what comes of that is kept when it fails in the same way and is
 * simpler. First whole stretches are put in order, so that each thread does
 * its part of them at once; then each switch is taken back in several ways,
 * until none can be; then each stretch is made as short as it can be: where a
 * loop leads to the failure after any round, the first will do.
 *
 * A list of choices is followed as far as it goes: whoever cannot take the
 * step that it has for him is passed over, and after its end who runs goes on.
 */
#include "lib/explore/runtime/rt.h"

#include <string.h>

enum {
	SMALLEST_STRETCH = 4,
	FINE_LENGTHS = 16,
	CHOICE_GOES_ON = 1 << 7, /* as long as he can */
};

/* Ways to do without the switch from one thread, A, to the next, B. */
enum way {
	A_GOES_ON, /* does its next stretch first */
	A_DOES_ALL, /* it ever does from here */
	A_RUNS_ON, /* until it ends or waits */
	A_WAITS, /* until everything else is done */
	B_COMES_FIRST, /* before the stretch of A */
	B_WAITS,
	NWAYS
};

struct state {
	struct wire_least best; /* must be first */
	uint32_t
		stretch; /* as long as it is put in order; 0: done with these */
	uint32_t at; /* a stretch begins, or a switch is, here */
	uint32_t way;
	bool better; /* something was, since `at` was at the end */
	uint32_t cut; /* a stretch begins here: what it does without */
	uint32_t left; /* so many of its steps are left */
	uint32_t nguide, next;
	struct choice guide[WIRE_MAX_CHOICES + 1];
};

_Static_assert(sizeof(struct state) < WIRE_SEARCH_SIZE, "it must fit");

static struct state *state(void)
{
	return (struct state *)rt->wire->search;
}

static void begin(void)
{
	struct state *s = state();

	if (rt->wire->progress.executions == 0) {
		s->nguide = rt->wire->config.nchoices;
		memcpy(s->guide, rt->given, s->nguide * sizeof(s->guide[0]));
	}
	s->next = 0;
}

/* Where time passes, only one can. */
static bool fits(const struct choice *choice, const struct set *can)
{
	return !choice->is_value && choice->pick < MAX_THREADS &&
	       set_has(can, choice->pick) &&
	       (choice->flags & CHOICE_EARLY || set_count(can) == 1 ||
		       thread_can_go(&rt->threads[choice->pick]));
}

static unsigned by_default(const struct set *can, unsigned current)
{
	if (current != WIRE_NOBODY && set_has(can, current) &&
		thread_can_go(&rt->threads[current]))
		return current;
	SET_EACH(i, can)
	{
		if (thread_can_go(&rt->threads[i]))
			return i;
	}
	return set_first(can);
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	struct state *s = state();

	while (s->next < s->nguide) {
		const struct choice *choice = &s->guide[s->next];
		bool goes = fits(choice, can);

		s->next += !(goes && choice->flags & CHOICE_GOES_ON);
		if (goes)
			return choice->pick;
	}
	return by_default(can, current);
}

static unsigned pick_value(unsigned n)
{
	struct state *s = state();
	const struct choice *choice = &s->guide[s->next];

	if (s->next == s->nguide || !choice->is_value || choice->pick >= n)
		return 0;
	s->next++;
	return choice->pick;
}

/* Another thread than the one before goes on here. */
static bool is_switch(const struct choice *choices, uint32_t i)
{
	uint32_t before = i;

	if (i == 0 || choices[i].is_value)
		return false;
	while (--before > 0 && choices[before].is_value)
		;
	return choices[before].pick != choices[i].pick;
}

static uint32_t stretch_end(const struct wire_least *best, uint32_t i)
{
	do
		i++;
	while (i < best->nchoices && !is_switch(best->choices, i));
	return i;
}

static uint32_t stretch_begin(const struct wire_least *best, uint32_t i)
{
	while (i > 0 && !is_switch(best->choices, i))
		i--;
	return i;
}

static void append(uint32_t from, uint32_t to)
{
	struct state *s = state();

	memcpy(&s->guide[s->nguide], &s->best.choices[from],
		(to - from) * sizeof(s->guide[0]));
	s->nguide += to - from;
}

/* The steps of one thread, with the values it got; or those of all others. */
static void append_of(unsigned thread, bool its, uint32_t from, uint32_t to)
{
	const struct wire_least *best = &state()->best;
	unsigned who = WIRE_NOBODY;

	for (uint32_t i = from; i < to; i++) {
		if (!best->choices[i].is_value)
			who = best->choices[i].pick;
		if ((who == thread) == its)
			append(i, i + 1);
	}
}

static void append_run(unsigned thread)
{
	struct state *s = state();

	s->guide[s->nguide++] = (struct choice){
		.pick = (uint16_t)thread, .flags = CHOICE_GOES_ON};
}

static void guide_sorted(uint32_t from, uint32_t to)
{
	const struct wire_least *best = &state()->best;
	struct set done = {{0}};

	append(0, from);
	for (uint32_t i = from; i < to; i++) {
		const struct choice *choice = &best->choices[i];

		if (choice->is_value || set_has(&done, choice->pick))
			continue;
		set_add(&done, choice->pick);
		append_of(choice->pick, true, from, to);
	}
	append(to, best->nchoices);
}

static void guide_without_switch(uint32_t at, enum way way)
{
	const struct wire_least *best = &state()->best;
	uint32_t n = best->nchoices;
	uint32_t a = stretch_begin(best, at - 1), end = stretch_end(best, at);
	unsigned who = best->choices[a].pick;
	uint32_t next = end;

	while (next < n && best->choices[next].pick != who)
		next = stretch_end(best, next);
	append(0, way == B_COMES_FIRST || way == A_WAITS ? a : at);
	switch (way) {
	case A_GOES_ON:
		if (next < n)
			append(next, stretch_end(best, next));
		append(at, next);
		if (next < n)
			append(stretch_end(best, next), n);
		break;
	case A_DOES_ALL:
		append_of(who, true, at, n);
		append_of(who, false, at, n);
		break;
	case A_RUNS_ON:
		append_run(who);
		append(at, n);
		break;
	case A_WAITS:
		append(at, n);
		break;
	case B_COMES_FIRST:
		append(at, end);
		append(a, at);
		append(end, n);
		break;
	default:
		append(end, n);
		break;
	}
}

static bool next_stretch(void)
{
	struct state *s = state();
	uint32_t from = s->at;

	if (from >= s->best.nchoices) {
		s->stretch /= 2;
		from = 0;
	}
	if (s->stretch < SMALLEST_STRETCH) {
		s->stretch = 0;
		s->at = s->best.nchoices;
		return false;
	}
	s->at = from + s->stretch;
	guide_sorted(from, s->at < s->best.nchoices ? s->at : s->best.nchoices);
	return true;
}

static bool earlier_switch(void)
{
	struct state *s = state();

	if (s->at > s->best.nchoices)
		s->at = s->best.nchoices;
	while (s->at > 0) {
		if (is_switch(s->best.choices, --s->at))
			return true;
	}
	return false;
}

/* From the last switch to the first, and again while that helps. */
static bool next_switch(void)
{
	struct state *s = state();

	while (s->way == NWAYS || s->at >= s->best.nchoices ||
		!is_switch(s->best.choices, s->at)) {
		s->way = 0;
		if (earlier_switch())
			continue;
		if (!s->better)
			return false;
		s->better = false;
		s->at = s->best.nchoices;
	}
	guide_without_switch(s->at, s->way++);
	return true;
}

/* All short lengths; of the longer ones some. */
static uint32_t longer(uint32_t length)
{
	return length + 1 + length / FINE_LENGTHS;
}

static bool next_shorter(void)
{
	struct state *s = state();

	while (s->cut < s->best.nchoices) {
		uint32_t end = stretch_end(&s->best, s->cut);

		s->left = longer(s->left);
		if (s->cut + s->left < end) {
			append(0, s->cut + s->left);
			append(end, s->best.nchoices);
			return true;
		}
		s->cut = end;
		s->left = 0;
	}
	return false;
}

static bool fails_as_wanted(void)
{
	const struct wire *wire = rt->wire;

	return wire->failure && wire->failure <= WIRE_MAX_FINDINGS &&
	       wire->findings[wire->failure - 1].kind == wire->config.wanted;
}

static uint32_t switches(const struct wire *wire)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < wire->nchoices; i++)
		n += is_switch(wire->choices, i);
	return n;
}

static bool is_simpler(const struct wire *wire, const struct wire_least *best)
{
	if (wire->nearly != best->nearly)
		return wire->nearly < best->nearly;
	if (wire->npreemptions != best->npreemptions)
		return wire->npreemptions < best->npreemptions;
	if (switches(wire) != best->nswitches)
		return switches(wire) < best->nswitches;
	return wire->nchoices < best->nchoices;
}

static void keep(const struct wire *wire)
{
	struct state *s = state();

	if (!s->best.nchoices)
		s->stretch = s->at = wire->nchoices;
	s->better = true;
	s->way = 0;
	s->best.nchoices = wire->nchoices;
	s->best.npreemptions = wire->npreemptions;
	s->best.nearly = wire->nearly;
	s->best.nswitches = switches(wire);
	s->best.fingerprint = wire->fingerprint;
	memcpy(s->best.choices, wire->choices,
		wire->nchoices * sizeof(wire->choices[0]));
}

static bool end(void)
{
	struct state *s = state();

	if (fails_as_wanted() &&
		(!s->best.nchoices || is_simpler(rt->wire, &s->best)))
		keep(rt->wire);
	if (!s->best.nchoices)
		return false;
	s->nguide = 0;
	return (s->stretch && next_stretch()) || next_switch() ||
	       next_shorter();
}

const struct search search_minimise = {
	begin, pick_thread, pick_value, end, NULL};
