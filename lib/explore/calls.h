/*
 * calls - which functions a program's objects call that nobody knows
 *
 * The runtime stands in for many functions of the C library; others do no
 * harm to an exploration, as they neither block nor keep anything nor touch
 * shared memory. Whatever else an object leaves undefined may do all of that:
 * then nothing can be said of all schedules.
 *
 * Threads:  any.
 * Blocking: reads the objects.
 * Memory:   the caller's struct.
 */
#ifndef LIB_EXPLORE_CALLS_H
#define LIB_EXPLORE_CALLS_H

#include <stdbool.h>

enum {
	CALLS_TEXT_SIZE = 120,
};

struct calls {
	unsigned nunknown;
	char unknown[CALLS_TEXT_SIZE]; /* their names, or some of them */
	bool input; /* it calls something that reads standard input */
	bool sleeps; /* it calls something that waits for a condition */
	bool threads_h; /* its threads and locks are those of C11 alone */
	unsigned nmains; /* how many define it */
};

/*
 * Look at the object files of one program, in which names are exchanged.
 * Returns as object_names; on failure nothing is known.
 */
int calls_look(const char *const *objects, unsigned n, struct calls *result);

#endif
