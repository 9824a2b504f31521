/*
 * history - what each atomic place has held, for MEMORY_C11
 *
 * The calls stand for the operation that the running thread was picked for;
 * which store it reads, or where its own goes, is chosen by the search. The
 * event is that of the operation, or NULL.
 *
 * Threads:  one real thread.
 * Blocking: never.
 * Memory:   a mapping of its own; the program's has the newest of each.
 */
#ifndef LIB_EXPLORE_RUNTIME_HISTORY_H
#define LIB_EXPLORE_RUNTIME_HISTORY_H

#include "lib/explore/runtime/rt.h"

typedef unsigned __int128 wide;

bool order_acquires(int order);
bool order_releases(int order);

void history_setup(void);
void history_begin(void);

wide history_load(const struct op *op, struct event *event);
void history_store(const struct op *op, wide value, struct event *event);

struct update {
	struct place *place;
	uint32_t at; /* what was read */
};

/*
 * The first half: read. A compare-and-exchange says what it expects and its
 * order if it fails. Then comes one of the others.
 */
wide history_update(const struct op *op, struct update *update,
	const wide *expected, int failed_order, struct event *event);
void history_fail_update(const struct update *update, int order);
void history_end_update(const struct update *update, int order, wide value,
	struct event *event);

/* The order of a seq_cst fence among all of its kind. */
void history_fence(void);

#endif
