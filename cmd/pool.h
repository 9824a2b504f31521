/*
 * pool - the demonstrations of the command `pool`
 *
 * Threads:  the main one.
 * Blocking: until the jobs are done.
 * Memory:   none is left.
 */
#ifndef CMD_POOL_H
#define CMD_POOL_H

#include "cmd/report.h"
#include "lib/pool.h"

#include <stdbool.h>
#include <stdint.h>

struct pool_wish {
	unsigned workers;
	unsigned jobs;
	uint64_t work_ns;
	unsigned resize;
	unsigned cancel; /* an enum pool_cancel, or OPT_UNSET, as the next */
	unsigned shutdown; /* an enum pool_how */
	unsigned nested; /* an enum pool_nested */
	bool detached;
	bool trace;
	const char *apart; /* "file:5": a pool, and its threads at most */
	bool apart_given;
};

enum pool_cancel {
	POOL_CANCEL_PENDING,
	POOL_CANCEL_RUNNING,
};

enum pool_how {
	POOL_HOW_CANCEL,
	POOL_HOW_DRAIN,
};

/*
 * What each of these saw, into the report. They return an exit code, or a
 * negative errno when the system refused threads or memory.
 */
int pool_show_run(const struct pool_wish *wish, struct report *report);
int pool_show_cancel(const struct pool_wish *wish, struct report *report);
int pool_show_shutdown(const struct pool_wish *wish, struct report *report);
int pool_show_nested(const struct pool_wish *wish, struct report *report);
int pool_show_resize(const struct pool_wish *wish, struct report *report);
int pool_show_detached(const struct pool_wish *wish, struct report *report);
int pool_show_isolate(const struct pool_wish *wish, struct report *report);

/* Can the wish be shown? Returns 0, or EXIT_USAGE after saying why not. */
int pool_check_isolate(const struct pool_wish *wish);

/* Jobs that wait for a sign, so that what meets needs no luck. */
struct pool_gate {
	struct semaphore began; /* once for each job that waits */
	struct semaphore opened;
};

void pool_gate_init(struct pool_gate *gate);
void pool_gate_fini(struct pool_gate *gate);
void pool_gate_pass(struct pool_gate *gate); /* in a job */

/*
 * Wait until n jobs have come, or as many as there are threads if the system
 * refused some.
 */
void pool_gate_await(struct pool_gate *gate, struct pool *pool, unsigned n);
void pool_gate_open(struct pool_gate *gate, unsigned n);

/* A pool named "pool". Returns 0, -ENOMEM. */
int pool_open(unsigned workers, enum pool_nested nested, struct pool **result);

/* Threads that there are now. */
unsigned pool_live(struct pool *pool);

/* Of n futures: how many are in that state; then unref them. */
unsigned pool_count(
	struct future *const futures[], unsigned n, enum future_state state);
void pool_drop(struct future *const futures[], unsigned n);

#endif
