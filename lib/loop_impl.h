/*
 * loop_impl - the inside of a loop: its turns, inbox, watches
 *
 * Threads:  the loop's own, but for struct loop_inbox.
 * Blocking: never.
 * Memory:   the inbox, which is counted, holds the loop.
 */
#ifndef LIB_LOOP_IMPL_H
#define LIB_LOOP_IMPL_H

#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>

#include "lib/loop.h"

enum {
	LOOP_CACHE_LINE = 128 /* two of them: some processors fetch pairs */
};

/* A ring with a head that is no call: empty when it points to itself. */
struct loop_list {
	struct loop_call head;
};

struct loop {
	/* Any thread. A stack of posted calls, newest first; see loop_post.c */
	alignas(LOOP_CACHE_LINE) _Atomic(struct loop_call *) inbox;
	atomic_bool asleep; /* or about to be: who posts has to wake it */
	atomic_bool woken; /* by loop_wake */
	atomic_uint nrefs;
	atomic_bool runs;
	int event; /* eventfd; closed with the last reference */

	/* The loop's thread. */
	alignas(LOOP_CACHE_LINE) struct loop_rules rules;
	struct loop_list ready;
	struct heap timers;
	struct poller *poller;
	struct poller_watch event_watch;
	uint64_t nturns;
	uint64_t virtual_now;
	/* what keeps it running */
	size_t ntimers, nfds;
	unsigned nholds;
	bool stopping;
	bool was_posted; /* since it last waited */
	unsigned nposted; /* since it last gathered */

	struct loop_fd *fds;
	struct loop_child *children;
	size_t nunwatched; /* children without a pidfd */
	struct loop_signal *signals;
	struct poller_watch signal_watch; /* of a signalfd; -1: none yet */
	sigset_t caught; /* by the signalfd */
	sigset_t unblock; /* those that were not blocked before */
};

void loop_append(struct loop *loop, struct loop_call *call);
bool loop_has_ready(const struct loop *loop);

/* loop_post.c. Returns 0; -EMFILE, -ENFILE, -ENOMEM. */
int loop_open_inbox(struct loop *loop);

/* If several were posted, give their posters a moment for some more. */
void loop_gather(struct loop *loop);

/* What was posted joins the ready list. */
void loop_collect(struct loop *loop);

/*
 * Wait in the poller, and wake for a post. The ready list is empty when this
 * is called with a timeout other than 0.
 */
void loop_poll(struct loop *loop, uint64_t timeout_ns);

/* From now on posts are refused; what was accepted is in the ready list. */
void loop_close_inbox(struct loop *loop);

/* loop_child.c */
enum {
	LOOP_ASK_NS = 10 * 1000 * 1000 /* between questions for children */
};
void loop_ask_for_children(struct loop *loop);

/* loop_signal.c */
void loop_forget_signals(struct loop *loop);

#endif
