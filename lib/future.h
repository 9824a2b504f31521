/*
 * future - the result of something that is not finished yet
 *
 *	PENDING --start--> RUNNING --complete, fail--> DONE
 *	PENDING --cancel--> CANCELLED
 *
 * There are no other transitions: what runs cannot be cancelled, and a result
 * is set once. DONE means a value, 64 bits wide, or a failure. Any thread may
 * wait for it, ask to be called when it is there, or wait for many at once;
 * any thread may set it. Who runs the body asks future_start first, which is
 * the one moment at which start and cancel decide between them.
 *
 * Cancelling wakes and calls at once all who wait, whether or not whoever
 * holds the future in a queue ever looks at it again.
 *
 * Callbacks run exactly once each, in the order in which they were given, in
 * the thread that completes, fails or cancels; one that is given afterwards
 * runs at once in the thread that gives it. An event loop lets one post to
 * itself. Threads that wait are woken before callbacks run. No lock of the
 * future is held while a callback runs: it may do anything but wait for long.
 *
 * A future is counted: future_create makes one reference, each holder has its
 * own, and whoever calls anything here holds one until the call has returned.
 * A failure that nobody had asked for by the time the last reference goes is
 * handed to failure_unretrieved. A pending future takes sizeof(struct future)
 * bytes, and 32 more for each callback.
 *
 * Threads:  any.
 * Blocking: future_wait, future_result, future_wait_many, as_completed_next,
 *           until their deadline (an absolute time of clock_now(); 0 does not
 *           wait). They spin for some microseconds before they sleep. Waiting
 *           for a job of the pool that the caller works for: see pool.h.
 * Memory:   future_create allocates, the last future_unref frees, and with it
 *           a value that came with a function to free it.
 */
#ifndef LIB_FUTURE_H
#define LIB_FUTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/clock.h"
#include "lib/failure.h"
#include "lib/sync.h"

enum future_state {
	FUTURE_PENDING,
	FUTURE_RUNNING,
	FUTURE_DONE, /* with a value or a failure */
	FUTURE_CANCELLED
};

/* future_result: the body failed; see *failure. */
enum {
	FUTURE_FAILED = 1
};

union future_value {
	uint64_t word;
	void *pointer;
};

enum future_until {
	FUTURE_ALL, /* all are over */
	FUTURE_FIRST, /* one is over */
	FUTURE_FIRST_ERROR /* one has failed, or all are over */
};

struct future;
struct future_wait;

/*
 * The body of a job. Returns 0 with *value set, or fails with another number,
 * a negative errno if there is one that fits; *failure then may tell more
 * (failure_set), and need not.
 */
typedef int (*future_fn)(
	void *arg, union future_value *value, struct failure *failure);

/* Returns 0, or a negative errno, which is reported as an unretrieved one. */
typedef int (*future_done_fn)(struct future *future, void *arg);

/* Something that is told when a future ends; of the future's list. */
struct future_link {
	struct future_link *next;
	void (*fire)(struct future *future, struct future_link *link);
	bool wakes; /* only wakes a thread: done first, under the lock */
};

/* A callback in memory of the caller's own. */
struct future_callback {
	struct future_link link;
	future_done_fn fn;
	void *arg;
};

/*
 * What those who embed a future (a pool's job) do in their own way. Each may
 * be NULL. The first future of a wait speaks for all of them about sleeping.
 */
struct future_kind {
	/* Somebody is about to wait for it, and may do it instead. */
	void (*help)(struct future *future);
	/* Returns 0, or a negative errno, with which the wait ends at once. */
	int (*before_sleep)(struct future_wait *wait);
	void (*after_sleep)(struct future_wait *wait);
	void (*destroy)(struct future *future); /* frees its memory */
};

/* One thread that waits for some futures. */
struct future_wait {
	struct future *const *futures;
	size_t nfutures;
	enum future_until until;
	uint64_t deadline_ns;
	struct mutex lock;
	/* guarded by lock */
	struct cond come;
	size_t nover;
	bool enough; /* what was waited for has come */
};

/* By the states of the futures: need it not sleep, now or any more? */
bool future_wait_is_satisfied(const struct future_wait *wait);

/* Opaque but for those who embed it, who call future_init. */
struct future {
	_Atomic uint32_t state; /* an enum future_state, and a bit */
	_Atomic uint32_t nrefs;
	const struct future_kind *kind; /* NULL: none */
	struct future_link *last; /* of a ring; guarded by the future's lock */
	_Atomic pid_t runner; /* the thread in future_run, for the roster */
	_Atomic bool retrieved;
	_Atomic bool asked_to_stop;
	/* set by whoever runs it, before the state says DONE */
	bool failed;
	union {
		struct failure failure;
		struct {
			union future_value value;
			void (*free_value)(void *pointer);
		};
	};
};

