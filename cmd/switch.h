/*
 * switch - what the demonstrations of conc switch have in common
 *
 * Threads:  the bodies are tasks. What is away tells nothing: the report is
 *           the loop thread's.
 * Blocking: as task.h.
 * Memory:   the caller's.
 */
#ifndef CMD_SWITCH_H
#define CMD_SWITCH_H

#include "cmd/heartbeat.h"
#include "cmd/nap.h"
#include "cmd/report.h"
#include "lib/pool.h"
#include "lib/task.h"

#include <stdbool.h>
#include <sys/types.h>

struct switch_show {
	struct report *report;
	struct loop *loop;
	struct tasks *tasks;
	struct pool *pool; /* of two threads */
	struct future *inside; /* the task is away, or will not be */
	struct future *told; /* of what is inside; or nobody will */
	struct nap nap; /* of what blocks */

	uint64_t block, beat;
	bool nested, await_inside, cancel;

	/* what became of it */
	struct heartbeat heart;
	uint64_t nticks; /* while the task was away */
	pid_t there; /* the thread that it was in */
	int refused; /* by a second switch or a wait inside; 0: not tried */
};

/* The main task of each. The argument is the struct switch_show. */
int switch_show_demo(
	void *arg, union future_value *value, struct failure *failure);
int switch_show_decorated(
	void *arg, union future_value *value, struct failure *failure);
int switch_show_calls(
	void *arg, union future_value *value, struct failure *failure);
int switch_show_call_async(
	void *arg, union future_value *value, struct failure *failure);

#endif
