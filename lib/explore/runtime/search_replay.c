/*
 * Do what the choices given say; after the last, keep to who runs while he
 * can. Any other search begins like this, too, when it is given choices.
 */
#include "lib/explore/runtime/tso.h"

static const struct choice *next_choice(void)
{
	uint32_t i = rt->wire->nchoices;

	return i < rt->wire->config.nchoices ? &rt->given[i] : NULL;
}

static void begin(void)
{
}

static bool is_there(unsigned pick)
{
	return is_flusher(pick) ? pick - WIRE_FLUSHERS < rt->nthreads
				: pick < rt->nthreads;
}

/* "T1", and for its buffer "a store of T1". */
static const char *store_of(unsigned pick)
{
	return is_flusher(pick) ? "a store of " : "";
}

static struct thread_name name_of(unsigned pick)
{
	return thread_name(is_flusher(pick) ? pick - WIRE_FLUSHERS : pick);
}

static unsigned pick_thread(const struct set *can, unsigned current)
{
	const struct choice *choice = next_choice();

	if (!choice)
		return thread_by_default(can, current);
	if (choice->is_value)
		fail(FOUND_DIVERGED, self()->pending.pc,
			"there is nothing to choose from here");
	if (!is_there(choice->pick))
		fail(FOUND_DIVERGED, self()->pending.pc, "there is no %s here",
			name_of(choice->pick).text);
	if (!set_has(can, choice->pick))
		fail(FOUND_DIVERGED, rt->threads[choice->pick].pending.pc,
			"%s%s cannot go on here", store_of(choice->pick),
			name_of(choice->pick).text);
	return choice->pick;
}

static unsigned pick_value(unsigned n)
{
	const struct choice *choice = next_choice();

	if (!choice)
		return 0;
	if (choice->is_value && choice->pick < n)
		return choice->pick;
	rt->wire->asked = (uint16_t)n;
	fail(FOUND_DIVERGED, self()->pending.pc,
		"there is one of %u to choose here", n);
}

static bool end(void)
{
	return false;
}

const struct search search_replay = {begin, pick_thread, pick_value, end, NULL};
