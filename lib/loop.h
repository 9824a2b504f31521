/*
 * loop - one thread that waits for everything at once and runs what is ready
 *
 * Three things make asynchronous programs: giving up execution instead of
 * blocking, choosing what runs next, and going on when what was waited for has
 * come. The loop is the second. It goes round in turns:
 *
 *	1. wait, unless something is ready, for the next timer, a descriptor,
 *	   a signal, the end of a child, or a call posted by another thread;
 *	2. what has come is appended to the ready list: descriptors first, then
 *	   timers by due time, those of one time in the order of starting;
 *	3. run, first come, first served, all that is ready by now. What becomes
 *	   ready meanwhile has its turn in the next one.
 *
 * Everything that can run is a struct loop_call: a function, its argument and
 * a name for traces and reports. Calls, timers and watches lie in memory of
 * the caller's and are his again once their function has begun or they were
 * cancelled; so neither waiting nor posting allocates. A function returns 0,
 * or another number when it failed: that is reported, and the loop goes on.
 *
 * No function may block: nothing else runs meanwhile. Work that blocks or
 * computes for long belongs into a thread, which posts a call when it is done;
 * loop_hold keeps the loop waiting for it.
 *
 * Time is that of clock_now(). With virtual time a loop has a clock of its own
 * that starts at 0 and stands still while anything can run, within the loop or
 * in what it holds for; then it jumps to the next timer. Hours pass in no
 * time, and always in the same order.
 *
 * Threads:  all from the thread that runs the loop, or before and after that
 *           from one at a time; but loop_post, loop_wake, loop_ref and
 *           loop_unref from any. loop_post and loop_wake may be called in a
 *           signal handler. Calls posted by one thread run in the order of
 *           posting, and before what the loop's thread makes ready later.
 * Blocking: loop_run, until nothing is left or it is stopped.
 * Memory:   calls, timers and watches are the caller's; a loop lives until
 *           loop_destroy, and its inbox until the last loop_unref, so that
 *           a late poster finds a closed one.
 */
#ifndef LIB_LOOP_H
#define LIB_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/failure.h"
#include "lib/heap.h"
#include "lib/poller.h"

struct loop;

typedef int (*loop_fn)(void *arg);

/* Zeroed memory is a call that is not in any list. */
struct loop_call {
	loop_fn fn;
	void *arg;
	const char *name;
	loop_fn drop; /* called instead if the loop is destroyed first */
	/* the loop's */
	struct loop_call *next, *previous;
};

struct loop_rules {
	bool virtual_time;

	/* There is no pidfd: ask for children now and then (for tests). */
	bool no_pidfd;

	/* A call has failed. NULL: failure_unretrieved. */
	void (*report)(void *context, const struct failure *failure);

	/* Called in each turn, before what is ready runs. May be NULL. */
	void (*turn)(void *context, const struct loop *loop);

	void *context;
};

/*
 * With one reference. NULL: no rules. Returns 0; -EMFILE, -ENFILE: no
 * descriptor is left; -ENOMEM.
 */
int loop_create(const struct loop_rules *rules, struct loop **result);

/*
 * The loop is over: later posts are refused, and whatever was accepted and
 * has not run is dropped. It must not be running. Gives back the reference of
 * loop_create.
 */
void loop_destroy(struct loop *loop);

/* For threads that may still post when the loop is destroyed. */
struct loop *loop_ref(struct loop *loop);
void loop_unref(struct loop *loop);

/* What loop_run returns: who stopped it left something to be done. */
enum {
	LOOP_STOPPED = 1
};

/*
 * Run until nothing is left that could make anything ready: no call, timer,
 * descriptor or child, and nothing held. Signals and what is marked as
 * background do not count. May be called again. Returns 0; LOOP_STOPPED;
 * -EBUSY: the calling thread runs a loop already, or another runs this one.
 */
int loop_run(struct loop *loop);

/* loop_run returns at the end of this turn, or of its first one. */
void loop_stop(struct loop *loop);

/* The loop that the calling thread runs, or NULL. */
struct loop *loop_current(void);

/* Does the calling thread run it, or nobody? */
bool loop_is_mine(const struct loop *loop);

