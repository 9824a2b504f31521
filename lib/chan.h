/*
 * chan - channels between the tasks of one loop, and a choice among them
 *
 * Items are copied from the sender to the receiver, in the order of sending.
 * A channel of capacity 0 is a meeting: a send waits until somebody receives.
 * With more, so many items lie in between before a send has to wait. Who
 * waits is served in the order of waiting.
 *
 * chan_select waits for several sends and receives at once and does exactly
 * one of them. Of several that can be done at once it begins to look at
 * another one each time, so that none is passed over for ever.
 *
 * A closed channel takes nothing any more, also from those that wait; what it
 * holds can still be received, and then -EPIPE says that it was all.
 *
 * For items that are got in another order, counted until they are done or
 * dropped at the end, see task_queue.
 *
 * Threads:  the loop's; all others are refused with -EPERM.
 * Blocking: send, receive and select, the calling task alone, until their
 *           deadline; with deadline 0 a call of the loop may use them too.
 * Memory:   all of it allocated by chan_create. The name is not copied.
 *           Nobody waits when it is destroyed.
 */
#ifndef LIB_CHAN_H
#define LIB_CHAN_H

#include "lib/task.h"

struct chan;

/* Returns 0; -EINVAL: item_size is 0, or all would be too large; -ENOMEM. */
int chan_create(struct tasks *tasks, const char *name, size_t item_size,
	size_t capacity, struct chan **result);

/* Items still held are forgotten. NULL is fine. */
void chan_destroy(struct chan *chan);

/*
 * Returns 0; with nothing sent: -EPIPE (closed, if need be while waiting),
 * -EAGAIN (deadline 0, and it would have to wait), -ETIMEDOUT, -ECANCELED,
 * -EDEADLK (nobody is left who could receive it), -ENOMEM, -EPERM.
 */
int chan_send(struct chan *chan, const void *item, uint64_t deadline_ns);

/* Likewise; -EPIPE when it is closed and nothing is left in it. */
int chan_receive(struct chan *chan, void *item, uint64_t deadline_ns);

/* Returns 0; -EPIPE: it was closed before; -EPERM. */
int chan_close(struct chan *chan);

/* Items that lie in it, and cases that wait to send or to receive. */
size_t chan_length(const struct chan *chan);
size_t chan_nwaiting(const struct chan *chan);

enum chan_way {
	CHAN_SEND,
	CHAN_RECEIVE
};

/* One of several; chan, way and item are the caller's to set. */
struct chan_case {
	struct chan *chan; /* NULL: never this one */
	enum chan_way way;
	void *item; /* to copy from, or to */
	int status; /* of the one that was done: 0 or -EPIPE */
	/* the channel's, while it waits */
	struct chan_select *select;
	struct chan_case *next, *previous;
};

/*
 * Do one of them. Returns which, 0 … ncases - 1, with its status set; or what
 * chan_send returns but -EPIPE, with none done.
 */
int chan_select(struct chan_case cases[], size_t ncases, uint64_t deadline_ns);

#endif
