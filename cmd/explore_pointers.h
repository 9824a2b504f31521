/*
 * explore_pointers - by which pointer a block from malloc is called
 *
 * A name such as `cache->size` is one only as long as `cache` leads there: who
 * reads it in one step after another takes it for the same memory. So a
 * variable that the steps show to hold something else, when the block is used,
 * gives it no name; and what a local variable holds is no step.
 *
 * Threads:  the main one.
 * Blocking: reads source lines.
 * Memory:   the caller's.
 */
#ifndef CMD_EXPLORE_POINTERS_H
#define CMD_EXPLORE_POINTERS_H

#include "cmd/explore.h"
#include "lib/explore/blocks.h"

/*
 * Write the name of a pointer that leads to the only block of its kind,
 * whenever a step of the execution uses it. Returns false where there is none.
 */
bool explore_pointer_to_block(struct explore_view *view,
	const struct memory_place *place, const struct block_type *type,
	char *name, size_t size);

#endif
