/*
 * fsq_sweep - remove what crashes have left in tmp/
 *
 * A file in tmp/ is rubbish when nothing has written to it for 36 hours, or
 * when its name says that a process of this machine is writing it that does not
 * exist any longer. All else may be somebody's work and is left. In the
 * root the same is done to hidden directories of installations, by age alone.
 *
 * Machines that share a queue need different names; containers do, too, since
 * one cannot see whether a process of the other lives.
 *
 * Threads:  any.
 * Blocking: as filesystems do.
 * Memory:   none kept.
 */
#ifndef LIB_FSQ_SWEEP_H
#define LIB_FSQ_SWEEP_H

#include "lib/fsq.h"

enum {
	FSQ_SWEEP_AGE_S = 36 * 60 * 60
};

enum fsq_rubbish {
	FSQ_RUBBISH_OLD,
	FSQ_RUBBISH_DEAD /* its process is */
};

/* Told of each piece, after it was removed or, in a dry run, instead; error is
 * what removing it gave. */
typedef void (*fsq_rubbish_fn)(
	void *arg, const char *name, enum fsq_rubbish why, int error);

struct fsq_sweep {
	uint64_t age_s; /* 0: FSQ_SWEEP_AGE_S */
	bool dry_run; /* change nothing */
	fsq_rubbish_fn found; /* or NULL */
	void *arg;
};

/* Returns how many were, or would be, removed; an error of reading tmp/. */
int fsq_sweep(struct fsq *fsq, const struct fsq_sweep *sweep);

/* The same for what fsq_install and fsq_uninstall leave in the root. */
int fsq_sweep_root(
	const struct fsq_rules *rules, const struct fsq_sweep *sweep);

#endif
