/*
 * fsq - an open queue in the filesystem
 *
 * A queue is a directory; every item in it is a file, and where the file lies
 * is what is known about the item:
 *
 *	ROOT/NAME/tmp/		being written; nobody's yet
 *	          queue/	waiting; running while someone has it locked
 *	          done/ fail/	ended well, or not
 *	          down		a file: nothing new is to be started
 *	          trigger-s	a FIFO to wake a scanner with (fsq_trigger)
 *	          hosts/HOST/	a queue of the same form for another host
 *
 * There is no daemon and no other state. What the parts promise together:
 *
 * - An item whose enqueue has returned (fsq_put) is there, after a power cut
 *   too, until it is in done/ or fail/, and it ends in exactly one of them.
 * - It is run by one at a time (fsq_item): the lock is on the file, is
 *   inherited by the program that is run, and ends when the last of them has.
 * - A program is run at least once, and once more only when it or all who knew
 *   of it died before the item was moved. It is told the item's id, by which
 *   it can know one that it has had before.
 *
 * The form is that of FSQ, whose programs may use the same directories at the
 * same time.
 *
 * Threads:  any number may use an open queue, but for fsq_close; so may
 *           processes that inherit it.
 * Blocking: as filesystems do.
 * Memory:   an open queue holds six descriptors, those of its folders. The
 *           rules are copied, their strings are not.
 */
#ifndef LIB_FSQ_H
#define LIB_FSQ_H

#include <stdbool.h>

#include "lib/fsq_rules.h"

struct fsq;

enum fsq_folder {
	FSQ_QUEUE,
	FSQ_DONE,
	FSQ_FAIL,
	FSQ_TMP,
	FSQ_NFOLDERS
};

/*
 * Open ROOT/name. Everything that is done later is done beneath what was
 * opened, whatever becomes of the path. Returns 0; -EINVAL: not a name for a
 * queue, or rules that contradict each other; -ENOENT: there is none; -ENOTDIR:
 * something else is there; -EACCES; -EMFILE, -ENFILE; -ENOMEM.
 */
int fsq_open(
	const struct fsq_rules *rules, const char *name, struct fsq **result);

/* Open the queue of a host (fsq_host) in a queue. Returns as fsq_open. */
int fsq_open_host(const struct fsq *fsq, const char *host, struct fsq **result);

/* NULL is fine. */
void fsq_close(struct fsq *fsq);

/*
 * Stop and go on. The file `down` has the owner and mode of an item; where it
 * was there before, it gets them if it is ours to change. Who runs items looks
 * for it between them; what runs is left alone. Both may be repeated: fsq_up is
 * 0 too when the queue was not down. Return 0; -ENOENT: the queue itself is
 * gone; -EACCES, -EROFS, -ENOSPC, ….
 */
int fsq_down(struct fsq *fsq);
int fsq_up(struct fsq *fsq);

/*
 * Is it down? A host's queue is when the queue that it is in is down. Returns
 * 1 or 0; -ENOENT: the queue is gone; other errors of stat.
 */
int fsq_is_down(const struct fsq *fsq);

const struct fsq_rules *fsq_rules_of(const struct fsq *fsq);
const char *fsq_name_of(const struct fsq *fsq);

/* NULL: it is no host's queue. */
const char *fsq_host_of(const struct fsq *fsq);

/* The name of a folder in these rules. */
const char *fsq_folder_name(const struct fsq_rules *rules, enum fsq_folder f);

/* The descriptor of a folder, for reading it; it stays the queue's. */
int fsq_folder_fd(const struct fsq *fsq, enum fsq_folder folder);

#endif
