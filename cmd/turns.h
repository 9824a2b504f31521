/*
 * turns - a table of what a loop had before it in each of its turns
 *
 *	struct turns turns;
 *	rules.turn = turns_note;
 *	rules.context = &turns;
 *
 * A row is a turn: when it was, what was ready and ran, which timers were
 * running, which descriptors were watched.
 *
 * Threads:  the loop's.
 * Blocking: never.
 * Memory:   turns_init makes a table, report_table takes it.
 */
#ifndef CMD_TURNS_H
#define CMD_TURNS_H

#include "cmd/table.h"
#include "lib/loop.h"

struct turns {
	struct table *table;
	uint64_t unit; /* ns, of the times shown */
};

void turns_init(struct turns *turns);

/* A turn hook of struct loop_rules; context is a struct turns. */
void turns_note(void *context, const struct loop *loop);

#endif
