/*
 * fsq_holders - which files are locked, and by which process
 *
 * To ask a lock by trying to take it would make others believe that the item
 * is being run. The kernel keeps a list of all locks that anyone may read,
 * /proc/locks; it is read once and then asked for each file.
 *
 * The process is the one that took the lock: the scanner, also where the
 * program that it started is all that still holds it. In a container the
 * kernel leaves out of the list what such a scanner, now dead, took: there the
 * item looks as if it waited, and is locked all the same.
 *
 * Threads:  one at a time.
 * Blocking: never.
 * Memory:   the caller's struct; fini frees. Zeroed memory knows of no lock.
 */
#ifndef LIB_FSQ_HOLDERS_H
#define LIB_FSQ_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

struct fsq_holder;

struct fsq_holders {
	struct fsq_holder *all;
	size_t n;
};

/*
 * Returns 0; -ENOENT: there is no /proc/locks here, and *holders knows of none;
 * -ENOMEM.
 */
int fsq_holders_read(struct fsq_holders *holders);
void fsq_holders_fini(struct fsq_holders *holders);

/* The process that has the file locked, or 0. */
pid_t fsq_holders_find(
	const struct fsq_holders *holders, dev_t device, ino_t inode);

#endif
