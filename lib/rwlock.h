/*
 * rwlock - many readers or one writer, and neither side starves
 *
 * While a writer waits, no new reader goes in: writers come first. But when a
 * writer leaves, all the readers that were waiting then go in together, before
 * the next writer; writers go in the order of coming. So a writer waits for
 * one crowd of readers at most, and a reader for one writer besides those that
 * are inside ("phase-fair", Brandenburg and Anderson, 2010).
 *
 * The lock is handed over by who leaves, to one that waits: nobody who comes
 * along just then gets in between.
 *
 * It knows its writer; readers are only counted. A reader that asks again
 * while it is inside waits behind a writer that waits for it: do not. The
 * table of tasks (lib/roster.h) shows who waits, and for which writer.
 *
 * Zeroed memory is a lock that is free.
 *
 * Threads:  any of one process, but for rwlock_fini.
 * Blocking: the _lock functions, until their deadline: an absolute time of
 *           clock_now(); CLOCK_NEVER waits for ever, 0 does not wait.
 * Memory:   the caller's; rwlock_fini when nobody holds it.
 */
#ifndef LIB_RWLOCK_H
#define LIB_RWLOCK_H

#include "lib/sync.h"

struct rwlock_writer;

struct rwlock {
	_Atomic pid_t writer; /* its number in the roster; 0: none */
	struct mutex lock;
	/* guarded by lock */
	unsigned nreaders; /* inside */
	unsigned nwaiting; /* readers that wait to be let in */
	unsigned round; /* of letting readers in */
	struct cond let_in;
	struct rwlock_writer *first, *last; /* that wait */
};

void rwlock_fini(struct rwlock *rwlock);

/*
 * Returns 0; without the lock: -EAGAIN (deadline 0, and it would wait),
 * -ETIMEDOUT, -EDEADLK (the caller is the writer).
 */
int rwlock_lock_read(struct rwlock *rwlock, uint64_t deadline_ns);
int rwlock_lock_write(struct rwlock *rwlock, uint64_t deadline_ns);

/*
 * Leave, as the writer or as one of the readers.
 * Returns 0; -EPERM: the caller is not the writer, and there are no readers.
 */
int rwlock_unlock(struct rwlock *rwlock);

/* Name it in the table of tasks; roster_unname(thing) before rwlock_fini. */
void rwlock_name(
	struct rwlock *rwlock, struct roster_thing *thing, const char *name);

/* How many wait now; for tests and tables. */
unsigned rwlock_readers_waiting(struct rwlock *rwlock);
unsigned rwlock_writers_waiting(struct rwlock *rwlock);

#endif
