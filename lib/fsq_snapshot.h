/*
 * fsq_snapshot - what lies in a folder at one moment, in order
 *
 * A directory gives its names in an order of its own, so that the oldest item
 * is known only when all names have been read. That is done once: the names
 * are listed, sorted (fsq_key_compare) and then handed out one by one. What
 * comes later is in the next snapshot.
 *
 * The cost of n names is read once per snapshot and shared by all that is
 * claimed from it: some 0.5 us and 32 bytes and the name for each. Who wants
 * one item out of very many, and then another snapshot, can set a window: then
 * only that many names are read, those that the directory gives first, and the
 * oldest of these is first. It bounds the cost of a single claim, and gives up
 * the order, and even that an old item gets its turn while new ones come.
 *
 * Names of several queues, such as those of hosts, are merged.
 *
 * Threads:  one at a time.
 * Blocking: as filesystems do.
 * Memory:   zeroed memory is an empty snapshot; fini frees. A snapshot that is
 *           taken anew keeps the memory it has.
 */
#ifndef LIB_FSQ_SNAPSHOT_H
#define LIB_FSQ_SNAPSHOT_H

#include <sys/types.h>

#include "lib/fsq.h"

struct fsq_entry {
	struct fsq *fsq;
	const char *id; /* until the snapshot is taken anew */
	ino_t inode;
};

struct fsq_snapshot_name;

struct fsq_snapshot {
	struct fsq_snapshot_name *names;
	size_t nnames, capacity, next;
	char *text;
	size_t text_size, text_capacity;
	struct fsq *const *queues;
};

void fsq_snapshot_fini(struct fsq_snapshot *snapshot);

/*
 * Take it of one folder of n queues, at most 65,535 of them, whose array must
 * live as long. window: names read of each, 0: all. Returns 0; an error of
 * opening or reading a folder, or -ENOMEM, and then it is empty.
 */
int fsq_snapshot_take(struct fsq_snapshot *snapshot, struct fsq *const *queues,
	size_t n, enum fsq_folder folder, size_t window);

/* The next entry, if there is one; it may be gone by now. */
bool fsq_snapshot_next(struct fsq_snapshot *snapshot, struct fsq_entry *entry);

/* The entry that came last comes once more. */
void fsq_snapshot_back(struct fsq_snapshot *snapshot);

size_t fsq_snapshot_left(const struct fsq_snapshot *snapshot);

#endif
