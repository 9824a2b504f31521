/*
 * generated - a small threaded program made from a number
 *
 * What the tests of the explorer are made of when a few hundred programs are
 * wanted. The number decides how many threads there are and what each does;
 * the output tells the outcome. generated.c makes the program, and the other
 * two files carry it out.
 *
 * Threads:  all, but for `threads`, which main fills.
 * Blocking: what an operation waits for may never come.
 * Memory:   static.
 */
#ifndef TESTS_EXPLORE_GENERATED_H
#define TESTS_EXPLORE_GENERATED_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum {
	MAX_THREADS = 4,
	MAX_OPS = 6,
	NVARS = 2
};

enum kind {
	READ,
	WRITE,
	ADD, /* plain, in two steps */
	ATOMIC_LOAD,
	ATOMIC_STORE,
	ATOMIC_ADD,
	LOCKED_ADD,
	TRY_ADD,
	POST,
	TRY_WAIT,
	SIGNAL,
	WAIT, /* if nobody has signalled */
	NKINDS,
	AWAIT = NKINDS, /* until a flag is up */
	AWAIT_BOTH,
	AWAIT_OTHER, /* until there is another value than at first */
	RAISE,
	LOWER,
	SPIN_ADD, /* under a spin lock */
	TRY_SPIN_ADD, /* trying again until the mutex is had */
	NKINDS_WITH_LOOPS,
	RELAXED_LOAD = NKINDS_WITH_LOOPS, /* for the memory models */
	RELAXED_STORE,
	RELEASE_STORE,
	FENCE,
	AWAIT_RELAXED, /* and loops that see old values, */
	AWAIT_ACQUIRE,
	AWAIT_SUM, /* of two places, with orders of their own, */
	AWAIT_FENCED,
	SWAP, /* or try to exchange */
	RAISE_RELAXED,
	RAISE_RELEASE,
	LOWER_RELAXED,
	MEET, /* at a barrier */
	SLEEP, /* until signalled */
	BARE_SIGNAL, /* without the lock */
	BARE_BROADCAST,
	TAKE, /* from the semaphore */
	TAKE_IN_TIME, /* or see that it is over */
	CALL /* calls[var] */
};

struct op {
	enum kind kind;
	int var;
};

extern long plain[NVARS];
extern atomic_long atomics[NVARS];
extern pthread_mutex_t locks[NVARS];
extern pthread_cond_t cond;
extern sem_t sem;
extern pthread_barrier_t barrier;
extern pthread_t threads[MAX_THREADS];
extern int joined[MAX_THREADS]; /* by another than main, which joins it first */

/* Make it a part of the outcome. */
void see(int thread, unsigned long value);

/* Any kind but CALL. */
void carry_out(int thread, const struct op *op);

/* generated_calls.c: locks of all kinds, calls that wait in time, ... */
typedef void (*call_fn)(int thread);
extern const call_fn calls[];
extern const unsigned ncalls;

#endif
