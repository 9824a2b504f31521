/*
 * sync - mutex, condition, semaphore and barrier, with owners and deadlines
 *
 * These are the POSIX primitives plus what their users keep asking of them:
 *
 * - A mutex knows its owner. Releasing what one does not hold and locking
 *   what one already holds are found at once instead of corrupting the lock
 *   or hanging. The plain functions treat them as programming errors and
 *   abort through must(); mutex_lock_until and mutex_release return them, for
 *   those who want to show what went wrong. A lock that one thread takes and
 *   another releases is no mutex: use a semaphore.
 * - Deadlines are absolute times of clock_now(), in nanoseconds: CLOCK_NEVER
 *   waits for ever, 0 does not wait at all. Setting the wall clock moves none.
 * - Who has to wait notes that in the roster, if it has a row there (see
 *   lib/roster.h); to find a lock free costs nothing more.
 * - A mutex in memory that processes share survives their death: when its
 *   owner dies holding it, the next to lock it is told (MUTEX_OWNER_DIED),
 *   holds it, and has to put in order what the lock guards.
 *
 * Callers embed the structs. Zeroed memory is a private mutex, a condition
 * and a semaphore of 0, all ready for use; what is shared between processes
 * and every barrier needs its _init.
 *
 * Threads:  any, but for _init and _fini, which want the object to
 *           themselves. semaphore_post may be called in a signal handler.
 *           Conditions and barriers are for the threads of one process: a
 *           process killed while it waits would jam them for the others.
 * Blocking: the _lock and _wait functions, until their deadline where they
 *           have one. Signal handlers do not cut a wait short.
 * Memory:   the caller's. _fini once every call has returned and nobody
 *           holds; it frees no memory but lets tools notice a late use.
 */
#ifndef LIB_SYNC_H
#define LIB_SYNC_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/clock.h"
#include "lib/roster.h"

enum mutex_kind {
	MUTEX_PRIVATE, /* threads of one process */
	MUTEX_SHARED /* processes with common memory; survives their death */
};

enum semaphore_kind {
	SEMAPHORE_PRIVATE,
	SEMAPHORE_SHARED
};

/* mutex_lock and mutex_lock_until: locked, and to be repaired. */
enum {
	MUTEX_OWNER_DIED = 1
};

struct mutex {
	pthread_mutex_t pthread;
	_Atomic pid_t owner; /* its thread id; 0: nobody */
	enum mutex_kind kind;
};

struct cond {
	pthread_cond_t pthread;
};

struct semaphore {
	sem_t posix;
};

struct barrier {
	struct mutex lock;
	/* guarded by lock */
	struct cond turned;
	unsigned nthreads;
	unsigned narrived;
	bool broken;
	struct barrier_waiter *waiters;
};

/* Returns 0; -ENOTSUP: no MUTEX_SHARED on this kernel. */
int mutex_init(struct mutex *mutex, enum mutex_kind kind);
void mutex_fini(struct mutex *mutex);

/* Returns 0 or MUTEX_OWNER_DIED. Aborts when the caller already holds it. */
int mutex_lock(struct mutex *mutex);

/*
 * Returns 0 or MUTEX_OWNER_DIED with the lock held. Without it: -EAGAIN
 * (deadline 0, and it is held), -ETIMEDOUT, -EDEADLK (the caller holds it).
 */
int mutex_lock_until(struct mutex *mutex, uint64_t deadline_ns);

/* Aborts when the caller does not hold it. */
void mutex_unlock(struct mutex *mutex);

/* Returns 0; -EPERM: the caller does not hold it, and nothing has changed. */
int mutex_release(struct mutex *mutex);

/*
 * Does the calling thread hold it? For assertions; the
 * answer for another thread would be stale before it could be used.
 */
bool mutex_held(const struct mutex *mutex);

/* The caller's number, which tells it from the threads of any process. */
pid_t sync_self(void);

/*
 * Show it under a name in the table of tasks, until roster_unname(thing),
 * which has to be before mutex_fini.
 */
void mutex_name(
	struct mutex *mutex, struct roster_thing *thing, const char *name);

void cond_init(struct cond *cond);
void cond_fini(struct cond *cond);

/*
 * Release the private mutex, which the caller must hold, sleep until woken,
 * and take it again before returning, whatever is returned. It may wake for
 * no reason: call it in a while loop around what is being waited for.
 * Returns 0; -ETIMEDOUT.
 */
int cond_wait(struct cond *cond, struct mutex *mutex, uint64_t deadline_ns);

/* Wake one thread, or all, of those that wait now; who comes later sleeps. */
void cond_signal(struct cond *cond);
void cond_broadcast(struct cond *cond);

void semaphore_init(
	struct semaphore *semaphore, enum semaphore_kind kind, unsigned count);
void semaphore_fini(struct semaphore *semaphore);

/* Take one. Returns 0; -EAGAIN (deadline 0, and there is none); -ETIMEDOUT. */
int semaphore_wait(struct semaphore *semaphore, uint64_t deadline_ns);

/* Add one. Returns 0; -EOVERFLOW beyond SEM_VALUE_MAX. */
int semaphore_post(struct semaphore *semaphore);

/* nthreads > 0. */
void barrier_init(struct barrier *barrier, unsigned nthreads);
void barrier_fini(struct barrier *barrier);

/*
 * Wait until nthreads have arrived; ready for the next round at once.
 * Returns 1 to the last to arrive, 0 to the others; -ECANCELED: it is broken,
 * or was aborted or reset meanwhile.
 */
int barrier_wait(struct barrier *barrier);

/*
 * The same with a deadline. Who returns -ETIMEDOUT has broken the barrier:
 * the others, who would wait for ever, are let go of with -ECANCELED.
 */
int barrier_wait_until(struct barrier *barrier, uint64_t deadline_ns);

/* Break it: who waits and who comes is sent away, until it is reset. */
void barrier_abort(struct barrier *barrier);

/* Send away who waits, and begin anew, whole. */
void barrier_reset(struct barrier *barrier);

#endif
