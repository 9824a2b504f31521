/*
 * explore_descriptors - the names of what calls of processes are about
 *
 * Threads:  the main one.
 * Blocking: reads source files.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_DESCRIPTORS_H
#define CMD_EXPLORE_DESCRIPTORS_H

#include "cmd/explore.h"

/*
 * "up[0]", which has the number as the call is made, or the path of a file:
 * into a buffer of EXPLORE_WORDS_SIZE. False: it has none.
 */
bool explore_descriptor_name(
	struct explore_view *view, const struct op *op, char *words);

/* "the reading end of a pipe that was made at line 12", which has no name. */
bool explore_descriptor_words(
	struct explore_view *view, const struct op *op, char *words);

/* As explore_call_words, with the name in place of the number. */
void explore_shown_call(struct explore_view *view, const struct op *op,
	char *words, size_t size);

#endif
