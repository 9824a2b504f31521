/*
 * explore_api - what the calls are named in the explored program
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_API_H
#define CMD_EXPLORE_API_H

#include "cmd/explore.h"

enum {
	EXPLORE_TEXT_SIZE = 800 /* of a thought, at most */
};

/*
 * In words about a program that has its threads from <threads.h>, name the
 * functions as it does: cnd_broadcast for pthread_cond_broadcast.
 */
void explore_use_its_names(
	const struct explore_view *view, char *words, size_t size);

#endif
