/*
 * task - green threads: functions that take turns on one loop
 *
 * A task has a stack of its own and runs until it waits: then the loop runs
 * what is ready, and the task goes on when what it waited for has come. Tasks
 * of one loop never run at the same time, and change places only where one
 * of the functions here says that it waits: between these, no lock is needed.
 *
 *	CREATED --start--> READY --> RUNNING --> WAITING --> READY
 *	RUNNING --return--> DONE
 *	RUNNING --> AWAY, in a thread of a pool (task_switch.h) --> RUNNING
 *
 * Spawning runs nothing at once: tasks begin in the order of spawning, and go
 * on in the order in which they became ready. What a task comes to is a
 * future (future.h): a value, a failure, or cancelled. Threads may wait for
 * it, and cancelling it cancels the task. A failure that nobody asked for is
 * handed to failure_unretrieved.
 *
 * A task can be cancelled wherever it waits. The function that waits then
 * returns -ECANCELED, once, and holds nothing that it waited for; the body
 * cleans up and returns that code, or goes on and returns something else. A
 * task that is not waiting is told when it next waits, or returns; one that
 * has not begun never does. Within a shield this is put off to the end of the
 * shield. What was handed over to a task before the cancel, such as a lock,
 * is not taken back: the task is told at its next wait.
 *
 * Deadlines are absolute times of the loop (loop_now); CLOCK_NEVER waits for
 * ever. A deadline that has passed fails only where one would have to wait.
 *
 * When nothing is left that could wake anybody, tasks_run says who waits for
 * what, each as a failure -EDEADLK through loop_report, and lets the main task
 * go on with -EDEADLK.
 *
 * Threads:  the loop's, but for what future.h allows with task_future. Calls
 *           from another thread, or that would wait outside of any task, are
 *           refused with -EPERM. task_self may be called anywhere; a task
 *           that is away is nobody there.
 * Blocking: none; what waits, waits in the calling task alone.
 * Memory:   a task is counted: the loop holds it until its end, task_spawn
 *           and task_create make a reference for the caller, task_unref gives
 *           it back. The stack is free as soon as the body has returned.
 */
#ifndef LIB_TASK_H
#define LIB_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/future.h"
#include "lib/loop.h"
#include "lib/stack.h"

struct task;
struct tasks;

enum {
	TASK_NAME_SIZE = 32
};

enum task_state {
	TASK_CREATED, /* and not started */
	TASK_READY,
	TASK_RUNNING,
	TASK_WAITING,
	TASK_AWAY,
	TASK_DONE
};

/* --- all tasks of a loop --- */

/* Returns 0; -ENOMEM. */
int tasks_create(struct loop *loop, struct tasks **result);

/* The same with stacks of another size or guard. -EINVAL: see stack.h. */
int tasks_create_with(struct loop *loop, const struct stack_rules *stacks,
	struct tasks **result);

/*
 * The loop is not running. Tasks that are left are cancelled and run to their
 * end; those that were created and never started are reported as failures
 * with "never awaited", those that will not end as "never ended".
 */
void tasks_destroy(struct tasks *tasks);

/*
 * Run fn as a task named `name` until it returns; then cancel the tasks that
 * are left, and run them to their ends. Returns as future_result: 0,
 * FUTURE_FAILED, -ECANCELED; or -EBUSY, -ENOMEM, -EAGAIN: nothing has run; or
 * -EINTR: something else has stopped the loop, and all tasks were cancelled.
 */
int tasks_run(struct tasks *tasks, const char *name, future_fn fn, void *arg,
	union future_value *value, struct failure *failure);

struct loop *tasks_loop(const struct tasks *tasks);

/* Show the tasks that are created from now on in the roster (roster.h). */
void tasks_enroll(struct tasks *tasks);

/* Every task that is not done, in the order of creation. */
void tasks_each(const struct tasks *tasks,
	void (*visit)(const struct task *task, void *arg), void *arg);

/* --- life --- */

/*
 * A task that has not been started: nothing runs until task_start. The name
 * is copied. Returns 0; -ENOMEM; -EPERM.
 */
int task_create(struct tasks *tasks, const char *name, future_fn fn, void *arg,
	struct task **result);

/*
 * Returns 0; -EALREADY: it was started before; -ECANCELED: it was cancelled;
 * -ENOMEM, -EAGAIN: no stack, see coro_create, and it can be tried again;
 * -EPERM.
 */
int task_start(struct task *task);

/*
 * Both. With a NULL result nobody holds it but the loop. The task has the
 * caller's locals as they are now (locals.h), and keeps its own from then on.
 */
int task_spawn(struct tasks *tasks, const char *name, future_fn fn, void *arg,
	struct task **result);

struct task *task_ref(struct task *task);
/* NULL is fine. */
void task_unref(struct task *task);

/* The task that is calling, or NULL. */
struct task *task_self(void);
struct tasks *task_tasks(const struct task *task);

const char *task_name(const struct task *task);
enum task_state task_state(const struct task *task);
const char *task_state_name(enum task_state state);

