/*
 * fsq_numbers - how a queue is doing, in numbers
 *
 * Told from the directories at one moment each, while others go on: an item
 * that moves meanwhile may be counted twice or not at all.
 *
 * Threads:  any.
 * Blocking: as filesystems do.
 * Memory:   none kept.
 */
#ifndef LIB_FSQ_NUMBERS_H
#define LIB_FSQ_NUMBERS_H

#include "lib/fsq.h"
#include "lib/fsq_holders.h"

struct fsq_numbers {
	uint64_t nwaiting; /* in queue/, and nobody has it */
	uint64_t nrunning; /* in queue/, locked */
	uint64_t ndone, nfailed, nwriting;
	uint64_t nmalformed; /* of those that wait */
	int64_t oldest; /* when the oldest that waits was enqueued, in seconds
			 * since 1970; INT64_MIN: none waits */
	bool down;
	bool sees_locks; /* or all that run are counted as waiting */
};

/* Returns 0; an error of reading a folder; -ENOMEM. */
int fsq_numbers_read(struct fsq *fsq, struct fsq_numbers *numbers);

/* Who has an entry of queue/, or 0. */
pid_t fsq_holder_of(
	struct fsq *fsq, const struct fsq_holders *holders, ino_t inode);

#endif
