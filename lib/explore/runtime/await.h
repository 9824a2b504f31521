/*
 * await - loops that wait for another thread, known for certain
 *
 * A thread that comes back to a read with the stack and the registers it had
 * there before, and that has only read since, will come back once more, and
 * again, until one of the places it reads has changed. So it stops for
 * OP_AWAIT, which can go on as soon as one has. That is an operation like any
 * other: it conflicts with what writes to these places, and nothing is lost,
 * since what it leaves out has no effect. (Jonsson, Lång and Sagonas, FMCAD
 * 2022, have the idea for loops that a compiler finds.)
 *
 * Under MEMORY_C11 a round may read old stores, and others each time. Still
 * an execution without the rounds that failed is one, too, with the same end:
 * nobody knows of them, and a thread that has read less may read more. There
 * every store can be chosen; so here the loop waits until the newest of a
 * place is another value than it read, and is made to read that one. With no
 * such store it may wait for ever.
 *
 * Threads:  the functions are about the thread that runs, which calls them.
 * Blocking: await_before, until the loop has a reason to go round again.
 * Memory:   a part of struct thread.
 */
#ifndef LIB_EXPLORE_RUNTIME_AWAIT_H
#define LIB_EXPLORE_RUNTIME_AWAIT_H

#include "lib/explore/wire.h"

struct thread;

enum {
	MAX_HEADS = 16,
	MAX_WATCHED = 16,
};

/* Where a loop may begin. */
struct loop_head {
	uint64_t pc, state;
	uint32_t nwatched; /* before it */
	bool again; /* a round lies before it */
};

/* What was read. */
struct watched {
	uint64_t place, value, object;
	uint16_t size;
	bool is_lock;
};

/* Since the thread last changed more than its stack. */
struct await {
	uint32_t nheads, nwatched;
	uint32_t loop; /* the first of `watched` that it waits for */
	uint32_t nfresh; /* reads to come that see the newest store */
	bool unresolved; /* its last step may have been no mere read */
	struct loop_head heads[MAX_HEADS];
	struct watched watched[MAX_WATCHED];
};

/* For a new thread. */
void await_clear(struct await *await);

/* Before each step that others could notice. */
void await_before(const struct op *op);

/* The step was a mere read, and this is what it read. */
void await_read(uint64_t value);

/* More has changed than the stack. */
void await_forget(void);

/* The read to come is that of a loop which has waited, and is to end. */
bool await_is_over(void);

/* One of the places that a thread waits for has changed. */
bool await_can_go(const struct thread *thread);

#endif
