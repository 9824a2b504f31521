/*
 * fsq_install - make a queue, take one away
 *
 * A queue is built under a hidden name beside its place and appears there in
 * one step, whole; it goes away in one step too and is taken apart out of
 * sight. The hidden name is .fsq-PID-N in the root.
 *
 *	install		mkdir hidden, its folders, modes [down, FIFO];
 *			fsync it; rename; fsync the root
 *	uninstall	down; rename to hidden; fsync the root; remove
 *
 * Threads:  any.
 * Blocking: as filesystems do.
 * Memory:   none.
 */
#ifndef LIB_FSQ_INSTALL_H
#define LIB_FSQ_INSTALL_H

#include "lib/fsq.h"

enum fsq_existing {
	FSQ_EXISTING_REFUSE,
	FSQ_EXISTING_KEEP, /* what is there is good */
	FSQ_EXISTING_REPLACE /* by an empty one; its items are lost */
};

struct fsq_install {
	bool down; /* not to be scanned until fsq_up */
	bool trigger; /* with a FIFO, also if rules.use_trigger is not set */
	enum fsq_existing existing;
};

/*
 * Modes and owners are as the rules say, whatever the umask. An empty
 * directory is replaced, and otherwise nothing but a queue ever is. Returns 0,
 * or leaves nothing behind: -EINVAL: not a name; -EEXIST: there is a queue;
 * -ENOTDIR: there is something else; -ENOENT: no root, or an unknown user or
 * group; -EACCES, -EPERM, -EROFS, -ENOSPC, ….
 */
int fsq_install(const struct fsq_rules *rules, const char *name,
	const struct fsq_install *options);

/*
 * Returns 0; -EINVAL; -ENOENT; -ENOTDIR: a symbolic link; what removal says,
 * and then part is left.
 */
int fsq_uninstall(const struct fsq_rules *rules, const char *name);

/*
 * The same for the queue of a host in an open queue: it has the folders and
 * maybe `down`. Return as above.
 */
int fsq_host_add(
	struct fsq *fsq, const char *host, const struct fsq_install *options);
int fsq_host_remove(struct fsq *fsq, const char *host);

/* A FIFO for waking, 0640; 0 too when it is there already. */
int fsq_make_fifo(int dir, const char *name);

#endif
