/*
 * fsq_host - the queues of several hosts in one queue
 *
 * fsq_host_add and fsq_host_remove (fsq_install) make and remove them. They
 * are scanned together by giving all to fsq_scan_open, and woken together by
 * one FIFO (fsq_trigger).
 *
 * Distribution gives every waiting item to every host, under its own id, and
 * then counts it as done. An item that is given again after a crash is not
 * given to hosts where it waits or has ended already.
 *
 * Threads:  any.
 * Blocking: as filesystems do.
 * Memory:   fsq_hosts_open allocates; six descriptors for each host.
 */
#ifndef LIB_FSQ_HOST_H
#define LIB_FSQ_HOST_H

#include "lib/fsq.h"

struct fsq_hosts {
	struct fsq **all; /* sorted by name */
	size_t n;
};

/*
 * Open the queues of all hosts. Returns 0, with none when there is no
 * directory of hosts; errors of fsq_open_host; -ENOMEM.
 */
int fsq_hosts_open(const struct fsq *fsq, struct fsq_hosts *hosts);
void fsq_hosts_close(struct fsq_hosts *hosts);

enum fsq_dist {
	FSQ_DIST_COPY,
	/* One file in all queues: cheap, but while one host runs it no other
	 * can, since the lock is the file's; and what a program writes to its
	 * item all others read. */
	FSQ_DIST_LINK
};

/*
 * Give all that waits to n hosts. *nitems, if not NULL, is set to how many were
 * given, also on failure. Returns 0; -EINVAL: no hosts; the first error of an
 * item, which then waits where it was, with the others.
 */
int fsq_distribute(struct fsq *fsq, struct fsq *const *hosts, size_t n,
	enum fsq_dist how, size_t *nitems);

#endif
