#include "lib/explore/sides.h"

#include "lib/explore/lockset.h"

#include <string.h>

enum {
	MOST_LOOKS = 16, /* at one place, in one trace */
};

/* n: there is none. */
static unsigned find(const struct sides *sides, unsigned thread, uint64_t pc)
{
	unsigned i = 0;

	while (i < sides->n &&
		(sides->sides[i].thread != thread || sides->sides[i].pc != pc))
		i++;
	return i;
}

static struct side side_at(const struct wire *wire, uint32_t i)
{
	const struct event *event = &wire->events[i];
	struct side side = {.pc = event->op.pc, .thread = event->thread};
	struct lockset held;

	lockset_before(&held, wire, i, event->thread);
	side.nheld = held.n;
	for (uint32_t k = 0; k < held.n; k++)
		side.held[k] = (struct held_lock){held.locks[k].object,
			wire->events[held.locks[k].event].op.pc};
	return side;
}

static void add(struct sides *sides, const struct side *side)
{
	unsigned i = find(sides, side->thread, side->pc);
	struct side *old = &sides->sides[i];

	if (i == WIRE_MAX_FINDINGS)
		return;
	if (i == sides->n)
		sides->sides[sides->n++] = *side;
	else if (old->nheld != side->nheld ||
		 memcmp(old->held, side->held,
			 side->nheld * sizeof(side->held[0])) != 0)
		old->differs = true;
}

static void learn(
	struct sides *sides, const struct wire *wire, const struct party *party)
{
	unsigned left = MOST_LOOKS;

	for (uint32_t i = 0; i < wire->nevents && left; i++) {
		const struct event *event = &wire->events[i];
		struct side side;

		if (event->thread != party->thread || event->op.pc != party->pc)
			continue;
		side = side_at(wire, i);
		add(sides, &side);
		left--;
	}
}

void sides_learn(struct sides *sides, const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nfindings; i++) {
		if (wire->findings[i].kind == FOUND_RACE)
			learn(sides, wire, &wire->findings[i].second);
	}
}

void sides_complete(const struct sides *sides, struct party *party)
{
	unsigned i = find(sides, party->thread, party->pc);
	const struct side *side = &sides->sides[i];

	if (i == sides->n || side->differs)
		return;
	party->is_elsewhere = false;
	party->nheld = side->nheld;
	memcpy(party->held, side->held, sizeof(party->held));
}
