#include "lib/explore/shown.h"

#include <errno.h>
#include <stdlib.h>

enum {
	NSLOTS = 1 << 12, /* half of them are used at most */
};

/* An event by which the execution is known again. */
struct decided {
	uint64_t pc, object;
	uint16_t thread;
	uint8_t kind;
	bool keep;
};

struct shown {
	uint64_t places[NSLOTS]; /* in the code; 0: free */
	uint32_t nplaces;
	bool holds;
	uint32_t n; /* of the longest execution that was the last one's */
	struct decided events[WIRE_MAX_EVENTS];
};

int shown_open(struct shown **result)
{
	struct shown *shown = calloc(1, sizeof(*shown));

	if (!shown)
		return -ENOMEM;
	*result = shown;
	return 0;
}

void shown_close(struct shown *shown)
{
	free(shown);
}

void shown_hold(struct shown *shown)
{
	shown->holds = true;
}

/* Where it is, or the free slot for it. */
static uint64_t *slot_of(struct shown *shown, uint64_t pc)
{
	uint64_t i = pc * UINT64_C(0x9e3779b97f4a7c15) >> 52;

	while (shown->places[i] && shown->places[i] != pc)
		i = (i + 1) % NSLOTS;
	return &shown->places[i];
}

void shown_learn(struct shown *shown, const struct wire *wire)
{
	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		uint64_t *slot = slot_of(shown, event->op.pc);

		if (!(event->flags & EVENT_QUIET) || *slot ||
			shown->nplaces == NSLOTS / 2)
			continue;
		*slot = event->op.pc;
		shown->nplaces++;
	}
}

static bool is_same(const struct decided *old, const struct event *event)
{
	return old->pc == event->op.pc && old->object == event->op.object &&
	       old->thread == event->thread && old->kind == event->op.kind;
}

void shown_decide(struct shown *shown, const struct wire *wire, bool *keep)
{
	bool same = shown->holds;

	for (uint32_t i = 0; i < wire->nevents; i++) {
		const struct event *event = &wire->events[i];
		struct decided *decided = &shown->events[i];

		same = same && i < shown->n && is_same(decided, event);
		if (event->flags & EVENT_QUIET)
			keep[i] = same ? decided->keep
				       : keep[i] ||
						  *slot_of(shown, event->op.pc);
		*decided = (struct decided){event->op.pc, event->op.object,
			event->thread, event->op.kind, keep[i]};
	}
	if (!same || shown->n < wire->nevents)
		shown->n = wire->nevents;
}
