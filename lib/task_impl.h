/*
 * task_impl - the inside of task
 *
 * Threads:  the loop's.
 * Blocking: never.
 * Memory:   a task is freed with the last reference to its future.
 */
#ifndef LIB_TASK_IMPL_H
#define LIB_TASK_IMPL_H

#include "lib/coro.h"
#include "lib/locals.h"
#include "lib/roster.h"
#include "lib/task.h"

struct task {
	struct future future; /* PENDING until the task is done */
	struct tasks *tasks;
	struct loop *loop; /* of the tasks */
	struct task *next, *previous; /* in tasks->first */
	char name[TASK_NAME_SIZE];
	future_fn fn;
	void *arg;
	struct locals *locals; /* while it does not run */
	struct roster_task *row; /* NULL: it is not shown */
	_Atomic pid_t id; /* of that row */

	enum task_state state;
	struct coro *coro; /* NULL before the start and after the end */
	struct loop_call step; /* run or go on */
	struct loop_timer deadline;
	bool begun;
	bool begins; /* even if it is cancelled before */

	/* while it waits */
	struct task_why why;
	struct task_line *line; /* NULL: it waits in none */
	struct task *line_next, *line_previous;
	void *token; /* for who wakes it */

	int answer; /* of the call that suspended it */
	int thrown; /* what it is to be told at its next wait; 0: nothing */
	bool telling; /* answer was thrown, and it has not run since */
	/* of a timeout or group: whether its throw was accepted, and has not
	 * been overtaken by a cancel; NULL: task_throw */
	bool *thrower;
	unsigned nshields;

	/* while it is away; the loop's */
	struct future *trip; /* the job that carries it; NULL: none yet */
	struct future_callback trip_over;

	/* what its body came to */
	int status;
	union future_value value;
	struct failure failure;
	uint64_t rank; /* how many were done before it, and it */
	struct task_group *group; /* NULL: it is in none */
	struct task *group_next;
	uint64_t stamp; /* of the task_join_all that looked at it last */

	/* the future was cancelled, by whatever thread */
	struct future_callback outside;
	struct loop_call outside_call;
	struct loop *outside_loop; /* NULL: nobody outside can */
};

struct tasks {
	struct loop *loop;
	struct stack_pool *stacks;
	struct task *first, *last;
	uint64_t ndone, nstamps;
	struct task *main; /* of tasks_run */
	bool enrolled;
};

/* Is this the future of a task? */
bool task_owns(const struct future *future);

/*
 * Throw on behalf of a timeout or a group. *thrower says from now on whether
 * the task has been or will be told. A cancel takes precedence.
 */
void task_throw_for(struct task *task, int code, bool *thrower);

/* Take it back. Returns whether the task, which is calling, was told. */
bool task_take_back(struct task *self, bool *thrower);

/* A member of the group is done. */
void task_group_left(struct task_group *group, struct task *task);

/* Returns 0 or what was thrown at the caller, who is told now. */
int task_take_thrown(struct task *self);

/* The task is over, for good; called by its step. */
void task_end(struct task *task);

/* It will never begin. */
void task_end_unbegun(struct task *task);

void task_line_leave(struct task *task);

/* task_roster.c; nothing happens unless the task is shown. */
void task_row_create(struct task *task);
void task_row_destroy(struct task *task);
void task_row_state(struct task *task);
void task_row_wait(struct task *task);
void task_row_woken(struct task *task);

/* Run on: the step of a task, called by the loop. */
int task_step(void *arg);

/* The task that the calling thread runs, though it be away; or NULL. */
struct task *task_here(void);

/* Run it until it waits or leaves. Returns whether its body goes on. */
bool task_go_on(struct task *task);

/* In the thread that it is away in: go on in the loop's. */
void task_come_home(struct task *self);

/* In the loop's thread: it is not away any more. */
void task_end_trip(struct task *self);

#endif
