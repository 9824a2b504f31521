/*
 * portal - what the demonstrations of conc portal have in common
 *
 * Threads:  the bodies are tasks; jobs run in the threads of the pool.
 * Blocking: as task.h.
 * Memory:   the caller's.
 */
#ifndef CMD_PORTAL_H
#define CMD_PORTAL_H

#include "cmd/report.h"
#include "lib/pool.h"
#include "lib/portal.h"

#include <pthread.h>

enum {
	PORTAL_MOST_TASKS = 16
};

struct portal_show {
	struct report *report;
	struct loop *loop;
	struct tasks *tasks;
	struct portal *portal;
	struct pool *pool; /* the other threads */
	pthread_t loop_thread;
	uint64_t second; /* how long one takes */
	uint64_t begun;

	bool from_loop;
	enum portal_close how;
	uint64_t numbers[PORTAL_MOST_TASKS];
	int nnumbers;
	uint64_t cancel; /* one of the numbers; 0: none */
};

/* Wait for a job, and take its result. value may be NULL. */
int portal_show_await(struct future *job, union future_value *value);

/* The main task of each. The argument is the struct portal_show. */
int portal_show_event(
	void *arg, union future_value *value, struct failure *failure);
int portal_show_spawn(
	void *arg, union future_value *value, struct failure *failure);
int portal_show_close(
	void *arg, union future_value *value, struct failure *failure);
int portal_show_run(
	void *arg, union future_value *value, struct failure *failure);
int portal_show_share(
	void *arg, union future_value *value, struct failure *failure);

#endif
