/*
 * fsq_push - give what waits in a queue to another host (fsq_frame)
 *
 * Each item is claimed, so that nobody runs it meanwhile, sent, and counted as
 * done when the other side has said that it is on the disk there. An item that
 * is refused, or whose answer does not come, waits where it was and may be
 * pushed again: the other side keeps one of each id.
 *
 * Threads:  one at a time for a queue's push; others may use the queue.
 * Blocking: for the other side, no longer than timeout_ns for each item; and
 *           as filesystems do.
 * Memory:   a descriptor for each item that has no answer yet, at most
 *           FSQ_FRAME_WINDOW.
 */
#ifndef LIB_FSQ_PUSH_H
#define LIB_FSQ_PUSH_H

#include "lib/fsq.h"
#include "lib/fsq_frame.h"

/* Told of each item: nak is 0 when it was taken. */
typedef void (*fsq_push_fn)(
	void *arg, const char *id, enum fsq_nak nak, const char *text);

struct fsq_push {
	const char *queue; /* its name there */
	uint64_t timeout_ns;
	bool (*stopped)(void *arg); /* asked before each item; or NULL */
	fsq_push_fn told; /* or NULL */
	void *arg;
};

struct fsq_pushed {
	size_t ntaken, nrefused;
	size_t nmalformed; /* moved to fail/ */
};

/*
 * Push all that waits over a connection, which fsq_address_connect made; it
 * stays the caller's. *pushed says how far it came, also after a failure.
 * Returns 0; -ECONNRESET, -EPIPE: the other side went away; -ETIMEDOUT;
 * -EPROTO: it speaks otherwise; -ECONNREFUSED: it would not go on; -EINTR: a
 * signal was handled, and stopped() says so; errors of listing, claiming and
 * finishing.
 */
int fsq_push_all(struct fsq *fsq, int fd, const struct fsq_push *push,
	struct fsq_pushed *pushed);

#endif
