/*
 * pool - threads that take jobs from one line
 *
 * Jobs start in the order in which they were submitted and end in any. Each
 * has a future (pool_submit), or nobody waits for it (pool_post), and then a
 * failure goes to failure_unretrieved. A job that fails harms nobody else.
 *
 * Threads are made when there is more to do than hands to do it, one after
 * the other, up to the size of the pool; who has nothing to do is used before
 * another is made. When the system refuses to make one, the pool makes do
 * with those it has; with none, submitting fails. The size may be changed at
 * any time: surplus threads leave after the job they are at.
 *
 * A job that waits for another of the same pool would occupy the thread that
 * the other needs. POOL_HELP: the waiter runs that very job itself, on its own
 * stack, if it has not been started yet; no other, so that no stranger's job
 * runs while one holds a lock. What cannot be helped is refused: once every
 * thread of the pool, or a circle of them, would only wait for jobs of the
 * pool, the last wait returns -EDEADLK. POOL_REFUSE: nobody helps, and all
 * such waits end that way. Only waits without a deadline count, and only
 * those for this pool's jobs alone.
 *
 * How it is fast. The line is an array between two counters. Those who
 * submit take turns by the pool's lock. Those who take do not: each moves the
 * first counter by compare-and-swap, as thieves do in the work-stealing deque
 * of Chase and Lev (2005; in C11: Le, Pop, Cohen and Zappa Nardelli, 2013), of
 * which this is the half without an owner's end, so that jobs keep their
 * order. Waking a thread takes a thousand times as long as an empty job. So
 * nobody is woken while somebody is alert, that is, will look at the line
 * before going to sleep: one that was just made or woken, or one that spins.
 * An alert one that finds work wakes the next if there is more (the rule of
 * Go's scheduler, by Vyukov). At most one thread spins, some microseconds,
 * then all sleep: an idle pool uses no processor.
 *
 * Threads:  any may submit, resize, shut down and inspect, jobs included;
 *           pool_destroy from one, when no other call is under way or comes.
 *           Signals from outside are blocked in the pool's threads.
 * Blocking: pool_submit and pool_post for a lock, and while a thread is
 *           made; pool_shutdown and pool_drain as they say.
 * Memory:   an allocation for each future, and for each post by one that has
 *           locals. The line takes 4 KiB for every 256 jobs that have ever
 *           waited at one time, and gives them back when all are idle. A
 *           job's arg is the job's: the pool does not touch it once the job
 *           has begun.
 */
#ifndef LIB_POOL_H
#define LIB_POOL_H

#include "lib/future.h"

enum {
	POOL_MAX_SIZE = 4096
};

struct pool;

enum pool_nested {
	POOL_HELP,
	POOL_REFUSE
};

struct pool_options {
	int size; /* threads at most, 1 … POOL_MAX_SIZE */
	const char *name; /* threads are NAME_0, NAME_1, …, 15 chars at most */
	enum pool_nested nested;
};

enum pool_shutdown {
	POOL_WAIT = 1 << 0, /* until every thread has ended */
	POOL_CANCEL = 1 << 1 /* what has not started never will */
};

/* A snapshot; the counts go together only when nothing is going on. */
struct pool_state {
	int size; /* wished */
	int nlive; /* threads there are */
	int nidle; /* of those: asleep for want of work */
	int nmade; /* threads ever made */
	int nrefused; /* threads that the system would not make */
	uint64_t nqueued; /* waiting to be started, also if cancelled since */
	uint64_t nran; /* bodies run by the pool's threads */
	uint64_t nhelped; /* of those: by a thread that waited for it */
	uint64_t nskipped; /* cancelled or dropped before they started */
	bool shut;
};

/*
 * For those who do not know better: a few threads more than processors, for
 * jobs that also wait; min(32, processors + 4), as in Python.
 */
int pool_default_size(void);

/*
 * No thread is made yet. At exit() every pool that has not been destroyed is
 * shut down and waited for, but in a forked child. Returns 0; -EINVAL: a size
 * out of range; -ENOMEM.
 */
int pool_create(const struct pool_options *options, struct pool **result);

/* Shut down if that has not been done, wait, and free. NULL is fine. */
void pool_destroy(struct pool *pool);

/*
 * What exit() does, for a program that wants to know of failures before it
 * exits. Not from a job.
 */
void pool_shutdown_all(void);

/*
 * Have fn(arg) run by a thread of the pool, with the caller's locals
 * (locals.h). Returns 0 with a reference in *result; -ESHUTDOWN; -EAGAIN: not
 * one thread could be made; -ENOMEM.
 */
int pool_submit(
	struct pool *pool, future_fn fn, void *arg, struct future **result);

/* The same without a future. A value is dropped, a failure reported. */
int pool_post(struct pool *pool, future_fn fn, void *arg);

/*
 * Refuse what is submitted from now on. May be repeated, and made stricter.
 * Without POOL_WAIT it returns at once, and what is queued is still run.
 * Returns 0; -EDEADLK: POOL_WAIT from a job of the same pool (nothing is
 * changed then).
 */
int pool_shutdown(struct pool *pool, unsigned flags);

/*
 * Wait until nothing is queued and no job runs. Returns 0; -EAGAIN (deadline
 * 0), -ETIMEDOUT; -EDEADLK: from a job of the same pool.
 */
int pool_drain(struct pool *pool, uint64_t deadline_ns);

/* Returns 0; -EINVAL: out of range; -ESHUTDOWN. */
int pool_resize(struct pool *pool, int size);

/* Is the caller a thread of this pool? */
bool pool_is_mine(const struct pool *pool);

void pool_inspect(struct pool *pool, struct pool_state *state);

enum pool_activity {
	POOL_IDLE, /* asleep */
	POOL_LOOKING, /* for work */
	POOL_BUSY, /* with a job */
	POOL_WAITING /* in a job that waits for others of the same pool */
};

struct pool_member {
	const char *name;
	unsigned number;
	enum pool_activity activity;
	uint64_t nran;
};

const char *pool_activity_name(enum pool_activity activity);

/* Visits each thread there is, by number, under the pool's lock. */
void pool_each_member(struct pool *pool,
	void (*visit)(const struct pool_member *member, void *arg), void *arg);

#endif
