/*
 * replay - where a schedule does not fit a program that it was not found in
 *
 * Threads:  the main one.
 * Blocking: never; reads source files.
 * Memory:   the caller's.
 */
#ifndef CMD_REPLAY_H
#define CMD_REPLAY_H

#include "cmd/explore.h"

/*
 * Of a replay that has ended, how far the schedule fits, what it wants there,
 * and why that cannot be had. To standard error.
 */
void replay_say_where(
	struct explore_view *view, const struct schedule *schedule);

/* What to type next. */
void replay_say_next(const struct schedule *schedule,
	const struct finding *failure, const char *file);

#endif
