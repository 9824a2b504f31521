/*
 * pipeline_check - watch a pipeline from outside and find what it does wrong
 *
 * It is told of each block that was handed out, lost or finished, keeps books
 * of its own and compares:
 *
 * - a block is handed out only when the finished prefix reaches the square
 *   root of its top (but for block 1);
 * - no block is handed out twice, unless it was lost in between, and none is
 *   finished that was not out;
 * - no more blocks than the window allows are out or wait behind a gap;
 * - the prefix is the row of finished blocks, and never moves back.
 *
 * Threads:  one.
 * Blocking: never.
 * Memory:   some bytes for each block of the window, _init to _fini.
 */
#ifndef LIB_PIPELINE_CHECK_H
#define LIB_PIPELINE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

enum pipeline_check_state {
	PIPELINE_CHECK_OUT = 1,
	PIPELINE_CHECK_LOST,
	PIPELINE_CHECK_FINISHED
};

struct pipeline_check {
	uint64_t limit, block_size;
	uint64_t prefix; /* by its own books */
	uint64_t nhanded_out, nlost, nfinished;
	const char *fault; /* what was wrong first; NULL: nothing */
	uint64_t fault_block; /* with which block */
	unsigned window;
	struct {
		uint64_t block;
		enum pipeline_check_state state;
	} * books; /* block n at n mod window */
};

/* Returns 0 or -ENOMEM. */
int pipeline_check_init(struct pipeline_check *check, uint64_t limit,
	uint64_t block_size, unsigned window);
void pipeline_check_fini(struct pipeline_check *check);

void pipeline_check_handed_out(struct pipeline_check *check, uint64_t n);
void pipeline_check_lost(struct pipeline_check *check, uint64_t n);

/* prefix: where the pipeline says that its prefix is now. */
void pipeline_check_finished(
	struct pipeline_check *check, uint64_t n, uint64_t prefix);

#endif
