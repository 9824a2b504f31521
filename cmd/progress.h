/*
 * progress - how far the work is and how long it will still take
 *
 * A command calls progress_update now and then, best every 100 ms or so.
 * Work that takes less than a second shows nothing. On a terminal one line
 * of stderr is drawn over and over, and erased at the end; as plain text
 * there is a line for each 10 %. Off a terminal nothing is shown unless
 * --progress=plain asks for it; with --quiet nothing at all.
 *
 * Threads:  the one that called progress_start.
 * Blocking: for the writes.
 * Memory:   the caller's; one progress at a time.
 */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum progress_mode {
	PROGRESS_AUTO,
	PROGRESS_PLAIN,
	PROGRESS_NONE,
	PROGRESS_LINE, /* what auto means on a terminal */
};

struct progress {
	const char *what;
	enum progress_mode mode;
	uint64_t start_ns;
	uint64_t next_ns; /* nothing is shown before */
	unsigned tenths; /* shown so far as plain text */
	bool drawn;
};

/* what is short, such as "primes"; it must outlive the progress. */
void progress_start(struct progress *progress, const char *what);

/* done of total units; a total of 0 is not known yet. */
void progress_update(struct progress *progress, uint64_t done, uint64_t total);

/* Erase the line. Always called before the result is printed. */
void progress_stop(struct progress *progress);

#endif
