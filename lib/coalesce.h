/*
 * coalesce - many ask for the same thing to be done; do it less often
 *
 * After each change somebody asks that what has changed be sent on, which
 * takes much longer than the change. One sending may serve many changes. How
 * far one goes is a policy:
 *
 *	each     whoever asks does it: as many sendings as requests
 *	trylock  whoever asks does it, unless it is being done just now.
 *	         Wrong: a change that comes while it is being done, after the
 *	         sender has looked, is not sent until somebody asks again
 *	recheck  the same, but who has done it looks whether somebody has
 *	         asked meanwhile, and then does it again
 *	defer    as recheck, but it is done by another thread: who asks goes on
 *
 * recheck and defer keep the promise that after the last request what it asks
 * for is begun once more, and so sees the change that was made before it.
 *
 * Threads:  any, but for coalesce_init; action runs in one at a time, but for
 *           the policy each.
 * Blocking: coalesce_request for as long as action takes, if it runs it.
 * Memory:   the caller's.
 */
#ifndef LIB_COALESCE_H
#define LIB_COALESCE_H

#include <stdatomic.h>
#include <stdbool.h>

enum coalesce_policy {
	COALESCE_EACH,
	COALESCE_TRYLOCK,
	COALESCE_RECHECK,
	COALESCE_DEFER
};

struct coalesce {
	enum coalesce_policy policy;
	int (*action)(void *arg);
	void *arg;
	/* Have job(coalesce) run by another thread; 0 or a negative errno. */
	int (*defer)(void (*job)(struct coalesce *), struct coalesce *coalesce,
		void *context);
	void *context;

	atomic_bool asked; /* since the action last began */
	atomic_bool busy; /* a lock that one may take and another release */
	atomic_int error; /* the first of an action that nobody waits for */
};

/* defer and context are for COALESCE_DEFER alone. */
void coalesce_init(struct coalesce *coalesce, enum coalesce_policy policy,
	int (*action)(void *arg), void *arg);

/*
 * Returns 0; what action returned, if it was run by this call; what defer
 * returned, if it failed: then nobody will do it unless somebody asks again.
 */
int coalesce_request(struct coalesce *coalesce);

#endif