/* PENDING, with one reference. Returns 0; -ENOMEM. */
int future_create(struct future **result);
void future_init(struct future *future, const struct future_kind *kind);

struct future *future_ref(struct future *future);
/* NULL is fine. */
void future_unref(struct future *future);

/*
 * To be asked before the body runs: true, and RUNNING; or false, because it
 * was cancelled (or started by another), and must not run.
 */
bool future_start(struct future *future);

/*
 * RUNNING to DONE. Returns 0; -EINVAL: it is not RUNNING, and what it holds
 * stays as it is. free_value, unless NULL, is called with the pointer when the
 * future goes.
 */
int future_complete(struct future *future, union future_value value);
int future_complete_pointer(struct future *future, void *pointer,
	void (*free_value)(void *pointer));
int future_fail(struct future *future, const struct failure *failure);

/*
 * Start and complete in one: for what happens rather than runs. Returns false
 * when it has been started, or is over.
 */
bool future_set(struct future *future, union future_value value);

/*
 * Start, call fn(arg), and complete or fail. Returns false when the future
 * could not be started; then fn was not called.
 */
bool future_run(struct future *future, future_fn fn, void *arg);

/* True: it is cancelled, now or before. False: too late, nothing changes. */
bool future_cancel(struct future *future);

/*
 * What runs cannot be cancelled, but asked to stop. A body that can looks now
 * and then whether it, the one that the calling thread runs by future_run, has
 * been asked, and ends as it sees fit, say by failing with -ECANCELED.
 */
void future_ask_to_stop(struct future *future);
bool future_asked_to_stop(void);

enum future_state future_state(const struct future *future);
const char *future_state_name(enum future_state state);
/* DONE or CANCELLED. */
bool future_is_over(const struct future *future);
/* DONE with a failure; does not count as having asked for it. */
bool future_has_failed(const struct future *future);

/*
 * Wait until it is over. Returns 0; -EAGAIN (deadline 0, and it is not);
 * -ETIMEDOUT; -EDEADLK (pool.h).
 */
int future_wait(struct future *future, uint64_t deadline_ns);

/*
 * Wait, and take the result. Returns 0 with *value; FUTURE_FAILED with
 * *failure; -ECANCELED; or what future_wait returns. May be repeated. Either
 * pointer may be NULL.
 */
int future_result(struct future *future, uint64_t deadline_ns,
	union future_value *value, struct failure *failure);

/*
 * Call fn(future, arg) when the future is over, or at once if it is. Returns
 * 0; -ENOMEM. The callback needs no reference: it is given the future alive.
 */
int future_on_done(struct future *future, future_done_fn fn, void *arg);

/*
 * The same in memory of the caller's, which must stay until fn begins or
 * future_unlisten has returned true.
 */
void future_listen(struct future *future, struct future_callback *callback,
	future_done_fn fn, void *arg);

/* True: fn will not be called. False: it was, or is being called just now. */
bool future_unlisten(struct future *future, struct future_callback *callback);

/*
 * Wait for many; one that is given several times counts once. Returns 0 when
 * what was waited for has come; -EAGAIN, -ETIMEDOUT, -EDEADLK as future_wait;
 * -ENOMEM. future_is_over then tells them apart; *nover, unless NULL, is how
 * many were over, and is set by all but -ENOMEM.
 */
int future_wait_many(struct future *const futures[], size_t nfutures,
	enum future_until until, uint64_t deadline_ns, size_t *nover);

/* Futures in the order in which they end. */
struct as_completed;

/*
 * Those that are over already come first; one that is given several times
 * comes once. The deadline is that of the whole iteration. The iterator
 * holds references of its own. Returns 0; -ENOMEM.
 */
int as_completed_create(struct future *const futures[], size_t nfutures,
	uint64_t deadline_ns, struct as_completed **result);

/* At any time; the futures know nothing of it afterwards. NULL is fine. */
void as_completed_destroy(struct as_completed *iterator);

/*
 * Wait for the next to end. Returns 1 with *future, to which the iterator
 * holds the reference; 0 when all have been; -EAGAIN (deadline 0),
 * -ETIMEDOUT, -EDEADLK.
 */
int as_completed_next(struct as_completed *iterator, struct future **future);

/*
 * "2 (of 4) futures unfinished": what to say after -ETIMEDOUT. Returns the
 * first of the two numbers. text may be NULL.
 */
size_t as_completed_unfinished(
	struct as_completed *iterator, char *text, size_t size);

#endif
