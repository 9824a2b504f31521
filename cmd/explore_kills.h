/*
 * explore_kills - signals that processes send each other, and calls by name
 *
 * Threads:  one.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_KILLS_H
#define CMD_EXPLORE_KILLS_H

#include "cmd/explore.h"

/* Is it a call of a process whose words begin so? */
bool explore_call_begins(
	const struct wire *wire, const struct op *op, const char *as);
bool explore_waits_in(
	const struct wire *wire, unsigned process, const char *call);

/* Each adds its thought, or nothing, and then returns false. */

/* Two signals of one kind were one for that process. */
bool explore_merged_advice(
	const struct wire *wire, unsigned process, char *words, size_t size);

/* One came before the call that waits for it. */
bool explore_missed_advice(const struct wire *wire, char *words, size_t size);

/* Of a deadlock: a pipe is full, and who would read it waits, too. */
bool explore_full_advice(struct explore_view *view, char *words, size_t size);

/* One came before there was a handler, and its process died of it. */
bool explore_unready_advice(const struct wire *wire, char *words, size_t size);

#endif
