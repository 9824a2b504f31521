/*
 * fsq_impl - what the parts of the filesystem queue know of an open one
 *
 * Threads:  all but `group` is constant once the queue is open.
 * Blocking: fsq_sync_queue, for a sync of the disk.
 * Memory:   fsq_open and fsq_close.
 */
#ifndef LIB_FSQ_IMPL_H
#define LIB_FSQ_IMPL_H

#include <limits.h>

#include "lib/fsq.h"
#include "lib/sync.h"

/*
 * Enqueuers of one process that share a sync of queue/. A ticket is drawn
 * after the name is made; who finds nobody syncing does it for all tickets
 * drawn by then, and who finds somebody waits and looks again.
 */
struct fsq_group {
	struct mutex lock;
	/* guarded by lock */
	struct cond turned;
	uint64_t ndrawn, nsynced;
	bool syncing;
	int error; /* the first failure; none is believed after it */
};

struct fsq {
	struct fsq_rules rules;
	char name[FSQ_NAME_SIZE];
	char host[FSQ_NAME_SIZE]; /* "": not a host's */
	char here[HOST_NAME_MAX + 1]; /* the name of this machine */
	struct fsq_owner item_owner;
	int top; /* the directory of the queue */
	int outer; /* of a host's queue, that of the queue it is in; or -1 */
	int folders[FSQ_NFOLDERS];
	struct fsq_group group;
};

/*
 * Make the names in queue/ durable, together with others who ask for the same
 * at the same time: k threads pay for about two syncs instead of k. Returns 0
 * or the error of fsync; after one every later call fails as well, since no
 * one can know what was lost.
 */
int fsq_sync_queue(struct fsq *fsq);

/*
 * Half of fsq_is_down each: it is down, as far as one call tells, which finds
 * nothing in a queue that is gone; and it is gone, its directory removed.
 */
int fsq_has_down(const struct fsq *fsq);
int fsq_is_gone(const struct fsq *fsq);

/* A sync of the descriptor, unless the rules are fast. */
int fsq_sync(const struct fsq *fsq, int fd);

#endif
