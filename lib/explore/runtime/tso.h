/*
 * tso - stores that have not reached memory, for MEMORY_TSO
 *
 * A store that can be delayed has a number, from tso_number before its step
 * on, in op.second. When its thread has been picked, tso_push comes before it
 * is carried out and tso_settle after. From then on it is the business of the
 * thread's flusher, WIRE_FLUSHERS + its number, which can be picked as threads
 * can; tso_flush is the step of that.
 *
 * Threads:  one real thread. All but the predicates of an operation are for
 *           MEMORY_TSO alone.
 * Blocking: tso_drain and tso_before_create, until the buffer is empty.
 * Memory:   a mapping of its own.
 */
#ifndef LIB_EXPLORE_RUNTIME_TSO_H
#define LIB_EXPLORE_RUNTIME_TSO_H

#include "lib/explore/runtime/rt.h"

void tso_setup(void);
void tso_begin(void);

/* Number a store, if it can be delayed. */
void tso_number(struct op *op);

/* The store that the running thread is about to make, and has made. */
void tso_push(const struct op *op);
void tso_settle(unsigned thread);

/* Whoever reads it will acquire what its order publishes. */
void tso_publish(int order);

/* Whether it has to wait until its thread's buffer is empty. */
bool tso_drains(const struct op *op);

bool tso_empty(unsigned thread);

/* The buffer, at least, is no reason to wait. */
bool tso_allows(const struct thread *thread);

/* Wait until it is empty; before a thread is created, too. */
void tso_drain(uint64_t pc);
void tso_before_create(uint64_t pc);

/* Add those that have something to flush. */
void tso_flushers(struct set *can);

/* The oldest store of a thread reaches memory; no stores lie over it now. */
void tso_flush(unsigned thread);

/* The value of that store. */
uint64_t tso_value(unsigned thread);

/* Put what a thread has stored over memory, as it sees it; and take it off. */
void tso_enter(unsigned thread);
void tso_leave(unsigned thread);

/* What a thread would read there, up to 8 bytes. */
uint64_t tso_view(unsigned thread, uint64_t address, size_t size);

/* A store to the place is in the buffer. */
bool tso_hides(unsigned thread, uint64_t address, size_t size);

/* Say where the value that was read has come from. */
void tso_trace_read(struct event *event);

static inline bool op_is_delayed(const struct op *op)
{
	return op->second &&
	       (op->kind == OP_WRITE || op->kind == OP_ATOMIC_WRITE);
}

static inline bool is_flusher(unsigned pick)
{
	return rt->tso && pick >= WIRE_FLUSHERS;
}

/* Whether two that can be picked are a thread and its flusher, or the same. */
static inline bool same_thread(unsigned a, unsigned b)
{
	return a == b || (rt->tso && a % WIRE_FLUSHERS == b % WIRE_FLUSHERS);
}

#endif
