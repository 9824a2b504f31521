/*
 * fsq_scan - claim what waits, oldest first
 *
 * A scan lists the queue once (fsq_snapshot) and then claims from the list
 * until it is used up, skipping what others have or have had. Any number of
 * scanners may do so at once, in any number of processes; none waits for
 * another, and each item is claimed by one.
 *
 * Whether the queue is down is looked for before each claim, and while what is
 * tried turns out to be taken, every 64 tries.
 *
 * An item that comes during a scan is found by the next one. To miss none,
 * arm a watch (fsq_watch), list, claim until the end, wait for the watch, list
 * again; and list again after some seconds all the same, because a lock that
 * is let go of wakes nobody.
 *
 * With 100,000 items waiting, to claim and finish one costs about what it does
 * with one waiting, plus some 0.5 us for its share of the list. A scan that
 * is begun for a single item pays for the whole list (some 100 ms at 100,000),
 * unless it sets a window (some 1 ms with one of 1,024).
 *
 * Threads:  one at a time.
 * Blocking: as filesystems do.
 * Memory:   fsq_scan_open allocates, fsq_scan_list grows it.
 */
#ifndef LIB_FSQ_SCAN_H
#define LIB_FSQ_SCAN_H

#include "lib/fsq_item.h"

struct fsq_scan;

struct fsq_scan_options {
	size_t window; /* see fsq_snapshot; 0: all, and the strict order */
	bool ignore_down; /* take from queues that are down, too */
};

enum fsq_scan_result {
	FSQ_SCAN_END, /* the list is used up */
	FSQ_SCAN_ITEM, /* item is claimed */
	FSQ_SCAN_REJECTED /* was no file, is in fail/ now; item has its id */
};

/* Since the list was made. */
struct fsq_scan_state {
	size_t nlisted, nleft;
	size_t nclaimed;
	size_t nbusy; /* locked by others */
	size_t ngone; /* claimed by others before we came */
	size_t ndown; /* left alone because their queue is down */
};

/*
 * Scan n queues as one, merged in the order of ids: hosts, say. They must stay
 * open. Nothing is listed yet. Returns 0; -ENOMEM; -EINVAL: n is 0 or over
 * 65,535.
 */
int fsq_scan_open(struct fsq *const *queues, size_t n,
	const struct fsq_scan_options *options, struct fsq_scan **result);

/* Items that were claimed stay claimed. NULL is fine. */
void fsq_scan_close(struct fsq_scan *scan);

/* Make the list anew. Returns as fsq_snapshot_take. */
int fsq_scan_list(struct fsq_scan *scan);

/*
 * Claim the next item that can be. Returns an fsq_scan_result, or an error
 * about the one whose id item has; the next call goes on behind it, but for
 * -EMFILE, -ENFILE and -ENOMEM, where it tries the same again. -ENOENT:
 * the queue itself is gone.
 */
int fsq_scan_next(struct fsq_scan *scan, struct fsq_item *item);

void fsq_scan_inspect(
	const struct fsq_scan *scan, struct fsq_scan_state *state);

#endif
