/*
 * fsq_server - take items from other hosts (fsq_frame) into queues
 *
 * One thread serves all connections, and each with a bound on all that it can
 * take: one deadline from the first byte of an item until it is published, and
 * the same for idling between two; a limit on content; memory of one frame and
 * some answers. What arrives goes straight into the file of the item.
 *
 * An item is answered when it is on the disk (fsq_publish), and those that have
 * come in together share that wait. Who sends an item that is known already
 * (fsq_find) is answered as if it were new, if the content is the same.
 *
 * Nobody is asked who he is: listen where only friends are, to 127.0.0.1, a
 * UNIX socket, a tunnel.
 *
 * When descriptors are used up, nothing is accepted for half a second, which
 * costs no processor time, and what is open goes on.
 *
 * Threads:  one.
 * Blocking: fsq_server_step until its deadline, and then for the disk.
 * Memory:   fsq_server_open allocates, and each connection some 100 KiB; an
 *           open one holds up to 8 descriptors and one for each item that was
 *           not answered yet.
 */
#ifndef LIB_FSQ_SERVER_H
#define LIB_FSQ_SERVER_H

#include "lib/fsq.h"
#include "lib/fsq_frame.h"

struct fsq_server;

enum fsq_server_event {
	FSQ_SERVER_TOOK, /* an item */
	FSQ_SERVER_KNEW, /* an item that was there already */
	FSQ_SERVER_REFUSED, /* an item; text says why */
	FSQ_SERVER_BROKE, /* a connection, in the middle of something; text */
	FSQ_SERVER_CANNOT_ACCEPT /* text; at most once a second */
};

/* peer, queue and id are "" where there is none. */
typedef void (*fsq_server_fn)(void *arg, enum fsq_server_event event,
	const char *peer, const char *queue, const char *id, const char *text);

struct fsq_server_options {
	const char *const *queues; /* that may be given items … */
	size_t nqueues; /* … 0: all */
	unsigned nconnections; /* at the same time, at least 1 */
	uint64_t timeout_ns;
	uint64_t content_max;
	fsq_server_fn told; /* or NULL */
	void *arg;
};

/*
 * Serve what comes in at a listening, non-blocking socket, which stays the
 * caller's. Strings of the rules and options must live on. Returns 0; -ENOMEM.
 */
int fsq_server_open(const struct fsq_rules *rules, int listener,
	const struct fsq_server_options *options, struct fsq_server **result);

/* Items that were not answered are withdrawn. NULL is fine. */
void fsq_server_close(struct fsq_server *server);

/*
 * Wait until something comes in, or until the deadline of clock_now(), and do
 * what is to be done. Returns 0; -EINTR: a signal was handled.
 */
int fsq_server_step(struct fsq_server *server, uint64_t deadline_ns);

/*
 * Accept nobody any longer, and close each connection as soon as it is between
 * two items. The listener may be closed now.
 */
void fsq_server_drain(struct fsq_server *server);

unsigned fsq_server_nconnections(const struct fsq_server *server);

#endif
