/*
 * fsq_watch - learn that there may be something new in some queues
 *
 * The kernel tells of every name that appears in queue/ and of every `down`
 * that goes (inotify), and FIFOs are listened to for those who pull them. The
 * order is what makes it safe:
 *
 *	open the watch
 *	for ever: clear it, list the queue, claim all, wait for it
 *
 * What appears after the clearing wakes the next wait, even if the list had it
 * too. Two things wake nobody: a lock that is let go of, by an end or by a
 * death; and a filesystem that others change without our kernel's knowing
 * (NFS). So wait with a deadline, of some seconds.
 *
 * Threads:  one at a time.
 * Blocking: fsq_watch_wait until its deadline.
 * Memory:   fsq_watch_open allocates; up to 2 descriptors and 3 for each FIFO.
 */
#ifndef LIB_FSQ_WATCH_H
#define LIB_FSQ_WATCH_H

#include "lib/fsq.h"

struct fsq_watch;

/*
 * Watch n queues, which must stay open. Where the kernel gives no more watches
 * it is blind, and only FIFOs and the deadline wake it. Returns 0; -EMFILE,
 * -ENFILE, -ENOMEM.
 */
int fsq_watch_open(
	struct fsq *const *queues, size_t n, struct fsq_watch **result);

/* NULL is fine. */
void fsq_watch_close(struct fsq_watch *watch);

/* Forget what was told so far: before listing. */
void fsq_watch_clear(struct fsq_watch *watch);

/*
 * Wait until there may be something new, from when it was cleared. Returns 1;
 * 0: the deadline, of clock_now(); -EINTR: a signal was handled.
 */
int fsq_watch_wait(struct fsq_watch *watch, uint64_t deadline_ns);

/* For a poll of one's own: readable when there may be something new. */
int fsq_watch_fd(const struct fsq_watch *watch);

/* Does it miss what is only told by the kernel? */
bool fsq_watch_is_blind(const struct fsq_watch *watch);

#endif
