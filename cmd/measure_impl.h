/*
 * What the sides of a measurement tell each other, over one socket that
 * keeps messages whole: requests one way, and these the other way.
 */
#ifndef CMD_MEASURE_IMPL_H
#define CMD_MEASURE_IMPL_H

#include "cmd/measure.h"

enum measure_kind {
	MEASURE_PROGRESS, /* from the measured process, now and then */
	MEASURE_OUTCOME, /* from it too, when it is done */
	MEASURE_USAGE, /* from the helper, always and last */
};

struct measure_message {
	enum measure_kind kind;
	uint64_t items_done, nitems; /* progress */
	uint64_t own_kib; /* outcome: its own peak memory */
	struct measurement measurement; /* the fields that the sender knows */
};

/* The helper's main function; arg is a struct measure_ends. */
struct measure_ends {
	int ours, helpers;
};
int measure_help(void *arg);

#endif