/* Give a failure to the rules' report, or to failure_unretrieved. */
void loop_report(const struct loop *loop, const struct failure *failure);

/* Run the call in the next turn, after all that is ready now. */
void loop_soon(struct loop *loop, struct loop_call *call);

/* Is it waiting to be run? A posted one is once the loop has seen it. */
bool loop_is_ready(const struct loop_call *call);

/*
 * Take the call back. Returns false when it had begun already, or was never
 * made ready.
 */
bool loop_cancel(struct loop *loop, struct loop_call *call);

/*
 * From any thread or signal handler: as loop_soon, and wakes the loop. The
 * call must not be waiting already. Returns 0; -EPIPE: the loop is destroyed,
 * and the call is the caller's.
 */
int loop_post(struct loop *loop, struct loop_call *call);

/* From any thread or signal handler: make the loop go round once. */
void loop_wake(struct loop *loop);

/* Something outside will post a call when it is done: wait for it. */
void loop_hold(struct loop *loop);
void loop_release(struct loop *loop);

/* Nanoseconds. */
uint64_t loop_now(const struct loop *loop);

struct loop_timer {
	struct loop_call call; /* fn, arg and name are the caller's to set */
	bool background; /* does not keep the loop running */
	struct heap_node node; /* the loop's */
};

/* Run call at that time, or move it there; CLOCK_NEVER stops it. Returns 0;
 * -ENOMEM. */
int loop_timer_start(
	struct loop *loop, struct loop_timer *timer, uint64_t due_ns);

/* Nothing happens if it is not running. */
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

bool loop_timer_runs(const struct loop_timer *timer);

struct loop_fd {
	struct loop_call call;
	bool background;
	unsigned seen; /* when call runs: what is ready, POLLIN … */
	/* the loop's */
	struct loop *loop;
	struct poller_watch watch;
	struct loop_fd *next, *previous;
};

/*
 * Run call in each turn in which one of the events (POLLIN, POLLOUT) has come,
 * or an error or hang-up. Returns 0 or what poller_add returns.
 */
int loop_fd_start(
	struct loop *loop, struct loop_fd *watch, int fd, unsigned events);

/* Nothing happens if it is not running. Before the descriptor is closed. */
void loop_fd_stop(struct loop *loop, struct loop_fd *watch);

struct loop_signal {
	struct loop_call call;
	unsigned count; /* when call runs: how often since the last time */
	/* the loop's */
	int number;
	struct loop_signal *next;
};

/*
 * Run call when the signal comes. It is blocked in the calling thread from
 * then on; it has to be blocked in all others (start it before them). Several
 * may watch for one signal, in one loop of the process. Returns 0; -EINVAL: no
 * such signal, or KILL or STOP; -EMFILE, -ENFILE, -ENOMEM.
 */
int loop_signal_start(
	struct loop *loop, struct loop_signal *watch, int signal_number);

/* After the last one the signal is unblocked if it was before. */
void loop_signal_stop(struct loop *loop, struct loop_signal *watch);

struct loop_child {
	struct loop_call call;
	pid_t pid;
	int status; /* when call runs: as waitpid gives it, or -ECHILD */
	/* the loop's */
	struct loop *loop;
	struct poller_watch watch; /* of a pidfd; -1: there is none */
	struct loop_child *next;
};

/*
 * Run call when this child has ended; it is waited for, and none else. -ECHILD
 * for a status: another has waited for it. Without pidfds (Linux before 5.3)
 * the loop asks every 10 ms. Returns 0; -ECHILD: no child of this process.
 */
int loop_child_start(struct loop *loop, struct loop_child *watch, pid_t pid);

/* The child is not watched any more, nor waited for. */
void loop_child_stop(struct loop *loop, struct loop_child *watch);

/* For traces; visit changes nothing. */
uint64_t loop_nturns(const struct loop *loop);

void loop_each_ready(const struct loop *loop,
	void (*visit)(const struct loop_call *call, void *arg), void *arg);

/* In no order. */
void loop_each_timer(const struct loop *loop,
	void (*visit)(
		const struct loop_timer *timer, uint64_t due_ns, void *arg),
	void *arg);

void loop_each_fd(const struct loop *loop,
	void (*visit)(const struct loop_fd *watch, void *arg), void *arg);

#endif