/* Its number in the roster; 0 if it is not in it. */
const _Atomic pid_t *task_id(const struct task *task);

/*
 * "waits for lock 'tea' of 'mary'", "sleeps", "is ready". Returns text.
 */
char *task_describe(const struct task *task, char *text, size_t size);

/* What it comes to; lives as long as the task. */
struct future *task_future(struct task *task);

/* As future_result with deadline 0. */
int task_result(
	struct task *task, union future_value *value, struct failure *failure);

/* --- waiting --- */

/*
 * To the end of the ready list: all others that are ready run first. Returns
 * 0; -ECANCELED; -EPERM.
 */
int task_yield(void);

/* Returns 0; -ECANCELED; -ENOMEM; -EPERM. 0 ns is task_yield. */
int task_sleep(uint64_t ns);
int task_sleep_until(uint64_t due_ns);

/* What is done with a future whose waiter is cancelled. */
enum task_await {
	TASK_AWAIT_LEAVE, /* others may want it: the wait ends at once */
	/* cancel it; what runs already is asked to stop, and awaited */
	TASK_AWAIT_CANCEL
};

/*
 * Wait until any future is over, a job's of a pool for example, which may end
 * in another thread; future_result with deadline 0 then tells how. While it
 * waits the loop is held. Returns 0: it is over; -ECANCELED: the waiter was
 * cancelled (and TASK_AWAIT_CANCEL could cancel the future); -EAGAIN (deadline
 * 0, and it is not over); -ETIMEDOUT; -ENOMEM; -EPERM.
 */
int task_await(
	struct future *future, enum task_await how, uint64_t deadline_ns);

/*
 * Wait until the task is done, however it ends. Returns 0 and the errors of
 * task_await; -EDEADLK: it is the caller.
 */
int task_join(struct task *task, uint64_t deadline_ns);

/*
 * Wait until `count` of them are done, all if count is 0; one that is given
 * several times counts once. All may be joined though some have failed:
 * *failed is the one that did so first, or NULL. Returns as task_join.
 */
int task_join_all(struct task *const tasks[], size_t ntasks, size_t count,
	uint64_t deadline_ns, struct task **failed);

/*
 * Wait for it until the deadline, then cancel it and wait for its end; one
 * that has not begun by then never does. Being cancelled does the same.
 * Returns 0: it is done, in its own way, though it may have been too late (a
 * failure while cleaning up is a failure); -ETIMEDOUT, -ECANCELED: it was
 * cancelled for that reason.
 */
int task_wait_for(struct task *task, uint64_t deadline_ns);

/* --- cancelling --- */

/*
 * No effect on a task that is done. A task may cancel itself. From another
 * thread than the loop's it stops the program: see task_future.
 */
void task_cancel(struct task *task);

/* Let it begin, and get to its first wait, though it be cancelled before. */
void task_begin_anyway(struct task *task);

/* The same with another code, a negative errno, for the waits to return. */
void task_throw(struct task *task, int code);

/* Cancel, and wait until it is done. Returns as task_join. */
int task_kill(struct task *task, uint64_t deadline_ns);

/* Has the calling task been cancelled and not yet been told? */
bool task_cancel_requested(void);

/* Put off what is thrown at the calling task. May be nested. */
void task_shield(void);
void task_unshield(void);

/* --- to build on --- */

/* What a task waits for, for those who ask. */
struct task_why {
	const char *what; /* "lock" */
	const char *name; /* of that lock, or NULL */
	struct task *const *of; /* where to see who is in the way, or NULL */
	/* The same for the roster: its address, and the id of its holder. */
	const void *object;
	const _Atomic pid_t *holder;
};

/*
 * Suspend the calling task until task_wake. Whoever will wake it from outside
 * of the loop has to hold the loop meanwhile (loop_hold) and to post a call.
 * Returns what task_wake was given, or what was thrown at the task; then the
 * caller forgets about the wake-up. -EPERM: no task is calling.
 */
int task_suspend(const struct task_why *why);

/*
 * Let a waiting task go on, in its turn. Returns false when it was not
 * waiting any more, and answer is lost.
 */
bool task_wake(struct task *task, int answer);

/* Tasks that wait for one thing, in the order of waiting. */
struct task_line {
	struct task *first, *last;
};

/* As task_suspend, at the end of the line and with a deadline. */
int task_line_wait(struct task_line *line, const struct task_why *why,
	uint64_t deadline_ns);

/* Wake the first with this answer. Returns it, or NULL: nobody waits. */
struct task *task_line_wake(struct task_line *line, int answer);
void task_line_wake_all(struct task_line *line, int answer);

/* What the first in the line has set before it waited; nobody: NULL. */
void *task_line_token(const struct task_line *line);
void task_set_token(void *token);

/* The caller is on the loop's thread, or the loop is at rest: 0, else -EPERM */
int tasks_check(const struct tasks *tasks);

/* The caller is one of these tasks: 0, else -EPERM. */
int tasks_check_self(const struct tasks *tasks);

#endif
