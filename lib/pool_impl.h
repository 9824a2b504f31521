/*
 * pool_impl - the inside of a pool: its line, its threads, its jobs
 *
 * pool_line.c holds the line of jobs, pool_worker.c the threads and who wakes
 * whom, pool_nested.c waiting inside a job, pool.c the rest.
 *
 * Lock order: a pool's lock, then that of a struct future_wait. No job and no
 * callback runs under either.
 *
 * Threads:  as said at each function.
 * Blocking: for the lock.
 * Memory:   of the pool.
 */
#ifndef LIB_POOL_IMPL_H
#define LIB_POOL_IMPL_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

#include "lib/locals.h"
#include "lib/pool.h"
#include "lib/sync.h"

enum {
	POOL_CACHE_LINE = 64
};

struct job {
	struct future future;
	struct pool *pool;
	future_fn fn;
	void *arg;
	struct locals *locals;
	_Atomic(struct worker *) runner; /* while it is run */
};

/* A place in the line: a job with a future (fn is NULL), or a posted one. */
struct pool_item {
	future_fn fn;
	void *arg; /* or the struct job */
};

struct pool_segment;
struct pool_index;

/*
 * Jobs first in, first out. One at a time puts in, under the lock of the
 * pool; any number take out, without it. Counters only grow. Place n is in
 * the segment that the index has for n / (places in a segment).
 */
struct pool_line {
	alignas(POOL_CACHE_LINE) _Atomic uint64_t head; /* next to be taken */
	/* apart from tail, since who takes reads it */
	alignas(POOL_CACHE_LINE) _Atomic(struct pool_index *) index;
	alignas(POOL_CACHE_LINE) _Atomic uint64_t tail; /* next to be put */
	/* guarded by the pool's lock */
	struct pool_segment *filling; /* that tail is in, or behind */
	struct pool_segment *spare; /* emptied, to be filled again */
	uint64_t oldest; /* segments from this number on are in the index */
};

/* Returns 0; -ENOMEM. */
int pool_line_init(struct pool_line *line);
void pool_line_fini(struct pool_line *line);

/* Under the lock. Returns 0; -ENOMEM. */
int pool_line_put(struct pool_line *line, const struct pool_item *item);

/*
 * Take the next, if it was put in before the tail was seen to be tail_seen
 * (pool_line_tail). False: there is none of those.
 */
bool pool_line_take(
	struct pool_line *line, uint64_t tail_seen, struct pool_item *item);
uint64_t pool_line_tail(const struct pool_line *line);

uint64_t pool_line_length(const struct pool_line *line);
bool pool_line_is_empty(const struct pool_line *line, uint64_t tail_seen);

/* Under the lock, when nobody takes: give memory back. */
void pool_line_shrink(struct pool_line *line);

struct worker {
	alignas(POOL_CACHE_LINE) struct pool *pool;
	unsigned number;
	char name[16];
	pthread_t thread;
	struct worker *next; /* in members or gone */
	/* its own */
	uint64_t tail_seen;
	bool alert; /* counted in nalert */
	unsigned npauses; /* between two looks while it spins */
	unsigned depth; /* bodies on its stack */
	/* written by itself, read by all: relaxed, for tables alone */
	_Atomic uint64_t nran, nhelped, nskipped;
	_Atomic int activity;
	/* guarded by the pool's lock */
	struct future_wait *waits; /* for jobs of its own pool, without end */
};

struct pool {
	struct pool_line line;

	/*
	 * How many will look at the line before they sleep: the spinning, the
	 * woken, the just made. It may grow at any time, but is read and falls
	 * under the lock only.
	 */
	alignas(POOL_CACHE_LINE) _Atomic unsigned nalert;
	_Atomic bool spinning; /* one at a time may */

	/* written under the lock, read without: they rarely change */
	alignas(POOL_CACHE_LINE) _Atomic int nlive;
	_Atomic int nidle;
	_Atomic int most; /* threads wanted, or what the system lets us have */

	enum pool_nested nested;
	pid_t pid; /* of the process whose threads these are */
	int ncpus; /* that the process may use */

	alignas(POOL_CACHE_LINE) struct mutex lock;
	/* guarded by lock */
	struct cond work; /* for the idle */
	struct cond changed; /* a thread left, or all are idle */
	int size;
	unsigned nwoken; /* of the idle: signalled, and on their way */
	bool shut;
	struct worker *members; /* by number */
	struct worker *gone; /* to be joined */
	int nmade, nrefused;
	int nwaiting; /* members whose `waits` is set */
	uint64_t nran, nhelped, nskipped; /* of those who are gone */

	struct pool *next; /* guarded by the lock of the list of all pools */
	char name[16];
};

/* The caller, if it is a thread of some pool; else NULL. */
struct worker *worker_self(void);

void pool_lock_patiently(struct mutex *lock);

/* Under the lock: a job was put in. */
void worker_see_to(struct pool *pool);

/* Under the lock: see to it that somebody looks at the line. */
void worker_alert_one(struct pool *pool);

/* Under the lock. Returns 0; -EAGAIN. */
int worker_start(struct pool *pool);

/* Join those that have left. */
void worker_reap(struct pool *pool);

/* A caller that will not look at the line now passes that duty on. */
void worker_hand_on(struct worker *worker);

/* Runs it unless it was cancelled or started. Returns whether it did. */
bool worker_run_job(struct job *job);

/* For a worker's own counters, which others only read. */
void worker_count(_Atomic uint64_t *counter);

extern const struct future_kind pool_job_kind;

#endif
