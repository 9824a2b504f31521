/*
 * loop - the demonstrations of the command `loop`
 *
 * Threads:  the main one; loop_offload starts one more.
 * Blocking: until the demonstration is over.
 * Memory:   none is left.
 */
#ifndef CMD_LOOP_H
#define CMD_LOOP_H

#include "cmd/report.h"
#include "cmd/turns.h"

#include <stdbool.h>
#include <stdint.h>

struct loop_options {
	uint64_t work; /* ns that the job takes */
	uint64_t beat; /* ns between two ticks of the heartbeat */
};

/* Returns 0, or what the system refused: -ENOMEM, -EMFILE, -EAGAIN. */
typedef int (*loop_demo_fn)(
	const struct loop_options *options, struct report *report);

int loop_show_turns(const struct loop_options *options, struct report *report);
int loop_block(const struct loop_options *options, struct report *report);
int loop_offload(const struct loop_options *options, struct report *report);

#endif
