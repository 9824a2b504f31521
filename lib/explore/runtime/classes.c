/*
 * How many classes of executions there were, whatever the search: what tells
 * whether a reduction leaves out too much, and how much it does twice.
 */
#include "lib/explore/runtime/hb.h"

enum {
	NCLASSES = 1 << 20
};

static struct hb *hb;
static uint64_t *seen;

void classes_setup(void)
{
	if (!rt->wire->config.classes)
		return;
	hb = map_memory(
		sizeof(*hb) + WIRE_MAX_CHOICES * sizeof(struct hb_step));
	seen = map_memory(NCLASSES * sizeof(*seen));
}

void classes_begin(void)
{
	if (hb)
		hb_begin(hb);
}

void classes_step(unsigned thread)
{
	if (!hb)
		return;
	hb_meet_threads(hb);
	hb_add(hb, thread, false, NULL);
}

void classes_value(unsigned value)
{
	if (hb && hb->nsteps)
		hb->steps[hb->nsteps - 1].value = (uint16_t)(value + 1);
}

void classes_end(void)
{
	uint64_t class, i;

	if (!hb)
		return;
	class = hb_class(hb) | 1;
	for (i = class % NCLASSES; seen[i]; i = (i + 1) % NCLASSES) {
		if (seen[i] == class)
			return;
	}
	if (rt->wire->progress.classes < NCLASSES / 2) {
		seen[i] = class;
		rt->wire->progress.classes++;
	}
}
