/*
 * explore_stretch - what lies between two accesses that belong together
 *
 * Each of the two may be in a function of its own, which locks for itself and
 * is right by itself. Then the lock belongs into the function that calls both.
 *
 * Threads:  the main one.
 * Blocking: reads source files.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_STRETCH_H
#define CMD_EXPLORE_STRETCH_H

#include "cmd/explore.h"

struct stretch {
	struct place first, last; /* of one function: there, or a call there */
	size_t depth; /* of that function; 0: the thread began with it */
	bool calls; /* at least one of the two is in what that one calls */
};

/* False: by which calls the thread came there is not known. */
bool explore_stretch(struct explore_view *view, const struct party *first,
	const struct party *last, struct stretch *stretch);

/* "in customer() from x.c:19 to x.c:21"; in one function without its name. */
void explore_add_stretch(struct explore_view *view, const struct party *first,
	const struct party *last, char *words, size_t size);

/*
 * Where the lock that an access was under was taken, if not before all of the
 * stretch: in what the call at its end (last) or its begin calls, or between
 * the two. False where it is to be kept, or that is not known.
 */
bool explore_stretch_locks(struct explore_view *view,
	const struct stretch *stretch, const struct party *party,
	const struct held_lock *lock, bool last, struct place *where);

/* A line that tests something. */
bool explore_decides(const char *line);

/* Some line of it tests what comes of the first access. */
bool explore_stretch_tests(struct explore_view *view, const struct party *first,
	const struct party *last);

/* The lines where the function that the place is in begins, and ends; or 0. */
int explore_begin_of_function(struct explore_view *view, struct place place);
int explore_end_of_function(struct explore_view *view, struct place place);

#endif
